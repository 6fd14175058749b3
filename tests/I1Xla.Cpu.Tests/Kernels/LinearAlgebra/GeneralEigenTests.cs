using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;

namespace I1Xla.Cpu.Tests.Kernels.LinearAlgebra;

/// <summary>Hessenberg and Schur forms and eigenvectors of general matrices: backward error and orthogonality.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
[TestFixture(typeof(Complex))]
internal sealed unsafe class GeneralEigenTests<T>
    where T : unmanaged, INumberBase<T>
{
    private static double Bound(int n) => 20 * (n + 10) * TestThreads.Epsilon<T>();

    [Test]
    public void TheHessenbergFormMakesTheMatrix([Values(0, 1, 2, 3, 17, 33, 34, 66, 100)] int n)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(n, n, 31), h = TestMatrix<T>.Copy(a.View), q = new(n, n);
        HessenbergReduction.Form(h.View, q.View, TestThreads.Two);
        Assert.That(TestMatrix<T>.FromOrthonormal(q.View), Is.LessThanOrEqualTo(Bound(n)));
        for (int i = 2; i < n; i++)
        {
            for (int j = 0; j < i - 1; j++) Assert.That(h.View[i, j], Is.EqualTo(T.Zero));
        }
        using TestMatrix<T> aq = TestMatrix<T>.Times(a.View, q.View), qh = TestMatrix<T>.Times(q.View, h.View);
        Assert.That(TestMatrix<T>.Distance(aq.View, qh.View), Is.LessThanOrEqualTo(Bound(n)));
    }

    [Test]
    public void OnlyTheRangeIsReduced([Values(0, 5)] int low, [Values(70, 64)] int high)
    {
        const int N = 70;
        using TestMatrix<T> a = TestMatrix<T>.Random(N, N, 32);
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (j < low || i >= high) a.View[i, j] = T.Zero;
            }
        }
        using TestMatrix<T> h = TestMatrix<T>.Copy(a.View), q = new(N, N);
        T* taus = stackalloc T[N];
        HessenbergReduction.Reduce(h.View, low, high, taus, TestThreads.Two);
        q.View.Fill(T.One);
        for (int k = 0; k < N - 1; k++) Assert.That(k < low || k >= high - 1 ? taus[k] == T.Zero : taus[k] != T.Zero || k == high - 2);
        MatrixView<T> inner = q.View.Part(1, 1, N - 1, N - 1);
        inner.CopyFrom(h.View.Part(1, 0, N - 1, N - 1));
        QrFactorization.Orthogonal(inner, taus, N - 1, TestThreads.Two);
        for (int i = 2; i < N; i++) new Span<T>(h.View.Row(i), i - 1).Clear();
        using TestMatrix<T> aq = TestMatrix<T>.Times(a.View, q.View), qh = TestMatrix<T>.Times(q.View, h.View);
        Assert.That(TestMatrix<T>.Distance(aq.View, qh.View), Is.LessThanOrEqualTo(Bound(N)));
    }

    [Test]
    public void TheSchurFormMakesTheMatrix([Values(0, 1, 2, 3, 4, 17, 50, 100, 151)] int n)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(n, n, 33), t = TestMatrix<T>.Copy(a.View), z = new(n, n);
        var values = new Complex[n];
        int info = typeof(T) == typeof(Complex)
            ? ComplexSchur.Reduce(new((Complex*)t.Data, n, n, n), new((Complex*)z.Data, n, n, n), values, TestThreads.Two)
            : RealSchur<T>.Reduce(t.View, z.View, values, TestThreads.Two);
        Assert.That(info, Is.Zero);
        Assert.That(TestMatrix<T>.FromOrthonormal(z.View), Is.LessThanOrEqualTo(Bound(n)));
        for (int i = 1; i < n; i++)
        {
            for (int j = 0; j < i - 1; j++) Assert.That(t.View[i, j], Is.EqualTo(T.Zero));
            if (i > 1 && t.View[i, i - 1] != T.Zero) Assert.That(t.View[i - 1, i - 2], Is.EqualTo(T.Zero));
            if (t.View[i, i - 1] != T.Zero) Assert.That(values[i].Imaginary, Is.Negative);
        }
        using TestMatrix<T> az = TestMatrix<T>.Times(a.View, z.View), zt = TestMatrix<T>.Times(z.View, t.View);
        Assert.That(TestMatrix<T>.Distance(az.View, zt.View), Is.LessThanOrEqualTo(Bound(n)));
    }

    [Test]
    public void VectorsAreSentToMultiplesOfThemselves([Values(0, 1, 2, 5, 18, 50, 100, 131)] int n, [Values("random", "scaled", "triangular", "zero", "shift", "ones")] string what)
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(n, n, 34), copy = new(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (what == "zero" || (what == "triangular" && j < i)) a.View[i, j] = T.Zero;
                else if (what == "scaled") a.View[i, j] *= Scalars.Of<T>(Math.Pow(2, (i % 20) - (j % 20)));
                else if (what == "shift") a.View[i, j] = (i + 1) % n == j ? T.One : T.Zero;
                else if (what == "ones") a.View[i, j] = T.One;
            }
        }
        copy.View.CopyFrom(a.View);
        using TestMatrix<Complex> left = new(n, n), right = new(n, n), wide = new(n, n), rights = new(n, n), lefts = new(n, n);
        var values = new Complex[n];
        Assert.That(Eigenvectors.Of(copy.View, values, left.View, right.View, true, true, TestThreads.Two), Is.Zero);
        double most = 1;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                wide.View[i, j] = a.View[i, j] is Complex z ? z : Scalars.Real(a.View[i, j]);
                rights.View[i, j] = right.View[i, j] * values[j];
                lefts.View[i, j] = left.View[i, j] * Complex.Conjugate(values[j]);
                most = Math.Max(most, Math.Max(Scalars.Modulus(a.View[i, j]), Complex.Abs(values[i])));
            }
        }
        for (int j = 0; j < n; j++)
        {
            Assert.That(Level1.Norm(TestMatrix<Complex>.Copy(right.View.ColumnRange(j, j + 1)).Data, n), Is.EqualTo(1).Within(1e-12));
            Assert.That(Level1.Norm(TestMatrix<Complex>.Copy(left.View.ColumnRange(j, j + 1)).Data, n), Is.EqualTo(1).Within(1e-12));
        }
        using TestMatrix<Complex> av = TestMatrix<Complex>.Times(wide.View, right.View), ua = TestMatrix<Complex>.Times(wide.View.Adjoint, left.View);
        Assert.That(TestMatrix<Complex>.Distance(av.View, rights.View) / most, Is.LessThanOrEqualTo(Bound(n)));
        Assert.That(TestMatrix<Complex>.Distance(ua.View, lefts.View) / most, Is.LessThanOrEqualTo(Bound(n)));
    }

    [Test]
    public void WhatIsNotFiniteIsToldOf()
    {
        using TestMatrix<T> a = TestMatrix<T>.Random(4, 4, 35);
        using TestMatrix<Complex> left = new(4, 4), right = new(4, 4);
        a.View[2, 1] = T.CreateChecked(double.NaN);
        Assert.That(Eigenvectors.Of(a.View, new Complex[4], left.View, right.View, true, true, TestThreads.Two), Is.EqualTo(-4));
    }

    [Test]
    public void PivotedFactorsMakeTheMatrix([Values(0, 1, 20, 100)] int m, [Values(0, 1, 33, 70)] int n)
    {
        int k = Math.Min(m, n);
        using TestMatrix<T> a = TestMatrix<T>.Random(m, n, 36), qr = TestMatrix<T>.Copy(a.View), q = new(m, m), permuted = new(m, n);
        int* pivots = stackalloc int[n + 1];
        new Span<int>(pivots, n).Clear();
        T* taus = stackalloc T[k + 1];
        PivotedQr.Factor(qr.View, pivots, taus, TestThreads.Two);
        q.View.ColumnRange(0, k).CopyFrom(qr.View.ColumnRange(0, k));
        QrFactorization.Orthogonal(q.View, taus, k, TestThreads.Two);
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < m; i++) permuted.View[i, j] = a.View[i, pivots[j] - 1];
        }
        using TestMatrix<T> product = TestMatrix<T>.Times(q.View, qr.Triangle(false).View);
        Assert.That(TestMatrix<T>.Distance(product.View, permuted.View), Is.LessThanOrEqualTo(Bound(m + n)));
        for (int i = 1; i < k; i++) Assert.That(Scalars.Modulus(qr.View[i, i]), Is.LessThanOrEqualTo(Scalars.Modulus(qr.View[i - 1, i - 1]) * (1 + 1e-10)));
    }
}
