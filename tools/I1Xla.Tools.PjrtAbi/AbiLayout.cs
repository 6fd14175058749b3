namespace I1Xla.Tools.PjrtAbi;

/// <summary>Sizes and offsets under the 64-bit C rules (natural alignment, 8-byte pointers and size_t).</summary>
public sealed class AbiLayout(AbiTable table)
{
    private readonly Dictionary<string, AbiStruct> structs = table.Structs.ToDictionary(s => s.Name);
    private readonly HashSet<string> enums = [.. table.Enums.Select(e => e.CName)];
    private readonly HashSet<string> callbacks = [.. table.Callbacks.Select(c => c.Name)];

    /// <summary>The byte offset of every field, in order.</summary>
    public IReadOnlyList<int> Offsets(AbiStruct type)
    {
        var offsets = new List<int>();
        int at = 0;
        foreach (AbiField field in type.Fields)
        {
            (int size, int align) = Measure(field);
            at = RoundUp(at, align);
            offsets.Add(at);
            at += size;
        }
        return offsets;
    }

    /// <summary>
    /// <c>PJRT_STRUCT_SIZE</c> as the header of minor version <paramref name="minor"/> gives it: the end of the last field
    /// that version knows, without padding.
    /// </summary>
    public int StructSize(AbiStruct type, int minor)
    {
        IReadOnlyList<int> offsets = Offsets(type);
        int end = 0;
        for (int i = 0; i < type.Fields.Count; i++)
        {
            if (type.Fields[i].Since <= minor)
            {
                end = offsets[i] + Measure(type.Fields[i]).Size;
            }
        }
        return end;
    }

    private (int Size, int Align) Measure(AbiField field)
    {
        if (field.Union is { } members)
        {
            (int size, int align) = (0, 1);
            foreach (AbiField member in members)
            {
                (int memberSize, int memberAlign) = Measure(member);
                size = Math.Max(size, memberSize);
                align = Math.Max(align, memberAlign);
            }
            return (RoundUp(size, align), align);
        }
        return field.Function is not null ? (8, 8) : Measure(field.Type);
    }

    private (int Size, int Align) Measure(string type)
    {
        if (type.EndsWith('*') || callbacks.Contains(type))
        {
            return (8, 8);
        }
        if (enums.Contains(type))
        {
            return (4, 4);
        }
        if (structs.TryGetValue(type, out AbiStruct? inner))
        {
            int align = inner.Fields.Max(f => Measure(f).Align);
            return (RoundUp(StructSize(inner, int.MaxValue), align), align);
        }
        return type switch
        {
            "size_t" or "int64_t" or "uint64_t" or "intptr_t" or "uintptr_t" => (8, 8),
            "int" or "int32_t" or "float" => (4, 4),
            "bool" => (1, 1),
            _ => throw new FormatException($"pjrt.abi: no size is known for the type '{type}'."),
        };
    }

    private static int RoundUp(int value, int align) => (value + align - 1) / align * align;
}
