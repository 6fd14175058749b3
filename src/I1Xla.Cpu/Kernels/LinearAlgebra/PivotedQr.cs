using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>The QR factorization with column pivoting. The columns lie along memory while it runs, and threads share them.</summary>
internal static unsafe class PivotedQr
{
    /// <summary>
    /// A P = Q R, the longest column that is left coming first (<c>geqp3</c>), as <see cref="QrFactorization.Factor"/> leaves it. Columns whose pivot is not zero stay
    /// in front; on return column j of A P is column <c>pivots[j] - 1</c> of A.
    /// </summary>
    public static void Factor<T>(MatrixView<T> a, int* pivots, T* taus, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int m = a.Rows, n = a.Columns, given = 0;
        using var memory = new Scratch<T>((long)m * n);
        using var lengths = new Scratch<double>(2L * n);
        double* left = lengths.Data, known = left + n;
        var columns = new MatrixView<T>(memory.Data, m, n, 1, m);
        columns.CopyFrom(a);
        for (int j = 0; j < n; j++)
        {
            bool stays = pivots[j] != 0;
            pivots[j] = j + 1;
            if (stays) Exchange(j, given++);
        }
        for (int j = 0; j < n; j++) left[j] = known[j] = Level1.Norm(columns.Column(j), m);
        for (int j = 0; j < Math.Min(m, n); j++)
        {
            if (j >= given)
            {
                int longest = j;
                for (int k = j; k < n; k++)
                {
                    if (left[k] > left[longest]) longest = k;
                }
                Exchange(longest, j);
                (left[longest], known[longest]) = (left[j], known[j]);
            }
            T* v = columns.Column(j) + j;
            (taus[j], double beta) = Reflector.Make(v, m - j);
            T factor = -Scalars.Conjugate(taus[j]);
            int row = j;
            threads.Split(n - j - 1, 1, 2.0 * (m - j) * (n - j - 1), (from, to) =>
            {
                for (int k = row + 1 + from; k < row + 1 + to; k++)
                {
                    T* x = columns.Column(k) + row;
                    Level1.Add(x, v, factor * Level1.Dot(v, x, m - row), m - row);
                    // What is left of the length, unless too little of it is (Drmač and Bujanović, 2008).
                    double part = Scalars.Modulus(x[0]) / left[k], rest = Math.Max(0, (1 - part) * (1 + part)), ratio = left[k] / known[k];
                    if (rest * ratio * ratio > 1e-8) left[k] *= Math.Sqrt(rest);
                    else left[k] = known[k] = Level1.Norm(x + 1, m - row - 1);
                }
            });
            v[0] = Scalars.Of<T>(beta);
        }
        a.CopyFrom(columns);

        void Exchange(int x, int y)
        {
            if (x == y) return;
            (pivots[x], pivots[y]) = (pivots[y], pivots[x]);
            T* first = columns.Column(x), second = columns.Column(y);
            for (int i = 0; i < m; i++) (first[i], second[i]) = (second[i], first[i]);
        }
    }
}
