using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Tests.CustomCalls.Lapack;

// Matrices that are not symmetric, and the calls that hand out reflectors.
public partial class LapackCallTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(6)]
    [TestCase(40)]
    public void VectorsOfAGeneralMatrixAreThoseOfItsEigenvalues(int n)
    {
        Complex[][,] a = Matrices(n, n);
        // Triangular from below, badly scaled, and with an eigenvalue twice where there is room.
        a[1] = Each(n, n, (i, j) => i < j ? 0 : i == j ? i / 2 : Math.Pow(4, (i % 3) - (j % 3)));
        (Complex[][] values, Complex[][,] left, Complex[][,] right) = Eigen(a, n);
        for (int b = 0; b < 2; b++)
        {
            Complex[,] diagonal = Each(n, n, (i, j) => i == j ? values[b][i] : 0);
            double size = (1 + a[b].Cast<Complex>().Max(Complex.Abs)) * n;
            Close(Times(a[b], right[b]), Times(right[b], diagonal), size);
            Close(Times(Adjoint(a[b]), left[b]), Times(left[b], Adjoint(diagonal)), size);
            Close(Each(1, n, (_, j) => Column(left[b], j).Sum(x => Complex.Abs(x * x))), Each(1, n, (_, _) => 1));
            Close(Each(1, n, (_, j) => Column(right[b], j).Sum(x => Complex.Abs(x * x))), Each(1, n, (_, _) => 1));
            for (int j = 0; j < n; j++) Assert.That(Column(right[b], j).MaxBy(Complex.Abs).Imaginary, Is.Zero.Within(_tolerance));
            Complex trace = Enumerable.Range(0, n).Aggregate(Complex.Zero, (sum, i) => sum + a[b][i, i]);
            Assert.That(Complex.Abs(values[b].Aggregate(Complex.Zero, (x, y) => x + y) - trace), Is.LessThan(_tolerance * size));
        }
    }

    [Test]
    public void EigenvaluesAreThoseOfTheCharacteristicPolynomial()
    {
        // A quarter turn: ±i. And x³ - 6x² + 11x - 6 = (x - 1)(x - 2)(x - 3).
        Complex[] turn = Eigen([new Complex[,] { { 0, -1 }, { 1, 0 } }], 2).Values[0];
        Assert.That(turn, Is.EqualTo([Complex.ImaginaryOne, -Complex.ImaginaryOne]).Using<Complex, Complex>((x, y) => Complex.Abs(x - y) < _tolerance) | Is.EqualTo([-Complex.ImaginaryOne, Complex.ImaginaryOne]).Using<Complex, Complex>((x, y) => Complex.Abs(x - y) < _tolerance));
        Complex[] roots = [.. Eigen([new Complex[,] { { 6, -11, 6 }, { 1, 0, 0 }, { 0, 1, 0 } }], 3).Values[0].OrderBy(x => x.Real)];
        for (int i = 0; i < 3; i++) Assert.That(Complex.Abs(roots[i] - (i + 1)), Is.LessThan(40 * _tolerance));
        // Defective: one vector twice, all the same a solution.
        (Complex[][] values, _, Complex[][,] right) = Eigen([new Complex[,] { { 2, 1 }, { 0, 2 } }], 2);
        Close(Each(1, 2, (_, j) => values[0][j]), Each(1, 2, (_, _) => 2));
        Close(Each(1, 2, (_, j) => Complex.Abs(right[0][0, j])), Each(1, 2, (_, _) => 1));
        // Cyclic: the fifth roots of one, on which unshifted steps make no headway.
        Complex[] cyclic = Eigen([Each(5, 5, (i, j) => j == (i + 1) % 5 ? 1 : 0)], 5).Values[0];
        foreach (Complex w in cyclic) Assert.That(Complex.Abs(Complex.Pow(w, 5) - 1), Is.LessThan(20 * _tolerance));
        Assert.That(cyclic.Select(w => Math.Round(w.Phase * 5 / (2 * Math.PI))), Is.Unique);
    }

    [Test]
    public void AGeneralMatrixThatIsNotFiniteIsToldOf()
    {
        Complex[][,] a = Matrices(3, 3);
        a[1][0, 2] = double.PositiveInfinity;
        Assert.That(Call("geev", "", [To(a)], EigenTypes(2, 3))[^1].As<int>().ToArray(), Is.EqualTo(new[] { 0, -4 }));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(24)]
    public void TheSchurFormIsTriangularAndMakesTheMatrix(int n)
    {
        Complex[][,] a = Matrices(n, n);
        string matrix = $"tensor<2x{n}x{n}x{element}>", vector = $"tensor<2x{n}x{element}>";
        string[] types = IsComplex ? [matrix, matrix, vector, "tensor<2xi32>", "tensor<2xi32>"] : [matrix, matrix, vector, vector, "tensor<2xi32>", "tensor<2xi32>"];
        Literal[] made = Call("gees", $"mode = {(int)'V'} : ui8, sort = {(int)'N'} : ui8", [To(a)], types);
        Assert.That(made[^1].As<int>().ToArray(), Is.All.Zero);
        for (int b = 0; b < 2; b++)
        {
            Complex[,] t = From(made[0], n, n)[b], z = From(made[1], n, n)[b];
            Close(Times(Times(z, t), Adjoint(z)), a[b], n);
            Close(Times(Adjoint(z), z), Identity(n), n);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    if (t[i, j] == 0) continue;
                    // A pair of complex numbers.
                    Assert.That(!IsComplex && j == i - 1 && t[i, i] == t[j, j] && t[i, j].Real * t[j, i].Real < 0 && (i + 1 == n || t[i + 1, i] == 0), $"{i}, {j}");
                }
            }
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(6)]
    public void TheHessenbergFormMakesTheMatrix(int n)
    {
        Complex[][,] a = Matrices(n, n);
        Literal[] made = Call("gehrd", $"low = 1 : i32, high = {n} : i32", [To(a)], $"tensor<2x{n}x{n}x{element}>", $"tensor<2x{n - 1}x{element}>", "tensor<2xi32>");
        for (int b = 0; b < 2; b++)
        {
            Complex[,] h = From(made[0], n, n)[b], q = Identity(n);
            Complex[] taus = n == 1 ? [] : Column(Transpose(From(made[1], 1, n - 1)[b]), 0);
            for (int k = 0; k < n - 1; k++) q = Times(q, Reflector(n, k + 1, i => i > k ? h[i, k] : 0, taus[k]));
            Close(Times(Times(q, Each(n, n, (i, j) => i > j + 1 ? 0 : h[i, j])), Adjoint(q)), a[b]);
        }
    }

    [Test]
    public void ReflectorsMultiply([Values] bool left, [Values] bool adjoint)
    {
        const int M = 5, N = 4;
        int size = left ? M : N, k = 3;
        Complex[][,] a = Matrices(size, k), c = Matrices(M, N);
        Literal[] qr = Call("geqrf", "", [To(a)], $"tensor<2x{size}x{k}x{element}>", $"tensor<2x{k}x{element}>");
        Literal made = Call(IsComplex ? "unmqr" : "ormqr", $"left = {(left ? "true" : "false")}, transpose = {(adjoint ? "true" : "false")}", [qr[0], qr[1], To(c)], $"tensor<2x{M}x{N}x{element}>")[0];
        for (int b = 0; b < 2; b++)
        {
            Complex[,] v = From(qr[0], size, k)[b], q = Identity(size);
            for (int j = 0; j < k; j++) q = Times(q, Reflector(size, j, i => i > j ? v[i, j] : 0, From(qr[1], 1, k)[b][0, j]));
            if (adjoint) q = Adjoint(q);
            Close(From(made, M, N)[b], left ? Times(q, c[b]) : Times(c[b], q));
        }
    }

    [TestCase(5, 4)]
    [TestCase(3, 5)]
    public void PivotedFactorsMakeTheMatrixWithTheLongestColumnsFirst(int m, int n)
    {
        int k = Math.Min(m, n);
        Complex[][,] a = Matrices(m, n);
        // Of the second matrix the last column is to stay in front.
        int[] fixedColumns = new int[2 * n];
        fixedColumns[^1] = 1;
        Literal[] made = Call("geqp3", "", [To(a), Literal.Create<int>(ElementKind.I32, new Shape(2, n), fixedColumns)], $"tensor<2x{m}x{n}x{element}>", $"tensor<2x{n}xi32>", $"tensor<2x{k}x{element}>");
        for (int b = 0; b < 2; b++)
        {
            Complex[,] v = From(made[0], m, n)[b], q = Identity(m);
            int[] pivots = made[1].As<int>()[(b * n)..((b + 1) * n)].ToArray();
            for (int j = 0; j < k; j++) q = Times(q, Reflector(m, j, i => i > j ? v[i, j] : 0, From(made[2], 1, k)[b][0, j]));
            Assert.That(pivots.Order(), Is.EqualTo(Enumerable.Range(1, n)));
            Close(Times(q, Each(m, n, (i, j) => i > j ? 0 : v[i, j])), Each(m, n, (i, j) => a[b][i, pivots[j] - 1]));
            double[] diagonal = [.. Enumerable.Range(0, k).Select(i => -Complex.Abs(v[i, i]))];
            if (b == 0) Assert.That(diagonal, Is.Ordered);
            else Assert.That(pivots[0], Is.EqualTo(n));
        }
    }

    [Test]
    public void TheTridiagonalFormMakesTheHermitianMatrix([Values('L', 'U')] char uplo, [Values(1, 2, 5)] int n)
    {
        Complex[][,] a = [.. Matrices(n, n).Select(x => Plus(x, Adjoint(x)))];
        Literal[] made = Call(IsComplex ? "hetrd" : "sytrd", $"uplo = {(int)uplo} : ui8", [To(a)], $"tensor<2x{n}x{n}x{element}>", $"tensor<2x{n}x{Real}>", $"tensor<2x{n - 1}x{Real}>", $"tensor<2x{n - 1}x{element}>", "tensor<2xi32>");
        double[] diagonal = Reals(made[1]), beside = Reals(made[2]);
        for (int b = 0; b < 2; b++)
        {
            Complex[,] x = From(made[0], n, n)[b], q = Identity(n), t = Each(n, n, (i, j) => i == j ? diagonal[(b * n) + i] : Math.Abs(i - j) == 1 ? beside[(b * (n - 1)) + Math.Min(i, j)] : 0);
            for (int k = 0; k < n - 1; k++)
            {
                Complex tau = From(made[3], 1, n - 1)[b][0, k];
                // Lower: H₀ H₁ …, each vector beginning with its one; upper: … H₁ H₀, ending with it.
                q = uplo == 'L' ? Times(q, Reflector(n, k + 1, i => i > k ? x[i, k] : 0, tau)) : Times(Reflector(n, k, i => i < k ? x[i, k + 1] : 0, tau), q);
                int i0 = uplo == 'L' ? k + 1 : k, j0 = uplo == 'L' ? k : k + 1;
                Assert.That(Complex.Abs(x[i0, j0] - beside[(b * (n - 1)) + k]), Is.LessThan(_tolerance));
            }
            Close(Times(Times(q, t), Adjoint(q)), a[b], 3);
        }
    }

    private string[] EigenTypes(int batches, int n)
    {
        string complex = $"complex<{Real}>", vector = $"tensor<{batches}x{n}x{element}>", matrix = $"tensor<{batches}x{n}x{n}x{complex}>", info = $"tensor<{batches}xi32>";
        return IsComplex ? [vector, matrix, matrix, info] : [vector, vector, matrix, matrix, info];
    }

    private (Complex[][] Values, Complex[][,] Left, Complex[][,] Right) Eigen(Complex[][,] a, int n)
    {
        Literal[] made = Call("geev", $"compute_left = {(int)'V'} : ui8, compute_right = {(int)'V'} : ui8", [To(a)], EigenTypes(a.Length, n));
        Assert.That(made[^1].As<int>().ToArray(), Is.All.Zero);
        var other = new LapackCallTests($"complex<{Real}>", Real == "f32" ? 'c' : 'z');
        Complex[][] values = IsComplex ? [.. From(made[0], 1, n).Select(x => x.Cast<Complex>().ToArray())]
            : [.. From(made[0], 1, n).Zip(From(made[1], 1, n), (x, y) => Enumerable.Range(0, n).Select(i => new Complex(x[0, i].Real, y[0, i].Real)).ToArray())];
        return (values, other.From(made[^3], n, n), other.From(made[^2], n, n));
    }

    // I - tau v vᴴ, v being a one in its place and otherwise the given.
    private static Complex[,] Reflector(int n, int one, Func<int, Complex> vector, Complex tau)
    {
        Complex[,] v = Each(n, 1, (i, _) => i == one ? 1 : vector(i)), outer = Times(v, Adjoint(v));
        return Each(n, n, (i, j) => (i == j ? 1 : 0) - (tau * outer[i, j]));
    }

    private static Complex[] Column(Complex[,] x, int j) => [.. Enumerable.Range(0, x.GetLength(0)).Select(i => x[i, j])];
}
