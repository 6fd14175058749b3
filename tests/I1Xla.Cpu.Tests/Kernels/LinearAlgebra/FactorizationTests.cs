using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;

namespace I1Xla.Cpu.Tests.Kernels.LinearAlgebra;

/// <summary>Factorizations by blocks, over sizes within a block, across several, and between.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[TestFixture(typeof(Complex))]
internal sealed unsafe class FactorizationTests<T>
    where T : unmanaged, INumberBase<T>
{
    private static readonly int[] s_orders = [0, 1, 2, 15, 16, 17, 33, 64, 65, 100, 129, 200];

    private static double Bound(int n) => 10 * (n + 10) * TestThreads.Epsilon<T>();

    [Test]
    public void CholeskyFactorsMultiplyBack([ValueSource(nameof(s_orders))] int n, [Values] bool lower)
    {
        using TestMatrix<T> x = TestMatrix<T>.Random(n, n, 1), a = TestMatrix<T>.Times(x.View, x.View.Adjoint);
        for (int i = 0; i < n; i++) a.View[i, i] += T.One;
        using TestMatrix<T> factor = TestMatrix<T>.Copy(a.View);
        for (int i = 0; i < n; i++)
        {
            // The other triangle is neither read nor written.
            for (int j = 0; j < i; j++) factor.View[lower ? j : i, lower ? i : j] = T.CreateChecked(77);
        }
        Assert.That(Cholesky.Factor(factor.View, lower, TestThreads.Two), Is.Zero);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) Assert.That(factor.View[lower ? j : i, lower ? i : j], Is.EqualTo(T.CreateChecked(77)));
        }
        MatrixView<T> l = factor.Triangle(lower).View;
        using TestMatrix<T> product = lower ? TestMatrix<T>.Times(l, l.Adjoint) : TestMatrix<T>.Times(l.Adjoint, l);
        Assert.That(TestMatrix<T>.Distance(product.View, a.View), Is.LessThanOrEqualTo(n * Bound(n)));
    }

    [TestCase(5, 3)]
    [TestCase(100, 1)]
    [TestCase(100, 70)]
    [TestCase(150, 150)]
    public void TheFirstMinorThatIsNotPositiveIsTold(int n, int minor)
    {
        using var a = new TestMatrix<T>(n, n);
        a.View.Fill(T.One);
        a.View[minor - 1, minor - 1] = -T.One;
        Assert.That(Cholesky.Factor(a.View, true, TestThreads.Two), Is.EqualTo(minor));
        a.View.Fill(T.One);
        a.View[n - 1, minor - 1] = T.CreateChecked(double.NaN);
        Assert.That(Cholesky.Factor(a.View, true, TestThreads.Two), Is.EqualTo(minor == n ? minor : n));
    }

    [Test]
    public void LowerTimesUpperIsTheMatrixWithRowsExchanged([Values(0, 1, 16, 17, 40, 129, 200)] int m, [Values(0, 1, 15, 33, 64, 129)] int n)
    {
        int k = Math.Min(m, n);
        using TestMatrix<T> a = TestMatrix<T>.Random(m, n, 2), lu = TestMatrix<T>.Copy(a.View);
        int* pivots = stackalloc int[k + 1];
        Assert.That(LuFactorization.Factor(lu.View, pivots, TestThreads.Two), Is.Zero);
        using TestMatrix<T> l = TestMatrix<T>.Copy(lu.View.ColumnRange(0, k)).Triangle(true, true), u = TestMatrix<T>.Copy(lu.View.RowRange(0, k)).Triangle(false);
        for (int i = 0; i < k; i++)
        {
            Assert.That(pivots[i], Is.InRange(i + 1, m));
            for (int j = 0; j < n; j++) (a.View[i, j], a.View[pivots[i] - 1, j]) = (a.View[pivots[i] - 1, j], a.View[i, j]);
        }
        using TestMatrix<T> product = TestMatrix<T>.Times(l.View, u.View);
        Assert.That(TestMatrix<T>.Distance(product.View, a.View), Is.LessThanOrEqualTo(Bound(k) * 5));
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < Math.Min(i, k); j++) Assert.That(Scalars.Modulus(l.View[i, j]), Is.LessThanOrEqualTo(1.5));
        }
    }

    [TestCase(4, 2)]
    [TestCase(100, 1)]
    [TestCase(100, 61)]
    public void TheFirstPivotThatIsZeroIsTold(int n, int place)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(n, n, 3).Triangle(false);
        a.View[place - 1, place - 1] = T.Zero;
        a.View[n - 1, n - 1] = T.Zero;
        int* pivots = stackalloc int[n];
        Assert.That(LuFactorization.Factor(a.View, pivots, TestThreads.Two), Is.EqualTo(place));
    }

    [Test]
    public void TriangularSystemsAreSolved([ValueSource(nameof(s_orders))] int n, [Values] bool left, [Values] bool lower, [Values("N", "T", "C")] string op)
    {
        const int Others = 37;
        using TestMatrix<T> a = TestMatrix<T>.Random(n, n, 4), b = left ? TestMatrix<T>.Random(n, Others, 5) : TestMatrix<T>.Random(Others, n, 5), x = TestMatrix<T>.Copy(b.View);
        for (int i = 0; i < n; i++) a.View[i, i] += T.CreateChecked(n);
        MatrixView<T> Turned(MatrixView<T> view) => op switch { "N" => view, "T" => view.Transposed, _ => view.Adjoint };
        if (left) TriangularSolve.Left(Turned(a.View), x.View, lower == (op == "N"), false, TestThreads.Two);
        else TriangularSolve.Right(Turned(a.View), x.View, lower == (op == "N"), false, TestThreads.Two);
        MatrixView<T> triangle = Turned(a.Triangle(lower).View);
        using TestMatrix<T> product = left ? TestMatrix<T>.Times(triangle, x.View) : TestMatrix<T>.Times(x.View, triangle);
        Assert.That(TestMatrix<T>.Distance(product.View, b.View), Is.LessThanOrEqualTo(Bound(n)));
    }

    [Test]
    public void OrthogonalTimesTriangularIsTheMatrix([Values(0, 1, 16, 33, 64, 100, 200)] int m, [Values(0, 1, 15, 32, 65, 100)] int n)
    {
        int k = Math.Min(m, n);
        using TestMatrix<T> a = TestMatrix<T>.Random(m, n, 6), qr = TestMatrix<T>.Copy(a.View);
        T* taus = stackalloc T[k + 1];
        QrFactorization.Factor(qr.View, taus, TestThreads.Two);
        using TestMatrix<T> full = new(m, m), thin = TestMatrix<T>.Copy(qr.View.ColumnRange(0, k)), r = TestMatrix<T>.Copy(qr.View).Triangle(false), c = TestMatrix<T>.Copy(a.View);
        full.View.ColumnRange(0, k).CopyFrom(qr.View.ColumnRange(0, k));
        QrFactorization.Orthogonal(full.View, taus, k, TestThreads.Two);
        QrFactorization.Orthogonal(thin.View, taus, k, TestThreads.Two);
        Assert.That(TestMatrix<T>.FromOrthonormal(full.View), Is.LessThanOrEqualTo(Bound(m)));
        Assert.That(TestMatrix<T>.Distance(thin.View, full.View.ColumnRange(0, k)), Is.LessThanOrEqualTo(Bound(m)));
        using TestMatrix<T> product = TestMatrix<T>.Times(full.View, r.View);
        Assert.That(TestMatrix<T>.Distance(product.View, a.View), Is.LessThanOrEqualTo(Bound(m) * 5));
        // Qᴴ A is R, from the left; (Aᴴ Q)ᴴ from the right.
        QrFactorization.Multiply(qr.View, taus, k, c.View, true, true, TestThreads.Two);
        Assert.That(TestMatrix<T>.Distance(c.View, r.View), Is.LessThanOrEqualTo(Bound(m) * 5));
        QrFactorization.Multiply(qr.View, taus, k, c.View, true, false, TestThreads.Two);
        Assert.That(TestMatrix<T>.Distance(c.View, a.View), Is.LessThanOrEqualTo(Bound(m) * 5));
        using TestMatrix<T> adjoint = TestMatrix<T>.Copy(a.View.Adjoint);
        QrFactorization.Multiply(qr.View, taus, k, adjoint.View, false, false, TestThreads.Two);
        Assert.That(TestMatrix<T>.Distance(adjoint.View.Adjoint, r.View), Is.LessThanOrEqualTo(Bound(m) * 5));
    }

    [Test]
    public void ReflectorsOfVeryLargeAndVerySmallNumbersAreFinite([Values(1e-30, 1e30)] double size)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(40, 20, 7), given = TestMatrix<T>.Copy(a.View);
        double scale = typeof(T) == typeof(float) ? size : Math.Pow(size, 9);
        Level1.Scale(a.Data, Scalars.Of<T>(scale), 800);
        T* taus = stackalloc T[20];
        QrFactorization.Factor(a.View, taus, TestThreads.Two);
        QrFactorization.Factor(given.View, taus, TestThreads.Two);
        for (int i = 0; i < 20; i++) Assert.That(Scalars.Real(a.View[i, i]) / scale, Is.EqualTo(Scalars.Real(given.View[i, i])).Within(1e-4));
    }
}
