namespace I1Xla.StableHlo.Ir;

/// <summary>Where an operation came from. Locations are attributes in MLIR and here.</summary>
public abstract record Location : Attribute
{
    /// <summary>The unknown location.</summary>
    public static Location Unknown { get; } = new UnknownLocation();
}

/// <summary><c>loc(unknown)</c>.</summary>
public sealed record UnknownLocation : Location;

/// <summary><c>loc("file":line:column)</c>, with the end of a range when it has one.</summary>
public sealed record FileLineLocation(string File, int Line, int Column, int EndLine = 0, int EndColumn = 0) : Location;

/// <summary><c>loc("name"(child))</c>.</summary>
public sealed record NameLocation(string Name, Location? Child = null) : Location;

/// <summary><c>loc(callsite(callee at caller))</c>.</summary>
public sealed record CallSiteLocation(Location Callee, Location Caller) : Location;

/// <summary><c>loc(fused&lt;metadata&gt;[…])</c>.</summary>
public sealed record FusedLocation(ValueArray<Location> Locations, Attribute? Metadata = null) : Location;
