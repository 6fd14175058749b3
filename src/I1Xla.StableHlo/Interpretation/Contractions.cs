using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>
/// <c>dot_general</c> and the older forms of it. Products are summed in the order of the contracting index, in f32 (complex of
/// f32), or in f64 when an operand, the result or the algorithm's accumulation type is; with an algorithm, operands are first
/// rounded to what its components can hold.
/// </summary>
internal static class Contractions
{
    public static void Register(Registrar add)
    {
        add("stablehlo.dot_general", c => OpContext.One(DotGeneral(c)), Quantization.Dequantize);
        add("stablehlo.dot", c => OpContext.One(Dot(c)), Quantization.Dequantize);
        add("stablehlo.einsum", c => OpContext.One(Einsum(c, c.Tensors())), Quantization.Dequantize);
        add("stablehlo.unary_einsum", c => OpContext.One(Einsum(c, c.Tensors())), Quantization.Dequantize);
    }

    /// <summary>The contraction of two tensors: result dimensions are batch, then free left, then free right.</summary>
    public static Literal Contract(OpContext c, Literal a, Literal b, long[] aBatch, long[] bBatch, long[] aContracting, long[] bContracting, ElementType element, bool inDouble = false)
    {
        if (aBatch.Length != bBatch.Length || aContracting.Length != bContracting.Length)
        {
            throw c.Error("the operands have different numbers of batching or contracting dimensions");
        }
        CheckEqualSizes(c, a, b, aBatch, bBatch);
        CheckEqualSizes(c, a, b, aContracting, bContracting);
        long[] aFree = Free(a, aBatch, aContracting), bFree = Free(b, bBatch, bContracting);
        long[] batchShape = Sizes(a, aBatch), m = Sizes(a, aFree), n = Sizes(b, bFree), k = Sizes(a, aContracting);
        Literal left = DataMovement.Transpose(c, a, [.. aBatch, .. aFree, .. aContracting]);
        Literal right = DataMovement.Transpose(c, b, [.. bBatch, .. bContracting, .. bFree]);
        Literal result = c.Make(element, new Shape([.. batchShape, .. m, .. n]));
        int batches = Product(batchShape), rows = Product(m), columns = Product(n), depth = Product(k);
        c.Charge(checked((long)batches * rows * columns) * Math.Max(depth, 1));
        ElementKind kind = element.StorageKind;
        inDouble |= IsDouble(kind) || IsDouble(a.Type.Kind) || IsDouble(b.Type.Kind);
        if (kind.IsComplex() && inDouble)
        {
            Multiply(AsComplex(left), AsComplex(right), batches, rows, depth, columns, values => Elements.Write(result, values));
        }
        else if (kind.IsComplex())
        {
            Multiply(AsComplexSingle(left), AsComplexSingle(right), batches, rows, depth, columns, values => Elements.Write(result, ComplexSingle.Widen(values)));
        }
        else if (kind.IsFloat() && inDouble)
        {
            Multiply(AsReal(left), AsReal(right), batches, rows, depth, columns, values => Elements.Write(result, values));
        }
        else if (kind.IsFloat())
        {
            Multiply(AsSingle(left), AsSingle(right), batches, rows, depth, columns, values => Elements.Write(result, Array.ConvertAll(values, v => (double)v)));
        }
        else
        {
            Multiply(AsInteger(left), AsInteger(right), batches, rows, depth, columns, values =>
                Elements.Write(result, kind.IsBoolean() ? Array.ConvertAll(values, v => v != 0 ? 1L : 0) : values));
        }
        return result;
    }

    private static Literal DotGeneral(OpContext c)
    {
        Literal a = c.Tensor(0), b = c.Tensor(1);
        var d = c.Attribute<DotDimensionNumbersAttr>("dot_dimension_numbers");
        if (c.Op.Attributes.Get<DotAlgorithmAttr>("algorithm") is { } algorithm)
        {
            a = ToComponents(c, a, algorithm.LhsPrecisionType, algorithm.LhsComponentCount);
            b = ToComponents(c, b, algorithm.RhsPrecisionType, algorithm.RhsComponentCount);
        }
        bool inDouble = c.Op.Attributes.Get<DotAlgorithmAttr>("algorithm")?.AccumulationType is ScalarType { Kind: ElementKind.F64 };
        return Contract(
            c, a, b, d.LhsBatchingDimensions.ToArray(), d.RhsBatchingDimensions.ToArray(),
            d.LhsContractingDimensions.ToArray(), d.RhsContractingDimensions.ToArray(), c.ResultType().Element, inDouble);
    }

    /// <summary>Rounds to the sum of so many values of the precision type, each the nearest to what is left.</summary>
    private static Literal ToComponents(OpContext c, Literal x, IrType precision, long count)
    {
        if (!x.Type.Kind.IsFloat() || (precision as ScalarType)?.Kind is not { } kind || !kind.IsFloat())
        {
            return x;
        }
        double[] values = Elements.Reals(x);
        for (int i = 0; i < values.Length; i++)
        {
            double sum = FloatKind.Round(kind, values[i]);
            for (long part = 1; part < count && double.IsFinite(sum); part++)
            {
                sum += FloatKind.Round(kind, values[i] - sum);
            }
            values[i] = sum;
        }
        Literal result = c.Make(x.Type.Kind == ElementKind.F64 ? ScalarType.F64 : ScalarType.F32, x.Shape);
        Elements.Write(result, values);
        return result;
    }

    private static Literal Dot(OpContext c)
    {
        Literal a = c.Tensor(0), b = c.Tensor(1);
        return Contract(c, a, b, [], [], [a.Type.Rank - 1], [0], c.ResultType().Element);
    }

    /// <summary>An einsum of one or two operands, as products over all labels; repeated labels take diagonals.</summary>
    private static Literal Einsum(OpContext c, Literal[] operands)
    {
        string config = c.Text("einsum_config") ?? throw c.Error("attribute einsum_config is missing");
        string[] sides = config.Split("->");
        string[] inputs = sides[0].Split(',').Select(s => s.Trim()).ToArray();
        if (sides.Length != 2 || inputs.Length != operands.Length || inputs.Zip(operands).Any(p => p.First.Length != p.Second.Type.Rank))
        {
            throw c.Error($"einsum_config '{config}' does not fit the operands");
        }
        string output = sides[1].Trim();
        var sizes = new Dictionary<char, long>();
        for (int i = 0; i < inputs.Length; i++)
        {
            for (int d = 0; d < inputs[i].Length; d++)
            {
                if (sizes.TryGetValue(inputs[i][d], out long known) && known != operands[i].Shape[d])
                {
                    throw c.Error($"label '{inputs[i][d]}' stands for sizes {known} and {operands[i].Shape[d]}");
                }
                sizes[inputs[i][d]] = operands[i].Shape[d];
            }
        }
        string summed = string.Concat(sizes.Keys.Where(l => !output.Contains(l)));
        ElementType element = c.ResultType().Element;
        // Each operand over (output labels, summed labels), then one contraction with every output label a batch.
        Literal[] spread = new Literal[operands.Length];
        string all = output + summed;
        long[] shape = all.Select(l => sizes[l]).ToArray();
        for (int i = 0; i < operands.Length; i++)
        {
            long[] strides = operands[i].Shape.Strides(), from = new long[all.Length];
            for (int d = 0; d < inputs[i].Length; d++)
            {
                from[all.IndexOf(inputs[i][d])] += strides[d];
            }
            spread[i] = c.Make(operands[i].Type.Element, new Shape([.. shape]));
            Strided.Gather(operands[i], 0, from, spread[i]);
        }
        Literal second = spread.Length > 1 ? spread[1] : Scalars.Splat(c, spread[0].Type.Element, new Shape([.. shape]), 1);
        long[] batch = Enumerable.Range(0, output.Length).Select(i => (long)i).ToArray();
        long[] contracting = Enumerable.Range(output.Length, summed.Length).Select(i => (long)i).ToArray();
        return Contract(c, spread[0], second, batch, batch, contracting, contracting, element);
    }

    private static void Multiply<T>(T[] a, T[] b, int batches, int rows, int depth, int columns, Action<T[]> write)
        where T : struct, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
    {
        T[] result = new T[batches * rows * columns];
        for (int batch = 0; batch < batches; batch++)
        {
            for (int i = 0; i < rows; i++)
            {
                Span<T> row = result.AsSpan(((batch * rows) + i) * columns, columns);
                for (int k = 0; k < depth; k++)
                {
                    T x = a[(((batch * rows) + i) * depth) + k];
                    ReadOnlySpan<T> line = b.AsSpan(((batch * depth) + k) * columns, columns);
                    for (int j = 0; j < row.Length; j++)
                    {
                        row[j] += x * line[j];
                    }
                }
            }
        }
        write(result);
    }

    public static double[] AsReal(Literal x) =>
        x.Type.Kind.IsFloat() ? Elements.Reals(x)
        : x.Type.Kind.IsComplex() ? Array.ConvertAll(Elements.Complexes(x), z => z.Real)
        : Array.ConvertAll(Elements.Integers(x), v => IntegerKind.ToDouble(x.Type.Kind, v));

    public static Complex[] AsComplex(Literal x) => x.Type.Kind.IsComplex() ? Elements.Complexes(x) : Array.ConvertAll(AsReal(x), v => new Complex(v, 0));

    public static float[] AsSingle(Literal x) => Array.ConvertAll(AsReal(x), v => (float)v);

    public static ComplexSingle[] AsComplexSingle(Literal x) => Array.ConvertAll(AsComplex(x), z => new ComplexSingle((float)z.Real, (float)z.Imaginary));

    /// <summary>Whether a kind has the precision of f64.</summary>
    public static bool IsDouble(ElementKind kind) => kind is ElementKind.F64 or ElementKind.Complex128;

    public static long[] AsInteger(Literal x) => x.Type.Kind.IsFloat() ? Array.ConvertAll(Elements.Reals(x), v => (long)v) : Elements.Integers(x);

    private static long[] Free(Literal x, long[] batch, long[] contracting) =>
        Enumerable.Range(0, x.Type.Rank).Select(d => (long)d).Where(d => !batch.Contains(d) && !contracting.Contains(d)).ToArray();

    private static long[] Sizes(Literal x, long[] dimensions) => dimensions.Select(d => x.Shape[(int)d]).ToArray();

    private static int Product(long[] sizes) => sizes.Aggregate(1, (product, size) => checked(product * (int)size));

    private static void CheckEqualSizes(OpContext c, Literal a, Literal b, long[] aDimensions, long[] bDimensions)
    {
        for (int i = 0; i < aDimensions.Length; i++)
        {
            long x = a.Shape[(int)aDimensions[i]], y = b.Shape[(int)bDimensions[i]];
            if (x != y)
            {
                throw c.Error($"dimension {aDimensions[i]} of the left operand has size {x}, dimension {bDimensions[i]} of the right has {y}");
            }
        }
    }
}
