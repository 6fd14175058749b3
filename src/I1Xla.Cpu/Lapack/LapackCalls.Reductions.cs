using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Lapack;

// The calls about matrices that are not symmetric, and those that hand out reflectors.
internal static partial class LapackCalls
{
    private static Literal[] Geev<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int n, _) = Matrix(x[0]);
        T[] a = Read<T>(x[0]);
        bool wantsLeft = Option(op, "compute_left", 'V') == 'V', wantsRight = Option(op, "compute_right", 'V') == 'V';
        Complex[] w = new Complex[batches * n], left = new Complex[a.Length], right = new Complex[a.Length];
        var info = new int[batches];
        for (int b = 0; b < batches; b++)
        {
            (Complex[] values, Complex[] u, Complex[] v, info[b]) = Eigenvectors.Of<T>(Slice(a, b, n * n), n, wantsLeft, wantsRight);
            values.CopyTo(Slice(w, b, n));
            u.CopyTo(Slice(left, b, n * n));
            v.CopyTo(Slice(right, b, n * n));
        }
        if (typeof(T) == typeof(Complex)) return [Write(op, 0, w), Write(op, 1, left), Write(op, 2, right), Integers(op, 3, info)];
        return [Write(op, 0, Array.ConvertAll(w, z => z.Real)), Write(op, 1, Array.ConvertAll(w, z => z.Imaginary)), Write(op, 2, left), Write(op, 3, right), Integers(op, 4, info)];
    }

    private static Literal[] Gees<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int n, _) = Matrix(x[0]);
        if (Option(op, "sort", 'N') != 'N') throw new CpuUnsupportedException("A Schur form with its eigenvalues sorted (sort of lapack gees) is not computed; use sort = 'N'.");
        T[] a = Read<T>(x[0]), z = new T[a.Length];
        var w = new Complex[batches * n];
        var info = new int[batches];
        for (int b = 0; b < batches; b++)
        {
            if (typeof(T) == typeof(Complex))
            {
                (Complex[] q, Complex[] values, info[b]) = ComplexSchur.Reduce(((Complex[])(object)a).AsSpan(b * n * n, n * n), n);
                q.CopyTo(((Complex[])(object)z).AsSpan(b * n * n));
                values.CopyTo(Slice(w, b, n));
            }
            else
            {
                (double[] q, double[] re, double[] im, info[b]) = RealSchur.Reduce(((double[])(object)a).AsSpan(b * n * n, n * n), n);
                q.CopyTo(((double[])(object)z).AsSpan(b * n * n));
                for (int i = 0; i < n; i++) w[(b * n) + i] = new Complex(re[i], im[i]);
            }
        }
        // The count of eigenvalues sorted to the front: none are.
        var selected = new int[batches];
        if (typeof(T) == typeof(Complex)) return [Write(op, 0, a), Write(op, 1, z), Write(op, 2, w), Integers(op, 3, selected), Integers(op, 4, info)];
        return [Write(op, 0, a), Write(op, 1, z), Write(op, 2, Array.ConvertAll(w, v => v.Real)), Write(op, 3, Array.ConvertAll(w, v => v.Imaginary)), Integers(op, 4, selected), Integers(op, 5, info)];
    }

    private static Literal[] Gehrd<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int n, _) = Matrix(x[0]);
        T[] a = Read<T>(x[0]), taus = new T[batches * Math.Max(0, n - 1)];
        int low = Number(op, "low", 1), high = Number(op, "high", n);
        for (int b = 0; b < batches; b++) Reflectors.Hessenberg(Slice(a, b, n * n), n, low - 1, high, Slice(taus, b, Math.Max(0, n - 1)));
        return [Write(op, 0, a), Write(op, 1, taus), Integers(op, 2, new int[batches])];
    }

    private static Literal[] Ormqr<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int rows, int columns) = Matrix(x[0]);
        (_, int m, int n) = Matrix(x[2]);
        T[] a = Read<T>(x[0]), taus = Read<T>(x[1]), c = Read<T>(x[2]);
        int k = (int)x[1].Shape[x[1].Type.Rank - 1];
        bool left = Flag(op, "left"), adjoint = Flag(op, "transpose");
        for (int b = 0; b < batches; b++) Reflectors.Multiply<T>(Slice(a, b, rows * columns), columns, Slice(taus, b, k), Slice(c, b, m * n), m, n, left, adjoint);
        return [Write(op, 0, c)];
    }

    private static Literal[] Geqp3<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int m, int n) = Matrix(x[0]);
        T[] a = Read<T>(x[0]);
        int k = Math.Min(m, n);
        int[] pivots = x[1].As<int>().ToArray();
        var taus = new T[batches * k];
        for (int b = 0; b < batches; b++) Reflectors.PivotedQr(Slice(a, b, m * n), m, n, Slice(pivots, b, n), Slice(taus, b, k));
        return [Write(op, 0, a), Integers(op, 1, pivots), Write(op, 2, taus)];
    }

    private static Literal[] Sytrd<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int n, _) = Matrix(x[0]);
        T[] a = Read<T>(x[0]), taus = new T[batches * Math.Max(0, n - 1)];
        double[] diagonal = new double[batches * n], beside = new double[taus.Length];
        bool lower = Option(op, "uplo", 'L') == 'L';
        for (int b = 0; b < batches; b++)
            Reflectors.Tridiagonalize(Slice(a, b, n * n), n, lower, Slice(diagonal, b, n), Slice(beside, b, n - 1), Slice(taus, b, n - 1));
        return [Write(op, 0, a), Write(op, 1, diagonal), Write(op, 2, beside), Write(op, 3, taus), Integers(op, 4, new int[batches])];
    }
}
