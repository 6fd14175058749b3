using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;

namespace I1Xla.Cpu.Tests.Kernels.LinearAlgebra;

/// <summary>Eigenvalues and eigenvectors of Hermitian matrices: backward error and orthogonality.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[TestFixture(typeof(Complex))]
internal sealed unsafe class HermitianEigenTests<T>
    where T : unmanaged, INumberBase<T>
{
    private static double Bound(int n) => 10 * (n + 10) * TestThreads.Epsilon<T>();

    private static TestMatrix<T> Symmetric(int n, int seed)
    {
        using TestMatrix<T> x = TestMatrix<T>.Random(n, n, seed);
        TestMatrix<T> a = TestMatrix<T>.Copy(x.View.Adjoint);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) a.View[i, j] += x.View[i, j];
        }
        return a;
    }

    private static void Check(TestMatrix<T> a, bool lower, double scale = 0)
    {
        int n = a.View.Rows;
        using TestMatrix<T> v = TestMatrix<T>.Copy(a.View);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) v.View[lower ? j : i, lower ? i : j] = T.CreateChecked(77);
        }
        double[] values = new double[n];
        fixed (double* to = values) Assert.That(HermitianEigen.Solve(v.View, lower, to, TestThreads.Two), Is.Zero);
        Assert.That(values, Is.Ordered);
        Assert.That(TestMatrix<T>.FromOrthonormal(v.View), Is.LessThanOrEqualTo(Bound(n)));
        using TestMatrix<T> product = TestMatrix<T>.Times(a.View, v.View), scaled = TestMatrix<T>.Copy(v.View);
        double most = scale > 0 ? scale : 1;
        for (int j = 0; j < n; j++)
        {
            most = Math.Max(most, Math.Abs(values[j]));
            for (int i = 0; i < n; i++) scaled.View[i, j] *= Scalars.Of<T>(values[j]);
        }
        Assert.That(TestMatrix<T>.Distance(product.View, scaled.View) / most, Is.LessThanOrEqualTo(Bound(n)));
    }

    [Test]
    public void VectorsDiagonalizeTheMatrix([Values(0, 1, 2, 3, 16, 31, 32, 33, 64, 65, 66, 100, 131, 200, 300)] int n, [Values] bool lower)
    {
        using TestMatrix<T> a = Symmetric(n, 11);
        Check(a, lower);
    }

    /// <summary>Many equal eigenvalues, none but a few, and matrices whose parts do not touch: nearly all is deflated.</summary>
    [Test]
    public void EqualValuesHaveOrthogonalVectors([Values(40, 90, 161)] int n, [Values("identity", "zero", "rank one", "ones beside", "two values", "graded")] string what)
    {
        using var a = new TestMatrix<T>(n, n);
        using TestMatrix<T> x = TestMatrix<T>.Random(n, n, 12);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                a.View[i, j] = what switch
                {
                    "identity" => i == j ? T.One : T.Zero,
                    "rank one" => T.One,
                    "ones beside" => i - j == 1 ? T.One : T.Zero,
                    "graded" => x.View[i, j] * Scalars.Of<T>(Math.Pow(10, -0.2 * Math.Max(i, j))),
                    "two values" => i == j ? T.CreateChecked(1 + (i % 2)) : T.Zero,
                    _ => T.Zero,
                };
                if (i == j) a.View[i, j] = Scalars.Of<T>(Scalars.Real(a.View[i, j]));
                a.View[j, i] = Scalars.Conjugate(a.View[i, j]);
            }
        }
        if (what == "two values")
        {
            // Turned by a reflector, so that the form is not diagonal already.
            using TestMatrix<T> q = TestMatrix<T>.Random(n, n, 13);
            T* taus = stackalloc T[n];
            QrFactorization.Factor(q.View, taus, TestThreads.Two);
            QrFactorization.Multiply(q.View, taus, n, a.View, true, false, TestThreads.Two);
            QrFactorization.Multiply(q.View, taus, n, a.View, false, true, TestThreads.Two);
        }
        Check(a, true);
    }

    [Test]
    public void VeryLargeAndVerySmallMatricesAreScaled([Values(-30, -6, 6, 30)] int exponent)
    {
        using TestMatrix<T> a = Symmetric(40, 14);
        double scale = Math.Pow(10, typeof(T) == typeof(float) || Math.Abs(exponent) < 10 ? exponent : 9 * exponent);
        Level1.Scale(a.Data, Scalars.Of<T>(scale), 1600);
        Check(a, true, scale);
    }

    [Test]
    public void TheWilkinsonMatrixHasItsPairs()
    {
        // The largest eigenvalue of W21+ (Wilkinson 1965), twice to fifteen digits.
        using var a = new TestMatrix<T>(21, 21);
        for (int i = 0; i < 21; i++)
        {
            a.View[i, i] = T.CreateChecked(Math.Abs(10 - i));
            if (i > 0) a.View[i, i - 1] = a.View[i - 1, i] = T.One;
        }
        Check(a, true);
        double* values = stackalloc double[21];
        HermitianEigen.Solve(a.View, true, values, TestThreads.Two);
        Assert.That(values[20], Is.EqualTo(10.746194182903393).Within(200 * TestThreads.Epsilon<T>()));
        Assert.That(values[19], Is.EqualTo(10.746194182903322).Within(200 * TestThreads.Epsilon<T>()));
    }

    [Test]
    public void BitsDoNotDependOnTheThreads()
    {
        using TestMatrix<T> a = Symmetric(300, 15), b = TestMatrix<T>.Copy(a.View);
        double* values = stackalloc double[300];
        HermitianEigen.Solve(a.View, true, values, TestThreads.Two);
        HermitianEigen.Solve(b.View, true, values, TestThreads.One);
        Assert.That(TestMatrix<T>.Distance(a.View, b.View), Is.Zero);
    }
}
