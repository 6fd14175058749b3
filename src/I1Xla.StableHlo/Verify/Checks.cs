using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>A violated constraint, on its way from a rule to the diagnostic.</summary>
internal sealed class ConstraintException(string? constraint, string message) : Exception(message)
{
    /// <summary>The constraint's name within its op, such as <c>C5</c>; null when the specification gives none.</summary>
    public string? Constraint { get; } = constraint;
}

/// <summary>What the rules share: raising violations, and spelling lists and types in messages.</summary>
internal static class Checks
{
    public static ConstraintException Violation(string? constraint, string message) => new(constraint, message);

    /// <summary><c>1, 2, 3</c>.</summary>
    public static string List(ReadOnlySpan<long> values) => string.Join(", ", values.ToArray());

    /// <summary>The sizes of a shape, a dynamic one as <c>?</c>: <c>1, ?, 3</c>.</summary>
    public static string Sizes(ReadOnlySpan<long> dims) => string.Join(", ", dims.ToArray().Select(Size));

    /// <summary>A size, a dynamic one as <c>?</c>.</summary>
    public static string Size(long dim) => dim == Shape.Dynamic ? "?" : dim.ToString();

    /// <summary>A type in quotes.</summary>
    public static string Q(IrType type) => $"'{type}'";

    /// <summary>Types in quotes, separated by commas.</summary>
    public static string Q(IEnumerable<IrType> types) => string.Join(", ", types.Select(Q));

    public static TensorType Tensor(Value value) => (TensorType)value.Type;

    public static bool IsUnique(ReadOnlySpan<long> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (values[..i].Contains(values[i]))
            {
                return false;
            }
        }
        return true;
    }

    public static bool IsSorted(ReadOnlySpan<long> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
            {
                return false;
            }
        }
        return true;
    }

    public static bool CompatibleDims(long a, long b) => a == Shape.Dynamic || b == Shape.Dynamic || a == b;

    /// <summary>No dimension occurs twice in the two lists together.</summary>
    public static void Distinct(string? constraint, ReadOnlySpan<long> a, ReadOnlySpan<long> b, string aName, string bName)
    {
        var seen = new HashSet<long>();
        foreach (long d in (long[])[.. a, .. b])
        {
            if (!seen.Add(d))
            {
                throw Violation(constraint, $"has duplicated dimension from {aName} and {bName}: {d}");
            }
        }
    }

    /// <summary>0 ≤ dim &lt; bound, or ≤ when inclusive.</summary>
    public static void InBounds(string? constraint, long dim, long bound, string name, string boundName, bool inclusive = false)
    {
        if (dim < 0 || dim >= bound + (inclusive ? 1 : 0))
        {
            char end = inclusive ? ']' : ')';
            throw Violation(constraint, $"Expects {name} to be in range [0, {boundName}{end} i.e. [0, {bound}{end}. got: {dim}.");
        }
    }

    /// <summary>0 ≤ each &lt; bound.</summary>
    public static void EachInBounds(string? constraint, ReadOnlySpan<long> dims, long bound, string name, string boundName)
    {
        foreach (long dim in dims)
        {
            if (dim < 0 || dim >= bound)
            {
                throw Violation(constraint, $"Expects each element of {name} to be in range [0, {boundName}) i.e. [0, {bound}). got: {dim}.");
            }
        }
    }

    public static void PrecisionConfig(string? constraint, ArrayAttr? config)
    {
        if (config is not null && config.Items.Length > 2)
        {
            throw Violation(constraint, $"expects precision config to be empty or have <= 2 elements, got {config.Items.Length}");
        }
    }

    public static void DimensionInBounds(string? constraint, TensorType type, long dim)
    {
        if (dim < 0)
        {
            throw Violation(constraint, $"requires non-negative dimension attribute; found ({dim})");
        }
        if (dim >= type.Rank)
        {
            throw Violation(constraint, $"requires dimension attribute in range [0, {type.Rank}); found ({dim})");
        }
    }

    /// <summary>The integers of a dense attribute, splats spread out.</summary>
    public static long[] Integers(DenseElementsAttr attribute)
    {
        long count = attribute.Type.Shape.ElementCount;
        int size = attribute.Type.Kind.StorageBytes();
        if (attribute.Data.Length < size && count > 0)
        {
            return [];
        }
        long[] values = new long[count];
        ReadOnlySpan<byte> data = attribute.Data.Span;
        for (int i = 0; i < values.Length; i++)
        {
            int at = attribute.IsSplat ? 0 : i * size;
            values[i] = Integer(data[at..], attribute.Type.Kind);
        }
        return values;
    }

    private static long Integer(ReadOnlySpan<byte> data, ElementKind kind) => kind switch
    {
        ElementKind.I64 or ElementKind.UI64 or ElementKind.Index => BitConverter.ToInt64(data),
        ElementKind.I32 => BitConverter.ToInt32(data),
        ElementKind.UI32 => BitConverter.ToUInt32(data),
        ElementKind.I16 => BitConverter.ToInt16(data),
        ElementKind.UI16 => BitConverter.ToUInt16(data),
        ElementKind.UI8 or ElementKind.UI4 or ElementKind.UI2 or ElementKind.I1 => data[0],
        _ => (sbyte)data[0],
    };

    /// <summary>The integers of a constant that defines a value; false when it is not such a constant.</summary>
    public static bool TryConstant(Value value, out long[] values)
    {
        values = [];
        if (value.DefiningOp is { } op && (OpTable.Find(op.Name)?.Has(OpTraits.ConstantLike) == true || op.Name.Full is "arith.constant")
            && op.Attributes["value"] is DenseElementsAttr { Type.Element: ScalarType s } dense && dense.Type.Shape.IsStatic
            && (s.Kind.IsInteger() || s.Kind is ElementKind.I1 or ElementKind.Index))
        {
            values = Integers(dense);
            return true;
        }
        return false;
    }

    /// <summary>The value in a symbol table around an operation, or null.</summary>
    public static Operation? LookupSymbol(Operation from, string name)
    {
        for (Operation? at = from; at is not null; at = at.ParentOp)
        {
            if (at.Name != ModuleOp.OpName || at.Regions.Length == 0 || at.Regions[0].IsEmpty)
            {
                continue;
            }
            foreach (Operation op in at.Regions[0].Entry.Operations)
            {
                if (op.Attributes["sym_name"] is StringAttr s && s.Value == name)
                {
                    return op;
                }
            }
            return null;
        }
        return null;
    }
}
