using I1Xla.Cpu.Kernels.LinearAlgebra;

namespace I1Xla.Cpu.Tests.Kernels.LinearAlgebra;

/// <summary>Small matrices of f32: Hessenberg forms and products of reflectors against the definition in f64.</summary>
internal sealed unsafe class SmallReflectionTests
{
    [Test]
    public void AHessenbergFormIsTheOneOfDoubles([Range(1, 17)] int n, [Values(0, 1)] int low, [Values(0, 1, 2)] int beyond)
    {
        int high = n - beyond;
        if (high <= low) return;
        using TestMatrix<float> a = TestMatrix<float>.Random(n, n, 40 + n);
        using var expected = new TestMatrix<double>(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) expected.View[i, j] = a.View[i, j];
        }
        float* taus = stackalloc float[n];
        double[] expectedTaus = new double[n];
        for (int c = low; c < high - 1; c++) expectedTaus[c] = Reflect(expected.View, c, high);
        HessenbergReduction.Reduce(a.View, low, high, taus, TestThreads.Two);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) Assert.That(a.View[i, j], Is.EqualTo(expected.View[i, j]).Within(2e-7 * Math.Max(1, Math.Abs(expected.View[i, j]))), $"{i}, {j}");
            if (i < n - 1) Assert.That(taus[i], Is.EqualTo(expectedTaus[i]).Within(2e-7));
        }
    }

    [Test]
    public void AMatrixThatHasTheFormStays([Values(float.NaN, 0f, 3f)] float last)
    {
        // Nothing below the subdiagonal: reflectors of no effect. A NaN in the last column is no part of any.
        using TestMatrix<float> a = TestMatrix<float>.Random(6, 6, 41);
        for (int i = 2; i < 6; i++)
        {
            for (int j = 0; j < i - 1; j++) a.View[i, j] = 0;
        }
        a.View[1, 5] = last;
        using TestMatrix<float> before = TestMatrix<float>.Copy(a.View);
        float* taus = stackalloc float[6];
        HessenbergReduction.Reduce(a.View, 0, 6, taus, TestThreads.Two);
        for (int i = 0; i < 5; i++) Assert.That(taus[i], Is.Zero);
        for (int i = 0; i < 36; i++) Assert.That(a.Data[i], Is.EqualTo(before.Data[i]));
    }

    [Test]
    public void ReflectorsMultiplyToAnOrthogonalMatrix([Values(1, 2, 5, 8, 16, 31, 32)] int m, [Values(1, 3, 16, 32)] int n, [Values(0, 2)] int fewer)
    {
        if (n > m || fewer >= n) return;
        int count = n - fewer;
        using TestMatrix<float> a = TestMatrix<float>.Random(m, n, 42), qr = TestMatrix<float>.Copy(a.View), q = new(m, n);
        using var expected = new TestMatrix<double>(m, n);
        float* taus = stackalloc float[n];
        QrFactorization.Factor(qr.View, taus, TestThreads.Two);
        for (int i = 0; i < n; i++) expected.View[i, i] = 1;
        for (int k = count - 1; k >= 0; k--)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = expected.View[k, j];
                for (int i = k + 1; i < m; i++) sum += (double)qr.View[i, k] * expected.View[i, j];
                for (int i = k; i < m; i++) expected.View[i, j] -= taus[k] * sum * (i == k ? 1 : qr.View[i, k]);
            }
        }
        QrFactorization.Orthogonal(qr.View, taus, count, TestThreads.Two);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++) Assert.That(qr.View[i, j], Is.EqualTo(expected.View[i, j]).Within(3e-6), $"{i}, {j}");
        }
    }

    // LAPACK's gehd2, a column at a time.
    private static double Reflect(MatrixView<double> a, int c, int high)
    {
        int n = a.Rows, first = c + 1;
        double tail = 0;
        for (int i = first + 1; i < high; i++) tail += a[i, c] * a[i, c];
        if (tail == 0) return 0;
        double alpha = a[first, c], beta = -Math.CopySign(Math.Sqrt((alpha * alpha) + tail), alpha), tau = (beta - alpha) / beta;
        double[] v = new double[n];
        v[first] = 1;
        for (int i = first + 1; i < high; i++) v[i] = a[i, c] / (alpha - beta);
        for (int i = 0; i < high; i++)
        {
            double sum = 0;
            for (int j = first; j < high; j++) sum += a[i, j] * v[j];
            for (int j = first; j < high; j++) a[i, j] -= tau * sum * v[j];
        }
        for (int j = first; j < n; j++)
        {
            double sum = 0;
            for (int i = first; i < high; i++) sum += v[i] * a[i, j];
            for (int i = first; i < high; i++) a[i, j] -= tau * sum * v[i];
        }
        a[first, c] = beta;
        for (int i = first + 1; i < high; i++) a[i, c] = v[i];
        return tau;
    }
}
