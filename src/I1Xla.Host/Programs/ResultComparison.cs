using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Host.Programs;

/// <summary>How one result of a program compares with what was expected. Differences of complex elements are taken part by part.</summary>
/// <param name="Index">Position among the results.</param>
/// <param name="Type">Element type and shape.</param>
/// <param name="Elements">Elements compared (real and imaginary parts apart).</param>
/// <param name="Tolerance">The largest difference allowed, relative to the scale; 0 for integers and booleans.</param>
/// <param name="Scale">The largest finite magnitude expected (1 when all are zero).</param>
/// <param name="MaxAbsolute">Largest difference.</param>
/// <param name="MaxRelative">Largest difference over the scale.</param>
/// <param name="MeanAbsolute">Mean difference.</param>
/// <param name="Bad">Elements whose difference is not allowed.</param>
/// <param name="FirstBad">Indices of the first such element; null when there is none.</param>
/// <param name="Expected">What was expected there.</param>
/// <param name="Actual">What came.</param>
/// <param name="Problem">Why there is nothing to compare (another shape or type); null otherwise.</param>
public sealed record ResultComparison(
    int Index, string Type, long Elements, double Tolerance, double Scale, double MaxAbsolute, double MaxRelative, double MeanAbsolute,
    long Bad, long[]? FirstBad, double? Expected, double? Actual, string? Problem)
{
    /// <summary>Whether the result is as expected.</summary>
    public bool Passed => Bad == 0 && Problem is null;

    /// <summary>Compares one result.</summary>
    /// <param name="index">Position among the results.</param>
    /// <param name="actual">What came.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="tolerance">The largest difference of a float relative to the scale.</param>
    public static ResultComparison Of(int index, Literal actual, Literal expected, double tolerance)
    {
        ElementKind kind = expected.Type.Kind;
        double allowed = kind.IsInteger() || kind.IsBoolean() || kind == ElementKind.Index ? 0 : tolerance;
        string type = expected.Type.ToString();
        if (actual.Type.Kind != kind || actual.Shape != expected.Shape)
        {
            return new ResultComparison(index, type, 0, allowed, 1, 0, 0, 0, 0, null, null, null, $"expected {expected.Type}, got {actual.Type}");
        }
        double[] want = Values(expected), got = Values(actual);
        double scale = want.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        scale = scale == 0 ? 1 : scale;
        double max = 0, sum = 0;
        long bad = 0, first = -1;
        for (int i = 0; i < want.Length; i++)
        {
            if (want[i].Equals(got[i]) || want[i] == got[i])
            {
                continue;
            }
            double difference = Math.Abs(want[i] - got[i]);
            difference = double.IsNaN(difference) ? double.PositiveInfinity : difference;
            max = Math.Max(max, difference);
            sum += difference;
            if (!(difference <= allowed * scale))
            {
                bad++;
                first = first < 0 ? i : first;
            }
        }
        int parts = kind.IsComplex() ? 2 : 1;
        return new ResultComparison(
            index, type, want.Length, allowed, scale, max, max / scale, want.Length == 0 ? 0 : sum / want.Length, bad,
            first < 0 ? null : Unflatten(first / parts, expected.Shape), first < 0 ? null : want[first], first < 0 ? null : got[first], null);
    }

    /// <summary>
    /// The tolerance of a program's float results: that of the coarsest float type it computes in (a program may take and
    /// give f32 and compute in bf16).
    /// </summary>
    public static double DefaultTolerance(ModuleOp module)
    {
        double coarsest = 0;
        module.Op.Walk(op =>
        {
            foreach (OpResult result in op.Results)
            {
                if (result.Type is TensorType { Kind: var kind } && (kind.IsFloat() || kind.IsComplex()))
                {
                    coarsest = Math.Max(coarsest, DefaultTolerance(kind));
                }
            }
        });
        return coarsest;
    }

    /// <summary>The tolerance of an element type: room for another order of summation, not for another algorithm.</summary>
    public static double DefaultTolerance(ElementKind kind) => kind switch
    {
        ElementKind.F64 or ElementKind.Complex128 => 1e-10,
        ElementKind.F32 or ElementKind.TF32 or ElementKind.Complex64 => 1e-4,
        ElementKind.F16 => 4e-3,
        ElementKind.BF16 => 2e-2,
        _ => 0.25,
    };

    private static double[] Values(Literal tensor)
    {
        ElementKind kind = tensor.Type.Kind;
        if (kind.IsComplex())
        {
            var parts = new double[2 * tensor.Shape.ElementCount];
            FloatKind.Read(kind.RealPart(), tensor.Data.Span, parts);
            return parts;
        }
        var values = new double[tensor.Shape.ElementCount];
        if (kind.IsFloat())
        {
            FloatKind.Read(kind, tensor.Data.Span, values);
            return values;
        }
        ReadOnlySpan<byte> bytes = tensor.Data.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (kind.StorageBytes(), kind.IsUnsignedInteger() || kind.IsBoolean()) switch
            {
                (1, true) => bytes[i],
                (1, false) => (sbyte)bytes[i],
                (2, true) => MemoryMarshal.Cast<byte, ushort>(bytes)[i],
                (2, false) => MemoryMarshal.Cast<byte, short>(bytes)[i],
                (4, true) => MemoryMarshal.Cast<byte, uint>(bytes)[i],
                (4, false) => MemoryMarshal.Cast<byte, int>(bytes)[i],
                (_, true) => MemoryMarshal.Cast<byte, ulong>(bytes)[i],
                _ => MemoryMarshal.Cast<byte, long>(bytes)[i],
            };
        }
        return values;
    }

    private static long[] Unflatten(long position, Shape shape)
    {
        var index = new long[shape.Rank];
        for (int d = index.Length - 1; d >= 0; d--)
        {
            index[d] = position % shape[d];
            position /= shape[d];
        }
        return index;
    }
}
