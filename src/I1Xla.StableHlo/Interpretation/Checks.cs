using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>The <c>check</c> dialect and the probing and printing ops of the <c>interpreter</c> dialect: how test programs say what they expect.</summary>
internal static class Checks
{
    /// <summary>The absolute tolerance of <c>expect_almost_eq</c>.</summary>
    public const double DefaultTolerance = 1e-4;

    /// <summary>The absolute tolerance of the custom call <c>@check.expect_almost_eq</c>.</summary>
    public const double CustomCallTolerance = 1e-3;

    /// <summary>The distance in units of the last place that <c>expect_close</c> allows.</summary>
    public const long DefaultUlps = 3;

    public static void Register(Registrar add)
    {
        void Add(string name, Action<OpContext> check) => add("check." + name, c =>
        {
            check(c);
            return [];
        }, Quantization.Structural);
        Add("expect_eq", c => ExpectEqual(c, c.Tensor(0), c.Tensor(1)));
        Add("expect_eq_const", c => ExpectEqual(c, c.Tensor(0), Constant(c)));
        Add("expect_almost_eq", c => ExpectAlmostEqual(c, c.Tensor(0), c.Tensor(1), Tolerance(c)));
        Add("expect_almost_eq_const", c => ExpectAlmostEqual(c, c.Tensor(0), Constant(c), Tolerance(c)));
        Add("expect_close", c => ExpectClose(c, c.Tensor(0), c.Tensor(1), c.Int("min_ulp_difference", 0), c.Int("max_ulp_difference", DefaultUlps)));
        Add("expect_serialized_eq", ExpectProbed);
        add("interpreter.probe", Probe, Quantization.Structural);
        add("interpreter.print", Print, Quantization.Structural);
    }

    /// <summary>Whether all elements are equal: numerically, or the same bits, or both NaN.</summary>
    public static bool AreEqual(Literal a, Literal b) => FirstDifference(a, b) < 0;

    public static void ExpectEqual(OpContext c, Literal actual, Literal expected)
    {
        CheckTypes(c, actual, expected);
        int at = FirstDifference(actual, expected);
        if (at >= 0)
        {
            throw Failure(c, actual, expected, at, "");
        }
    }

    public static void ExpectAlmostEqual(OpContext c, Literal actual, Literal expected, double tolerance)
    {
        CheckTypes(c, actual, expected);
        double[] x = Parts(c, actual), y = Parts(c, expected);
        double slack = Slack(c, actual.Type.Kind.RealPart(), y);
        for (int i = 0; i < x.Length; i++)
        {
            bool close = x[i] == y[i] || (double.IsNaN(x[i]) && double.IsNaN(y[i])) || Math.Abs(x[i] - y[i]) <= tolerance;
            if (!close && !(Math.Abs(x[i] - y[i]) <= slack))
            {
                throw Failure(c, actual, expected, i / (actual.Type.Kind.IsComplex() ? 2 : 1), $" (tolerance {tolerance})");
            }
        }
    }

    public static void ExpectClose(OpContext c, Literal actual, Literal expected, long minimum, long maximum)
    {
        CheckTypes(c, actual, expected);
        ElementKind kind = actual.Type.Kind.RealPart();
        int parts = actual.Type.Kind.IsComplex() ? 2 : 1;
        double[] x = Parts(c, actual), y = Parts(c, expected);
        double slack = Slack(c, kind, y);
        int wrong = 0, first = -1;
        ulong worst = 0;
        for (int i = 0; i < x.Length; i += parts)
        {
            ulong distance = 0;
            for (int p = 0; p < parts; p++)
            {
                distance = Math.Max(distance, Math.Abs(x[i + p] - y[i + p]) <= slack ? 0 : UlpDistance(kind, x[i + p], y[i + p]));
            }
            if (distance < (ulong)minimum || distance > (ulong)maximum)
            {
                wrong++;
                first = first < 0 ? i / parts : first;
                worst = Math.Max(worst, distance);
            }
        }
        if (wrong > 0)
        {
            throw Failure(c, actual, expected, first, $"; {wrong} of {x.Length / parts} elements differ by more than {maximum} units of the last place, at worst {(worst == ulong.MaxValue ? "infinitely many" : worst.ToString())}");
        }
    }

    /// <summary>How many floats of a kind lie between two values; the largest number when one is not finite and they differ.</summary>
    public static ulong UlpDistance(ElementKind kind, double x, double y)
    {
        ulong a = FloatKind.ToBits(kind, x), b = FloatKind.ToBits(kind, y);
        if (a == b || (double.IsNaN(x) && double.IsNaN(y)))
        {
            return 0;
        }
        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return ulong.MaxValue;
        }
        ulong magnitudeA = FloatKind.ToBits(kind, Math.Abs(x)), magnitudeB = FloatKind.ToBits(kind, Math.Abs(y));
        return double.IsNegative(x) != double.IsNegative(y) ? magnitudeA + magnitudeB
            : magnitudeA > magnitudeB ? magnitudeA - magnitudeB : magnitudeB - magnitudeA;
    }

    /// <summary>The absolute error that <see cref="InterpreterOptions.CheckSlack"/> allows; negative when it allows none.</summary>
    private static double Slack(OpContext c, ElementKind kind, double[] expected)
    {
        double allowed = c.Interpreter.Options.CheckSlack;
        if (allowed <= 0)
        {
            return -1;
        }
        double largest = 0;
        foreach (double v in expected)
        {
            largest = double.IsFinite(v) ? Math.Max(largest, Math.Abs(v)) : largest;
        }
        return allowed * largest * Math.ScaleB(1, -FloatKind.MantissaBits(kind));
    }

    private static int FirstDifference(Literal a, Literal b)
    {
        if (a.Shape != b.Shape || a.Type.Kind != b.Type.Kind)
        {
            return 0;
        }
        if (a.Data.Span.SequenceEqual(b.Data.Span))
        {
            return -1;
        }
        ElementKind kind = a.Type.Kind;
        if (kind.IsFloat() || kind.IsComplex())
        {
            double[] x = kind.IsComplex() ? Flatten(a) : Elements.Reals(a), y = kind.IsComplex() ? Flatten(b) : Elements.Reals(b);
            for (int i = 0; i < x.Length; i++)
            {
                if (x[i] != y[i] && !(double.IsNaN(x[i]) && double.IsNaN(y[i])))
                {
                    return i / (kind.IsComplex() ? 2 : 1);
                }
            }
            return -1;
        }
        return Elements.Integers(a).AsSpan().CommonPrefixLength(Elements.Integers(b)) is var same && same < Elements.Count(a) ? same : -1;
    }

    private static double[] Parts(OpContext c, Literal x) =>
        x.Type.Kind.IsComplex() ? Flatten(x) : x.Type.Kind.IsFloat() && x.Type.Element is ScalarType ? Elements.Reals(x) : throw c.Error($"the check is for floats and complex numbers, not {Interpreter.Describe(x.Type)}");

    private static double[] Flatten(Literal x) => Array.ConvertAll(Elements.Complexes(x), z => z).SelectMany(z => new[] { z.Real, z.Imaginary }).ToArray();

    private static void CheckTypes(OpContext c, Literal actual, Literal expected)
    {
        if (actual.Shape != expected.Shape || actual.Type.Kind != expected.Type.Kind)
        {
            throw new CheckFailedException(c.Op, $"{Interpreter.Describe(actual.Type)} is compared with {Interpreter.Describe(expected.Type)}");
        }
    }

    private static CheckFailedException Failure(OpContext c, Literal actual, Literal expected, int at, string more) =>
        new(c.Op, $"at {Elements.DescribeIndex(actual.Shape, at)} the value is {Elements.Describe(actual, at)}, expected {Elements.Describe(expected, at)}{more}");

    private static Literal Constant(OpContext c) => c.Interpreter.FromDense(c.Op, c.Attribute<DenseElementsAttr>("value"));

    private static double Tolerance(OpContext c) => c.Op.Attributes.Get<FloatAttr>("tolerance")?.Value ?? DefaultTolerance;

    private static RuntimeValue[] Probe(OpContext c)
    {
        string id = c.Text("probe_id") ?? throw c.Error("attribute probe_id is missing");
        lock (c.Interpreter.ProbeStore)
        {
            if (!c.Interpreter.ProbeStore.TryGetValue(id, out List<Literal>? values))
            {
                c.Interpreter.ProbeStore[id] = values = [];
            }
            values.Add(c.Tensor(0));
        }
        return c.Operands;
    }

    private static void ExpectProbed(OpContext c)
    {
        string id = c.Text("probe_id") ?? throw c.Error("attribute probe_id is missing");
        int iteration = (int)c.Int("iteration", 0);
        Literal expected = c.Tensor(0);
        lock (c.Interpreter.ProbeStore)
        {
            if (!c.Interpreter.ProbeStore.TryGetValue(id, out List<Literal>? values) || iteration >= values.Count)
            {
                throw new CheckFailedException(c.Op, $"probe '{id}' recorded no value number {iteration}");
            }
            ExpectEqual(c, values[iteration], expected);
        }
    }

    private static RuntimeValue[] Print(OpContext c)
    {
        if (c.Interpreter.Options.Output is { } output)
        {
            string text = $"%{c.Op.Operands[0].NameHint ?? Number(c.Op.Operands[0])} = {LiteralText.Print(c.Tensor(0))}";
            lock (output)
            {
                output.WriteLine(text);
            }
        }
        return [];
    }

    /// <summary>The number that MLIR's printer gives a value: how many results without names come before it in its block.</summary>
    private static string Number(Value value)
    {
        int number = 0;
        foreach (Operation op in value.DefiningOp?.Parent?.Operations ?? [])
        {
            foreach (OpResult result in op.Results)
            {
                if (ReferenceEquals(result, value))
                {
                    return number.ToString();
                }
            }
            number += op.Results.Length > 0 && op.Results[0].NameHint is null ? 1 : 0;
        }
        return number.ToString();
    }
}
