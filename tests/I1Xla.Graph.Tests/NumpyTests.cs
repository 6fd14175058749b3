using System.Globalization;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>Functions of NumPy and JAX on small tensors, against what NumPy gives.</summary>
public class NumpyTests
{
    private static (string Name, Tensor Value, string Expected)[] Cases(Tensor x, Tensor v, Tensor i, Tensor n)
    {
        // x = [[1, 2, 3], [4, 5, 6]], v = [3, -1, 2], i = [7, -7, 5, 0] (i32), n = [nan, 1, -inf, inf]
        Tensor b = i > 0;
        return [
            ("floor_divide ints", Jnp.FloorDivide(i, 3), "2 -3 1 0"),
            ("floor_divide by negatives", Jnp.FloorDivide(i, -3), "-3 2 -2 0"),
            ("remainder of negatives", i % 3, "1 2 2 0"),
            ("remainder by negatives", i % -3, "-2 -1 -1 0"),
            ("remainder by 0", i % 0, "0 0 0 0"),
            ("float floor_divide", Jnp.FloorDivide(v, 0.1), "29 -10 19"),
            ("divmod", Jnp.DivMod(v, 2).Remainder, "1 1 0"),
            ("fmod", Jnp.FMod(i, 3), "1 -1 2 0"),
            ("true divide of ints", i / 2, "3.5 -3.5 2.5 0"),
            ("power of ints", Jnp.Power(i, 2), "49 49 25 0"),
            ("shifts", Jnp.RightShift(i, 1), "3 -4 2 0"),
            ("bitwise", (i & 5) | 8, "13 9 13 8"),
            ("invert", ~i, "-8 6 -6 -1"),
            ("bitwise_count", Jnp.BitwiseCount(i), "3 3 2 0"),
            ("population_count", Lax.PopulationCount(i), "3 30 2 0"),
            ("clz", Lax.Clz(i), "29 0 29 32"),
            ("logical_xor", Jnp.LogicalXor(b, true), "0 1 0 1"),
            ("where", Jnp.Where(b, i, -1), "7 -1 5 -1"),
            ("select", Jnp.Select([i > 5, i < 0], [i * 10, 0], 1), "70 0 1 1"),
            ("select_n", Lax.SelectN(Jnp.Constant([0, 2, 1, 1], [4]), [i, i * 2, i * 3]), "7 -21 10 0"),
            ("clip", Jnp.Clip(i, -2, 6), "6 -2 5 0"),
            ("isnan", Jnp.IsNan(n), "1 0 0 0"),
            ("isfinite", Jnp.IsFinite(n), "0 1 0 0"),
            ("isinf", Jnp.IsInf(n), "0 0 1 1"),
            ("isneginf", Jnp.IsNegInf(n), "0 0 1 0"),
            ("nan_to_num", Jnp.NanToNum(n, 5, 9, -9), "5 1 -9 9"),
            ("nanmax", Jnp.NanMax(n[..2]), "1"),
            ("nansum", Jnp.NanSum(n[..2]), "1"),
            ("nanmean", Jnp.NanMean(n[..2]), "1"),
            ("fmax", Jnp.FMax(n, 2.0), "2 2 2 inf"),
            ("maximum", Jnp.Maximum(n, 2.0), "nan 2 2 inf"),
            ("signbit", Jnp.SignBit(v), "0 1 0"),
            ("copysign", Jnp.CopySign(v, -1.0), "-3 -1 -2"),
            ("heaviside", Jnp.Heaviside(v - 2.0, 0.5), "1 0 0.5"),
            ("trunc", Jnp.Trunc(v * 0.9), "2 0 1"),
            ("rint", Jnp.Rint(v * 0.5), "2 0 1"),
            ("round decimals", Jnp.Round(v * 0.1234, 2), "0.37 -0.12 0.25"),
            ("hypot", Jnp.Hypot(v, 4.0), "5 4.123106 4.472136"),
            ("sinc", Jnp.Sinc(v * 0.5), "-0.2122066 0.6366198 0"),
            ("logaddexp", Jnp.LogAddExp(v, v), "3.693147 -0.3068528 2.693147"),
            ("logaddexp of infinities", Jnp.LogAddExp(n[2..3], double.NegativeInfinity), "-inf"),
            ("exp2", Jnp.Exp2(v), "8 0.5 4"),
            ("log2", Jnp.Log2(x[0]), "0 1 1.584963"),
            ("log10", Jnp.Log10(x[0]), "0 0.30103 0.4771213"),
            ("deg2rad", Jnp.Deg2Rad(v * 60.0), "3.141593 -1.047198 2.094395"),
            ("arctan2", Jnp.Arctan2(v, -1.0), "1.892547 -2.356194 2.034444"),
            ("sinh", Jnp.Sinh(v), "10.01787 -1.175201 3.62686"),
            ("isclose", Jnp.IsClose(v, v + 1e-7), "1 1 1"),
            ("allclose", Jnp.AllClose(v, v * 1.1), "0"),
            ("array_equal", Jnp.ArrayEqual(v, x), "0"),
            ("median", Jnp.Median(v), "2"),
            ("quantile", Jnp.Quantile(x, 0.25, 1), "1.5 4.5"),
            ("percentile", Jnp.Percentile(x, 90), "5.5"),
            ("average", Jnp.Average(x, v, 1), "1.75 4.75"),
            ("ptp", Jnp.Ptp(x, 1), "2 2"),
            ("var ddof", Jnp.Var(x, 1, ddof: 1), "1 1"),
            ("std", Jnp.Std(v), "1.699673"),
            ("cov", Jnp.Cov(x), "1 1 1 1"),
            ("norm", Jnp.Norm(v), "3.741657"),
            ("norm 1", Jnp.Norm(v, 1), "6"),
            ("norm inf", Jnp.Norm(x, double.PositiveInfinity, 1), "3 6"),
            ("count_nonzero", Jnp.CountNonzero(i), "3"),
            ("any all", Jnp.Stack([Jnp.Any(b), Jnp.All(b)]), "1 0"),
            ("argmax", Jnp.ArgMax(x, 0), "1 1 1"),
            ("argsort", Jnp.ArgSort(v), "1 2 0"),
            ("sort descending", Jnp.Sort(v, descending: true), "3 2 -1"),
            ("lexsort", Jnp.LexSort([v, Jnp.Constant([1, 1, 0], [3])]), "2 1 0"),
            ("searchsorted", Jnp.SearchSorted(x[0], Jnp.Constant([0f, 2, 2.5f, 9])), "0 1 2 3"),
            ("searchsorted right", Jnp.SearchSorted(x[0], Jnp.Constant([0f, 2, 2.5f, 9]), true), "0 2 2 3"),
            ("digitize", Jnp.Digitize(Jnp.Constant([0f, 2, 2.5f, 9]), x[0]), "0 2 2 3"),
            ("interp", Jnp.Interp(Jnp.Constant([0f, 1.5f, 3, 7]), x[0], v), "3 1 2 2"),
            ("bincount", Jnp.BinCount(Jnp.Constant([0, 2, 2, 9], [4]), 4), "1 0 2 0"),
            ("cumsum flat", Jnp.CumSum(x), "1 3 6 10 15 21"),
            ("cumprod reverse", Jnp.CumProd(x, 1, true), "6 6 3 120 30 6"),
            ("cummax", Jnp.CumMax(v), "3 3 3"),
            ("cummin of ints", Jnp.CumMin(i), "7 -7 -7 -7"),
            ("cummin reverse", Jnp.CumMin(v, 0, true), "-1 -1 2"),
            ("cumlogsumexp", Lax.CumLogSumExp(v), "3 3.01815 3.326563"),
            ("associative_scan", Lax.AssociativeScan((p, q) => p * q, x, axis: 1), "1 2 6 4 20 120"),
            ("associative_scan reverse", Lax.AssociativeScan((p, q) => p + q, v, true), "4 1 2"),
            ("diff", Jnp.Diff(x, axis: 0), "3 3 3"),
            ("trapezoid", Jnp.Trapezoid(v), "1.5"),
            ("einsum diagonal", Jnp.Einsum("ii->i", x[.., ..2]), "1 5"),
            ("einsum trace", Jnp.Einsum("ii", x[.., 1..]), "8"),
            ("einsum ellipsis", Jnp.Einsum("...j->...", x), "6 15"),
            ("einsum outer", Jnp.Einsum("i,j->ij", v, v), "9 -3 6 -3 1 -2 6 -2 4"),
            ("diagonal", Jnp.Diagonal(x, 1), "2 6"),
            ("diagonal below", Jnp.Diagonal(x, -1), "4"),
            ("trace", Jnp.Trace(x), "6"),
            ("diag", Jnp.Diag(v[..2], 1), "0 3 0 0 0 -1 0 0 0"),
            ("kron", Jnp.Kron(v[..2], x[0]), "3 6 9 -1 -2 -3"),
            ("cross", Jnp.Cross(v, x[0]), "-7 -7 7"),
            ("tensordot", Jnp.TensorDot(x, v, 1), "7 19"),
            ("vdot", Jnp.VDot(x, x), "91"),
            ("inner", Jnp.Inner(x, v), "7 19"),
            ("convolve", Jnp.Convolve(x[0], v), "3 5 9 1 6"),
            ("convolve same", Jnp.Convolve(x[0], v, "same"), "5 9 1"),
            ("correlate", Jnp.Correlate(x[0], v), "7"),
            ("polyval", Jnp.PolyVal(v, x[0]), "4 12 26"),
            ("vander", Jnp.Vander(x[0]), "1 1 1 4 2 1 9 3 1"),
            ("pad edge", Jnp.Pad(v, [(1, 2)], PadMode.Edge), "3 3 -1 2 2 2"),
            ("pad reflect", Jnp.Pad(v, [(2, 3)], PadMode.Reflect), "2 -1 3 -1 2 -1 3 -1"),
            ("pad symmetric", Jnp.Pad(v, [(2, 1)], PadMode.Symmetric), "-1 3 3 -1 2 2"),
            ("pad wrap", Jnp.Pad(v, [(1, 2)], PadMode.Wrap), "2 3 -1 2 3 -1"),
            ("pad linear_ramp", Jnp.Pad(v, [(2, 2)], PadMode.LinearRamp), "0 1.5 3 -1 2 1 0"),
            ("pad mean", Jnp.Pad(x[0], [(1, 1)], PadMode.Mean), "2 1 2 3 2"),
            ("pad maximum", Jnp.Pad(v, [(1, 1)], PadMode.Maximum), "3 3 -1 2 3"),
            ("pad interior", Lax.Pad(v, 0.0, [(1, 0, 1)]), "0 3 0 -1 0 2"),
            ("hstack", Jnp.HStack([x, x[.., ..1]]), "1 2 3 1 4 5 6 4"),
            ("vstack", Jnp.VStack([x, v]), "1 2 3 4 5 6 3 -1 2"),
            ("column_stack", Jnp.ColumnStack([v, v]), "3 3 -1 -1 2 2"),
            ("array_split", Jnp.ArraySplit(v, 2)[0], "3 -1"),
            ("unstack", Jnp.Unstack(x, 1)[2], "3 6"),
            ("rot90", Jnp.Rot90(x), "3 6 2 5 1 4"),
            ("rot90 back", Jnp.Rot90(x, -1), "4 1 5 2 6 3"),
            ("roll flat", Jnp.Roll(x, 2), "5 6 1 2 3 4"),
            ("flip", Jnp.Flip(x, 1), "3 2 1 6 5 4"),
            ("repeat counts", Jnp.Repeat(v, [2, 0, 1], 0), "3 3 2"),
            ("tile", Jnp.Tile(v[..2], [2, 2]), "3 -1 3 -1 3 -1 3 -1"),
            ("moveaxis", Jnp.MoveAxis(x, [0], [1]), "1 4 2 5 3 6"),
            ("meshgrid", Jnp.MeshGrid([v[..2], x[0]])[0], "3 -1 3 -1 3 -1"),
            ("tri", Jnp.Tri(2, 3, 1), "1 1 0 1 1 1"),
            ("tril", Jnp.Tril(x), "1 0 0 4 5 0"),
            ("triu", Jnp.Triu(x, 1), "0 2 3 0 0 6"),
            ("linspace", Jnp.Linspace(0, 1, 5), "0 0.25 0.5 0.75 1"),
            ("geomspace", Jnp.Geomspace(1, 8, 4), "1 2 4 8"),
            ("logspace", Jnp.Logspace(0, 2, 3), "1 10 100"),
            ("arange", Jnp.Arange(1, 4, 0.5), "1 1.5 2 2.5 3 3.5"),
            ("indices", Jnp.Indices([2, 2]), "0 0 1 1 0 1 0 1"),
            ("take fill", Jnp.Take(v, Jnp.Constant([0, 5, -1, -4], [4])), "3 nan 2 nan"),
            ("take fill ints", Jnp.Take(i, Jnp.Constant([9], [1])), "-2147483648"),
            ("take clip", Jnp.Take(v, Jnp.Constant([0, 5, -1, -9], [4]), 0, GatherScatterMode.Clip), "3 2 2 3"),
            ("take wrap", Jnp.Take(v, Jnp.Constant([0, 5, -1, -9], [4]), 0, GatherScatterMode.Wrap), "3 2 2 3"),
            ("take_along_axis", Jnp.TakeAlongAxis(x, Jnp.Constant([2, 0], [1, 2]), 1), "3 1 6 4"),
            ("scatter set", Jnp.ScatterSet(v, Jnp.Constant([0, 9, -1], [3]), Jnp.Constant([7f, 8, 9])), "7 -1 9"),
            ("scatter clip", Jnp.ScatterAdd(v, Jnp.Constant([0, 9], [2]), Jnp.Constant([7f, 8]), GatherScatterMode.Clip), "10 -1 10"),
            ("scatter multiply", Jnp.ScatterMultiply(v, Jnp.Constant([0, 0], [2]), Jnp.Constant([2f, 3])), "18 -1 2"),
            ("scatter max", Jnp.ScatterMax(v, Jnp.Constant([0, 1], [2]), Jnp.Constant([2f, 3])), "3 3 2"),
            ("one_hot", Nn.OneHot(Jnp.Constant([2, 5], [2]), 3), "0 0 1 0 0 0"),
            ("relu", Nn.Relu(v), "3 0 2"),
            ("gelu", Nn.Gelu(v, false), "2.99595 -0.1586553 1.9545"),
            ("softplus", Nn.Softplus(v), "3.048587 0.3132617 2.126928"),
            ("elu", Nn.Elu(v), "3 -0.6321206 2"),
            ("selu", Nn.Selu(v), "3.152103 -1.111331 2.101402"),
            ("hard_tanh", Nn.HardTanh(v), "1 -1 1"),
            ("glu", Nn.Glu(Jnp.Constant([1f, 2, 0, 1])), "0.5 1.462117"),
            ("lgamma", Special.GammaLn(x[1]), "1.791759 3.178054 4.787492"),
            ("digamma", Special.Digamma(x[0]), "-0.5772157 0.4227843 0.9227843"),
            ("polygamma", Special.Polygamma(1, x[0]), "1.644934 0.6449341 0.3949341"),
            ("zeta", Special.Zeta(2.0, x[0]), "1.644934 0.6449341 0.3949341"),
            ("gamma", Special.Gamma(Jnp.Constant([5f, 0.5f, -0.5f, -1.5f])), "24 1.772454 -3.544908 2.363272"),
            ("erfc", Special.Erfc(v), "2.209049E-05 1.842701 0.004677735"),
            ("i0e", Special.I0e(Jnp.Constant([0f, 1, -1, 20])), "1 0.4657596 0.4657596 0.08978031"),
            ("i1e", Special.I1e(Jnp.Constant([0f, 1, -1])), "0 0.2079104 -0.2079104"),
            ("xlogy", Special.XLogY(Jnp.Constant([0f, 2]), Jnp.Constant([0f, 3])), "0 2.197225"),
            ("entr", Special.Entr(Jnp.Constant([0f, 0.5f, -1])), "0 0.3465736 -inf"),
            ("ndtr", Special.Ndtr(v), "0.9986501 0.1586553 0.9772499"),
            ("log_ndtr", Special.LogNdtr(Jnp.Constant([-30f, 0, 6])), "-454.3212 -0.6931472 -9.865877E-10"),
            ("logit", Special.Logit(Jnp.Constant([0.25f])), "-1.098612"),
            ("top_k", Lax.TopK(v, 2).Values, "3 2"),
            ("sort two keys", Lax.Sort([Jnp.Constant([1, 0, 1], [3]), v], 0, 2)[1], "-1 2 3"),
            ("reduce", Lax.Reduce(x, 1.0, (p, q) => p * q, 1), "6 120"),
            ("reduce_window", Lax.ReduceWindow(x, 0.0, (p, q) => p + q, [1, 2]), "3 5 9 11"),
            ("fftfreq", Signal.FftFreq(5), "0 0.2 0.4 -0.4 -0.2"),
            ("fftshift", Signal.FftShift(Jnp.Arange(5)), "3 4 0 1 2"),
            ("rfft", Jnp.Real(Signal.Rfft(v)), "4 2.5"),
            ("irfft", Signal.Irfft(Signal.Rfft(v), 3), "3 -1 2"),
            ("fft ortho", Jnp.Real(Signal.Fft(v, norm: FftNorm.Ortho)), "2.309401 1.443376 1.443376"),
            ("fft padded", Jnp.Real(Signal.Fft(v, 4)), "4 1 6 1"),
            ("ifft2", Jnp.Real(Signal.Ifft2(Signal.Fft2(x))), "1 2 3 4 5 6"),
        ];
    }

    [TestCase(Backend.Interpreter)]
    [TestCase(Backend.XlaCpu)]
    public void GivesWhatNumpyGives(Backend backend)
    {
        string[] names = [], expected = [];
        TracedModule module = Jit.Trace("numpy", [new("x", ElementKind.F32, [2, 3]), new("v", ElementKind.F32, [3]), new("i", ElementKind.I32, [4]), new("n", ElementKind.F32, [4])], a =>
        {
            (string Name, Tensor Value, string Expected)[] cases = Cases(a[0], a[1], a[2], a[3]);
            names = [.. cases.Select(c => c.Name)];
            expected = [.. cases.Select(c => c.Expected)];
            return [.. cases.Select(c => Jnp.Cast(c.Value, ElementKind.F64))];
        });
        Literal[] results = Backends.Run(backend, module, Literal.Create<float>(ElementKind.F32, [2, 3], [1, 2, 3, 4, 5, 6]), Literal.Create<float>(ElementKind.F32, [3], [3, -1, 2]),
            Literal.Create<int>(ElementKind.I32, [4], [7, -7, 5, 0]), Literal.Create<float>(ElementKind.F32, [4], [float.NaN, 1, float.NegativeInfinity, float.PositiveInfinity]));
        Assert.Multiple(() =>
        {
            for (int r = 0; r < results.Length; r++)
            {
                double[] want = [.. expected[r].Split(' ').Select(t => t switch { "nan" => double.NaN, "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, _ => double.Parse(t, CultureInfo.InvariantCulture) })];
                double scale = Math.Max(1e-12, want.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
                Assert.That(results[r].As<double>().ToArray(), Is.EqualTo(want).Within(3e-6 * scale), names[r]);
            }
        });
    }

    [Test]
    public void DrawsOfOtherDistributions()
    {
        TracedModule module = Jit.Trace("draws", [new("key", ElementKind.UI32, [2])], a =>
        {
            Shape shape = [4000];
            return [
                JaxRandom.Exponential(a[0], shape), JaxRandom.Laplace(a[0], shape), JaxRandom.Logistic(a[0], shape), Jnp.Cast(JaxRandom.Rademacher(a[0], shape), ElementKind.F32), JaxRandom.Gumbel(a[0], shape),
                Jnp.Cast(JaxRandom.TruncatedNormal(a[0], -1, 2, shape, ElementKind.F64), ElementKind.F32), Jnp.Cast(JaxRandom.TruncatedNormal(a[0], -1, 2, shape, ElementKind.BF16), ElementKind.F32),
                Jnp.Cast(JaxRandom.Choice(a[0], Jnp.Constant([10, 20, 30], [3]), shape, true, Jnp.Constant([0.2f, 0.5f, 0.3f])), ElementKind.F32),
                Jnp.Sort(JaxRandom.Choice(a[0], Jnp.Cast(Jnp.Arange(6), ElementKind.F32), [6], false)), Jnp.Sort(JaxRandom.Choice(a[0], Jnp.Cast(Jnp.Arange(3), ElementKind.F32), [3], false, Jnp.Constant([0.2f, 0.5f, 0.3f]))), JaxRandom.Cauchy(a[0], shape),
            ];
        });
        Literal[] r = Derivatives.Run(module, Literal.Create<uint>(ElementKind.UI32, [2], [0, 9]));
        float[] Draws(int k) => r[k].As<float>().ToArray();
        Assert.Multiple(() =>
        {
            double[] means = [1, 0, 0, 0, 0.5772, 0.2296, 0.2296, 21], spreads = [1, 2, 3.2899, 1, 1.6449, 0.5200, 0.5200, 49];
            for (int k = 0; k < means.Length; k++)
            {
                float[] x = Draws(k);
                double mean = x.Average(v => (double)v), variance = x.Average(v => (v - mean) * (v - mean));
                Assert.That(mean, Is.EqualTo(means[k]).Within(5 * Math.Sqrt(spreads[k] / 4000)), $"mean of {k}");
                Assert.That(variance, Is.EqualTo(spreads[k]).Within(0.15 * spreads[k]), $"variance of {k}");
            }
            Assert.That(Draws(5), Has.All.GreaterThan(-1).And.All.LessThan(2));
            Assert.That(Draws(8), Is.EqualTo(new[] { 0f, 1, 2, 3, 4, 5 }));
            Assert.That(Draws(9), Is.EqualTo(new[] { 0f, 1, 2 }));
            Assert.That(Draws(10).Order().ElementAt(2000), Is.EqualTo(0).Within(0.1), "the median of a Cauchy draw");
        });
    }
}
