using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>Locations.</summary>
internal partial class AttributePrinter
{
    /// <summary>Prints <c>loc(…)</c>.</summary>
    public void Location(Location location)
    {
        Out.Bytes("loc("u8);
        LocationBody(location);
        Out.Byte((byte)')');
    }

    /// <summary>What stands in <c>loc(…)</c>.</summary>
    protected void LocationBody(Location location)
    {
        switch (location)
        {
            case UnknownLocation:
                Out.Bytes("unknown"u8);
                break;
            case FileLineLocation file:
                FileLocation(file);
                break;
            case NameLocation name:
                Quoted(name.Name);
                if (name.Child is not (null or UnknownLocation))
                {
                    Out.Byte((byte)'(');
                    NestedLocation(name.Child);
                    Out.Byte((byte)')');
                }
                break;
            case CallSiteLocation call:
                Out.Bytes("callsite("u8);
                NestedLocation(call.Callee);
                Out.Bytes(" at "u8);
                NestedLocation(call.Caller);
                Out.Byte((byte)')');
                break;
            case FusedLocation fused:
                Out.Bytes("fused"u8);
                if (fused.Metadata is not null)
                {
                    Out.Byte((byte)'<');
                    Attribute(fused.Metadata);
                    Out.Byte((byte)'>');
                }
                Out.Byte((byte)'[');
                for (int i = 0; i < fused.Locations.Length; i++)
                {
                    Comma(i);
                    NestedLocation(fused.Locations[i]);
                }
                Out.Byte((byte)']');
                break;
        }
    }

    /// <summary>A location within another.</summary>
    protected virtual void NestedLocation(Location location) => LocationBody(location);

    private void FileLocation(FileLineLocation file)
    {
        Quoted(file.File);
        Out.Byte((byte)':');
        Out.Number(file.Line);
        Out.Byte((byte)':');
        Out.Number(file.Column);
        if (file.EndLine == 0)
        {
            return;
        }
        Out.Bytes(" to "u8);
        if (file.EndLine != file.Line)
        {
            Out.Number(file.EndLine);
        }
        Out.Byte((byte)':');
        Out.Number(file.EndColumn);
    }
}
