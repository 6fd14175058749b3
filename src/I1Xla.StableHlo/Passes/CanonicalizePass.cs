using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Passes;

/// <summary>
/// Algebraic identities that hold exactly, for every value of every element type (signed zeros and NaNs included), and
/// data movements that move nothing. One walk, each operation against operands that are canonical already.
/// </summary>
/// <remarks>After MLIR's <c>-canonicalize</c>; what is exact: StableHLO specification, the section of each op, and IEEE 754-2019, 6.</remarks>
public sealed class CanonicalizePass : IModulePass
{
    private static readonly Dictionary<OpName, Func<Operation, Rewriter, IReadOnlyList<Value>?>> s_rules = new()
    {
        ["stablehlo.add"] = (op, _) => IsNeutral(op.Operands[1], negativeZero: true, 0) ? [op.Operands[0]] : IsNeutral(op.Operands[0], negativeZero: true, 0) ? [op.Operands[1]] : null,
        ["stablehlo.subtract"] = (op, _) => IsNeutral(op.Operands[1], negativeZero: false, 0) ? [op.Operands[0]] : null,
        ["stablehlo.multiply"] = Multiply,
        ["stablehlo.divide"] = (op, _) => IsNeutral(op.Operands[1], negativeZero: false, 1) ? [op.Operands[0]] : null,
        ["stablehlo.and"] = (op, _) => Logic(op, absorbing: 0),
        ["stablehlo.or"] = (op, _) => Logic(op, absorbing: -1),
        ["stablehlo.negate"] = Involution,
        ["stablehlo.not"] = Involution,
        ["stablehlo.reverse"] = (op, _) => Longs(op, "dimensions").IsEmpty ? [op.Operands[0]] : null,
        ["stablehlo.convert"] = (op, _) => SameType(op),
        ["stablehlo.bitcast_convert"] = (op, _) => SameType(op),
        ["stablehlo.reshape"] = Reshape,
        ["stablehlo.transpose"] = Transpose,
        ["stablehlo.broadcast_in_dim"] = (op, _) => SameType(op) is { } same && IsIota(Longs(op, "broadcast_dimensions")) ? same : null,
        ["stablehlo.slice"] = (op, _) => IsStaticSame(op) ? [op.Operands[0]] : null,
        ["stablehlo.pad"] = (op, _) => IsZero(Longs(op, "edge_padding_low")) && IsZero(Longs(op, "edge_padding_high")) && IsZero(Longs(op, "interior_padding")) ? [op.Operands[0]] : null,
        ["stablehlo.concatenate"] = (op, _) => op.Operands.Length == 1 ? SameType(op) : null,
        ["stablehlo.select"] = Select,
        ["stablehlo.get_tuple_element"] = GetTupleElement,
        ["stablehlo.real"] = (op, _) => Part(op, 0),
        ["stablehlo.imag"] = (op, _) => Part(op, 1),
        ["stablehlo.if"] = If,
        ["stablehlo.case"] = Case,
    };

    /// <inheritdoc/>
    public string Name => "canonicalize";

    /// <inheritdoc/>
    public void Run(ModuleOp module)
    {
        new Rewriter((op, rewriter) => s_rules.TryGetValue(op.Name, out var rule) ? rule(op, rewriter) : null).Run(module.Op);
        DcePass.Run(module.Op);
    }

    private static IReadOnlyList<Value>? Multiply(Operation op, Rewriter rewriter)
    {
        for (int i = 0; i < 2; i++)
        {
            if (IsNeutral(op.Operands[i], negativeZero: false, 1))
            {
                return [op.Operands[1 - i]];
            }
            // Zero absorbs integers; NaN and infinity times zero are not zero.
            if (op.Result.Type is TensorType { Element: ScalarType { Kind: var kind } } && kind.IsInteger() && IsNeutral(op.Operands[i], negativeZero: false, 0))
            {
                return [op.Operands[i]];
            }
        }
        return null;
    }

    private static IReadOnlyList<Value>? Logic(Operation op, long absorbing)
    {
        for (int i = 0; i < 2; i++)
        {
            if (IsNeutral(op.Operands[i], negativeZero: false, absorbing))
            {
                return [op.Operands[i]];
            }
            if (IsNeutral(op.Operands[i], negativeZero: false, ~absorbing))
            {
                return [op.Operands[1 - i]];
            }
        }
        return ReferenceEquals(op.Operands[0], op.Operands[1]) ? [op.Operands[0]] : null;
    }

    private static IReadOnlyList<Value>? Involution(Operation op, Rewriter rewriter) =>
        op.Operands[0].DefiningOp is { } inner && inner.Name == op.Name && inner.Operands[0].Type.Equals(op.Result.Type) && inner.Operands[0].Type is TensorType { IsQuantized: false } ? [inner.Operands[0]] : null;

    private static IReadOnlyList<Value>? Reshape(Operation op, Rewriter rewriter)
    {
        if (IsStaticSame(op))
        {
            return [op.Operands[0]];
        }
        if (op.Operands[0].DefiningOp is { } inner && inner.Name == op.Name)
        {
            op.SetOperand(0, inner.Operands[0]);
            return IsStaticSame(op) ? [op.Operands[0]] : null;
        }
        return null;
    }

    private static IReadOnlyList<Value>? Transpose(Operation op, Rewriter rewriter)
    {
        ReadOnlySpan<long> permutation = Longs(op, "permutation");
        if (op.Operands[0].DefiningOp is { } inner && inner.Name == op.Name)
        {
            ReadOnlySpan<long> first = Longs(inner, "permutation");
            long[] both = new long[permutation.Length];
            for (int i = 0; i < both.Length; i++)
            {
                both[i] = first[(int)permutation[i]];
            }
            op.SetOperand(0, inner.Operands[0]);
            op.Attributes.Set("permutation", DenseArrayAttr.I64(both));
            permutation = both;
        }
        return IsIota(permutation) ? SameType(op) : null;
    }

    private static IReadOnlyList<Value>? Select(Operation op, Rewriter rewriter)
    {
        if (ReferenceEquals(op.Operands[1], op.Operands[2]))
        {
            return [op.Operands[1]];
        }
        if (ConstantFoldPass.ConstantValue(op.Operands[0]) is { Data: { Length: > 0 } data } dense && (dense.IsSplat || dense.Type.Rank == 0))
        {
            Value chosen = op.Operands[data.Span[0] != 0 ? 1 : 2];
            return chosen.Type.Equals(op.Result.Type) ? [chosen] : null;
        }
        return null;
    }

    private static IReadOnlyList<Value>? GetTupleElement(Operation op, Rewriter rewriter) =>
        op.Operands[0].DefiningOp is { } tuple && tuple.Name.Full == "stablehlo.tuple" && op.Attributes.Get<IntegerAttr>("index") is { } index ? [tuple.Operands[(int)index.Value]] : null;

    private static IReadOnlyList<Value>? Part(Operation op, int which) =>
        op.Operands[0].DefiningOp is { } complex && complex.Name.Full == "stablehlo.complex" && complex.Operands[which].Type.Equals(op.Result.Type) ? [complex.Operands[which]] : null;

    private static IReadOnlyList<Value>? If(Operation op, Rewriter rewriter) =>
        ConstantFoldPass.ConstantValue(op.Operands[0]) is { Data.Length: > 0 } flag ? Expand(op.Regions[flag.Data.Span[0] != 0 ? 0 : 1], rewriter) : null;

    private static IReadOnlyList<Value>? Case(Operation op, Rewriter rewriter)
    {
        if (ConstantFoldPass.ConstantValue(op.Operands[0]) is not { Data.Length: > 0 } index)
        {
            return null;
        }
        Span<long> value = stackalloc long[1];
        IntegerKind.Read(index.Type.Kind, index.Data.Span, value);
        int last = op.Regions.Length - 1;
        return Expand(op.Regions[value[0] < 0 || value[0] > last ? last : (int)value[0]], rewriter);
    }

    /// <summary>Moves the operations of a region without arguments to where the operation stood.</summary>
    private static Value[]? Expand(Region region, Rewriter rewriter)
    {
        if (region.Blocks.Count != 1 || region.Entry.Arguments.Count != 0)
        {
            return null;
        }
        Block block = region.Entry;
        foreach (Operation inner in block.Operations)
        {
            if (inner != block.Terminator)
            {
                rewriter.Insert(inner);
            }
        }
        return block.Terminator!.Operands.ToArray();
    }

    private static Value[]? SameType(Operation op) => op.Operands[0].Type.Equals(op.Result.Type) ? [op.Operands[0]] : null;

    private static bool IsStaticSame(Operation op) => op.Operands[0].Type is TensorType { Shape.IsStatic: true } type && type.Equals(op.Result.Type);

    private static ReadOnlySpan<long> Longs(Operation op, string name) => op.Attributes.Get<DenseArrayAttr>(name) is { } array ? array.Values.Span : throw new PassException($"attribute {name} of {op.Name} is not a dense array", op);

    private static bool IsIota(ReadOnlySpan<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != i)
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsZero(ReadOnlySpan<long> values) => values.IndexOfAnyExcept(0) < 0;

    /// <summary>Whether a value is a constant that repeats one number; for floats a zero must have the sign asked for.</summary>
    private static bool IsNeutral(Value value, bool negativeZero, long number)
    {
        if (ConstantFoldPass.ConstantValue(value) is not { } dense || !(dense.IsSplat || dense.Type.Rank == 0) || dense.Data.IsEmpty)
        {
            return false;
        }
        ElementKind kind = dense.Type.Kind;
        if (kind.IsFloat())
        {
            Span<double> one = stackalloc double[1];
            FloatKind.Read(kind, dense.Data.Span, one);
            return one[0] == number && (number != 0 || double.IsNegative(one[0]) == negativeZero);
        }
        if (kind.IsComplex())
        {
            return false;
        }
        Span<long> integer = stackalloc long[1];
        IntegerKind.Read(kind, dense.Data.Span, integer);
        return integer[0] == IntegerKind.Wrap(kind, number);
    }
}
