namespace I1Xla.StableHlo.Ir;

/// <summary>Where an operation came from. Locations are attributes in MLIR and here.</summary>
/// <remarks>MLIR builtin dialect, location attributes.</remarks>
public abstract record Location : Attribute
{
    /// <summary>The unknown location.</summary>
    public static Location Unknown { get; } = new UnknownLocation();
}

/// <summary><c>loc(unknown)</c>.</summary>
/// <remarks>MLIR builtin dialect, UnknownLoc.</remarks>
public sealed record UnknownLocation : Location;

/// <summary><c>loc("file":line:column)</c>, with the end of a range when it has one.</summary>
/// <remarks>MLIR builtin dialect, FileLineColRange. Lines and columns count from 1; an end of 0 is none.</remarks>
public sealed record FileLineLocation(string File, int Line, int Column, int EndLine = 0, int EndColumn = 0) : Location;

/// <summary><c>loc("name"(child))</c>.</summary>
/// <remarks>MLIR builtin dialect, NameLoc.</remarks>
public sealed record NameLocation(string Name, Location? Child = null) : Location;

/// <summary><c>loc(callsite(callee at caller))</c>.</summary>
/// <remarks>MLIR builtin dialect, CallSiteLoc.</remarks>
public sealed record CallSiteLocation(Location Callee, Location Caller) : Location;

/// <summary><c>loc(fused&lt;metadata&gt;[…])</c>.</summary>
/// <remarks>MLIR builtin dialect, FusedLoc.</remarks>
public sealed record FusedLocation(ValueArray<Location> Locations, Attribute? Metadata = null) : Location;
