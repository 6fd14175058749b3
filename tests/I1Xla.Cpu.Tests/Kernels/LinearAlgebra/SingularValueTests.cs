using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;

namespace I1Xla.Cpu.Tests.Kernels.LinearAlgebra;

/// <summary>Singular values and vectors: backward error and orthogonality.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[TestFixture(typeof(Complex))]
internal sealed unsafe class SingularValueTests<T>
    where T : unmanaged, INumberBase<T>
{
    private static double Bound(int n) => 10 * (n + 10) * TestThreads.Epsilon<T>();

    private static double[] Check(MatrixView<T> a, bool full = false, double scale = 1, Threads? threads = null)
    {
        int m = a.Rows, n = a.Columns, k = Math.Min(m, n);
        using TestMatrix<T> u = new(m, full ? m : k), vh = new(full ? n : k, n), copy = TestMatrix<T>.Copy(a);
        double[] values = new double[k];
        fixed (double* to = values) Assert.That(SingularValues.Solve(copy.View, to, u.View, vh.View, threads ?? TestThreads.Two), Is.Zero);
        Assert.That(values, Is.Ordered.Descending);
        Assert.That(values, Is.All.GreaterThanOrEqualTo(0));
        Assert.That(TestMatrix<T>.FromOrthonormal(u.View), Is.LessThanOrEqualTo(Bound(m)));
        Assert.That(TestMatrix<T>.FromOrthonormal(vh.View.Adjoint), Is.LessThanOrEqualTo(Bound(n)));
        using TestMatrix<T> scaled = TestMatrix<T>.Copy(u.View.ColumnRange(0, k));
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < k; j++) scaled.View[i, j] *= Scalars.Of<T>(values[j]);
        }
        using TestMatrix<T> product = TestMatrix<T>.Times(scaled.View, vh.View.RowRange(0, k));
        Assert.That(TestMatrix<T>.Distance(product.View, a) / (k == 0 || values[0] == 0 ? scale : values[0]), Is.LessThanOrEqualTo(Bound(Math.Max(m, n))));
        return values;
    }

    [Test]
    public void VectorsAndValuesMakeTheMatrix([Values(0, 1, 2, 16, 24, 25, 33, 50, 51, 100, 131)] int m, [Values(0, 1, 17, 25, 50, 64, 131)] int n, [Values] bool full)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(m, n, 21);
        Check(a.View, full);
    }

    [Test]
    public void SquareMatricesOfManySizes([Values(26, 49, 74, 99, 150, 200, 300)] int n)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(n, n, 22);
        double[] values = Check(a.View), again = Check(a.View.Transposed, false, 1, TestThreads.One);
        for (int i = 0; i < n; i++) Assert.That(again[i], Is.EqualTo(values[i]).Within(values[0] * Bound(n)));
    }

    [Test]
    public void MatricesWithEqualOrVanishingValues([Values(20, 40, 90, 161)] int n, [Values("identity", "zero", "rank one", "rank half", "bidiagonal ones", "upper ones", "graded", "two values", "last row zero")] string what)
    {
        using TestMatrix<T> a = new(n, n), x = TestMatrix<T>.Random(n, n, 23);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                a.View[i, j] = what switch
                {
                    "identity" => i == j ? T.One : T.Zero,
                    "rank one" => T.One,
                    "rank half" => x.View[i / 2, j],
                    "bidiagonal ones" => j - i is 0 or 1 ? T.One : T.Zero,
                    "upper ones" => j - i == 1 ? T.One : T.Zero,
                    "graded" => x.View[i, j] * Scalars.Of<T>(Math.Pow(10, -0.2 * (i + j))),
                    "two values" => i == j ? T.CreateChecked(1 + (i % 2)) : T.Zero,
                    "last row zero" => i == n - 1 ? T.Zero : x.View[i, j],
                    _ => T.Zero,
                };
            }
        }
        if (what == "two values")
        {
            T* taus = stackalloc T[n];
            QrFactorization.Factor(x.View, taus, TestThreads.Two);
            QrFactorization.Multiply(x.View, taus, n, a.View, true, false, TestThreads.Two);
        }
        Check(a.View);
    }

    [Test]
    public void VeryLargeAndVerySmallMatricesAreScaled([Values(10, 40)] int n, [Values(-30, -6, 6, 30)] int exponent)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(n, n, 24);
        double scale = Math.Pow(10, typeof(T) == typeof(float) || Math.Abs(exponent) < 10 ? exponent : 9 * exponent);
        Level1.Scale(a.Data, Scalars.Of<T>(scale), n * n);
        Check(a.View, false, scale);
    }

    /// <summary>A diagonal matrix of up to 24 rows keeps all digits of its values, however far apart they are.</summary>
    [Test]
    public void SmallMatricesKeepTheirSmallestValues()
    {
        if (typeof(T) == typeof(float)) return;
        using var a = new TestMatrix<T>(12, 12);
        for (int i = 0; i < 12; i++)
        {
            for (int j = 0; j < 12; j++) a.View[i, j] = Scalars.Of<T>(Math.Pow(10, -3 * j) * (i == j ? 1 : 0.3 / (1 + i + j)));
        }
        double[] values = Check(a.View), scaled;
        // Columns scaled by powers of ten: the smallest value is about the last column's distance from the others.
        for (int i = 0; i < 12; i++) a.View[i, 11] *= Scalars.Of<T>(0.5);
        scaled = Check(a.View);
        Assert.That(scaled[11] / values[11], Is.EqualTo(0.5).Within(1e-6));
    }

    [Test]
    public void BitsDoNotDependOnTheThreads()
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(220, 200, 25), b = TestMatrix<T>.Copy(a.View), u = new(220, 200), vh = new(200, 200), u1 = new(220, 200), vh1 = new(200, 200);
        double* values = stackalloc double[200];
        SingularValues.Solve(a.View, values, u.View, vh.View, TestThreads.Two);
        SingularValues.Solve(b.View, values, u1.View, vh1.View, TestThreads.One);
        Assert.That(TestMatrix<T>.Distance(u.View, u1.View) + TestMatrix<T>.Distance(vh.View, vh1.View), Is.Zero);
    }
}
