using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Eigenvalues and eigenvectors of real symmetric tridiagonal matrices by divide and conquer (Cuppen 1981; LAPACK's <c>stedc</c>), with the implicit QL algorithm
/// for blocks of at most 32. Vectors are rows here.
/// </summary>
internal static unsafe class TridiagonalEigen
{
    private const int Leaf = 32;
    private const int MostSteps = 60;
    private const double Epsilon = 1.1102230246251565e-16;

    /// <summary>
    /// Values in ascending order over the diagonal, and vectors as the rows of <paramref name="rows"/>. The diagonal beside, which has room for n, is
    /// overwritten. Returns 0, or the number of values that were not found.
    /// </summary>
    public static int Solve(double* diagonal, double* beside, int n, MatrixView<double> rows, Threads threads)
    {
        rows.Fill(0);
        // What is deflated is judged against vectors of length one.
        double most = 0;
        for (int i = 0; i < n; i++) most = Math.Max(most, Math.Max(Math.Abs(diagonal[i]), i < n - 1 ? Math.Abs(beside[i]) : 0));
        double scale = most == 0 ? 1 : Math.ScaleB(1, -Math.ILogB(most));
        Level1.Scale(diagonal, scale, n);
        Level1.Scale(beside, scale, n - 1);
        int failed = Divide(diagonal, beside, n, rows, threads, threads.Halvings(n, Leaf));
        Level1.Divide(diagonal, scale, n);
        return failed;
    }

    // After so many levels the halves are on threads of their own; before, each merge has all threads.
    private static int Divide(double* d, double* e, int n, MatrixView<double> rows, Threads threads, int depth)
    {
        if (n <= Leaf) return ImplicitQl(d, e, n, rows);
        int half = n / 2;
        double coupling = e[half - 1];
        d[half - 1] -= Math.Abs(coupling);
        d[half] -= Math.Abs(coupling);
        int failed = threads.Halves(depth, Half);
        Merge(d, half, n, coupling, rows, threads);
        return failed;

        int Half(int part, int below)
        {
            int first = part * half, length = part == 0 ? half : n - half;
            return Divide(d + first, e + first, length, rows.Part(first, first, length, length), threads, below);
        }
    }

    private static int ImplicitQl(double* d, double* e, int n, MatrixView<double> rows)
    {
        rows.Fill(1);
        int failed = 0;
        for (int l = 0; l < n; l++)
        {
            for (int step = 0; ; step++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(e[m]) > Epsilon * (Math.Abs(d[m]) + Math.Abs(d[m + 1]))) m++;
                if (m == l) break;
                if (step == MostSteps)
                {
                    failed++;
                    break;
                }
                // Wilkinson's shift, and the bulge chased from the bottom of the block to its top.
                double g = (d[l + 1] - d[l]) / (2 * e[l]), shift = d[l] - (e[l] / (g + Math.CopySign(Math.Sqrt((g * g) + 1), g)));
                double sin = 1, cos = 1, carried = 0, x = d[m] - shift;
                int i = m - 1;
                for (; i >= l; i--)
                {
                    double f = sin * e[i], b = cos * e[i], r = Math.Sqrt((f * f) + (x * x));
                    e[i + 1] = r;
                    if (r == 0)
                    {
                        d[i + 1] -= carried;
                        break;
                    }
                    (sin, cos) = (f / r, x / r);
                    double y = d[i + 1] - carried, t = ((d[i] - y) * sin) + (2 * cos * b);
                    carried = sin * t;
                    d[i + 1] = y + carried;
                    x = (cos * t) - b;
                    Level1.Rotate(rows.Row(i + 1), rows.Row(i), cos, sin, n);
                }
                e[m] = 0;
                if (i >= l) continue;
                d[l] -= carried;
                e[l] = x;
            }
        }
        for (int i = 0; i < n; i++)
        {
            int least = i;
            for (int j = i + 1; j < n; j++)
            {
                if (d[j] < d[least]) least = j;
            }
            if (least == i) continue;
            (d[i], d[least]) = (d[least], d[i]);
            double* a = rows.Row(i), b = rows.Row(least);
            for (int k = 0; k < n; k++) (a[k], b[k]) = (b[k], a[k]);
        }
        return failed;
    }

    // Two solved halves become one: the eigenproblem of their values plus a matrix of rank one.
    private static void Merge(double* d, int half, int n, double coupling, MatrixView<double> rows, Threads threads)
    {
        double rho = 2 * Math.Abs(coupling), sign = Math.CopySign(1, coupling), root = Math.Sqrt(0.5), most = 0;
        using var numbers = new Scratch<double>(6L * n);
        double* z = numbers.Data, poles = z + n, weights = poles + n, values = weights + n, kept = values + n;
        using var places = new Scratch<int>(4L * n);
        int* order = places.Data, kind = order + n, chosen = kind + n, deflated = chosen + n;
        for (int i = 0; i < n; i++)
        {
            z[i] = root * (i < half ? rows[i, half - 1] : sign * rows[i, half]);
            most = Math.Max(most, Math.Max(Math.Abs(d[i]), Math.Abs(z[i])));
            kind[i] = i < half ? MergedVectors.First : MergedVectors.Second;
        }
        for (int i = 0, j = half, to = 0; to < n; to++) order[to] = j >= n || (i < half && d[i] <= d[j]) ? i++ : j++;
        double tolerance = 8 * Epsilon * most;
        int count = 0, dropped = 0, before = -1;
        for (int at = 0; at < n; at++)
        {
            int j = order[at];
            if (rho * Math.Abs(z[j]) <= tolerance)
            {
                deflated[dropped++] = j;
                continue;
            }
            if (before >= 0)
            {
                double size = double.Hypot(z[j], z[before]), cos = z[j] / size, sin = -z[before] / size, gap = d[j] - d[before];
                if (Math.Abs(gap * cos * sin) <= tolerance)
                {
                    // Nearly equal values: a rotation leaves one of the two alone.
                    (z[j], z[before]) = (size, 0);
                    kind[j] |= kind[before];
                    kind[before] = kind[j];
                    Level1.Rotate(rows.Row(before), rows.Row(j), cos, sin, n);
                    double c2 = cos * cos, s2 = sin * sin;
                    (d[before], d[j]) = ((d[before] * c2) + (d[j] * s2), (d[before] * s2) + (d[j] * c2));
                    deflated[dropped++] = before;
                }
                else chosen[count++] = before;
            }
            before = j;
        }
        if (before >= 0) chosen[count++] = before;
        using var vectors = new Scratch<double>((long)count * count);
        using var made = new Scratch<double>((long)count * n);
        if (count > 0)
        {
            for (int i = 0; i < count; i++)
            {
                poles[i] = d[chosen[i]];
                kept[i] = z[chosen[i]];
                weights[i] = kept[i] * kept[i];
            }
            var equation = new SecularEquation(poles, weights, count, 1 / rho, false);
            double* s = vectors.Data;
            double work = (double)count * count * 8;
            threads.Split(count, 8, 4 * work, (from, to) =>
            {
                for (int j = from; j < to; j++) values[j] = equation.Solve(j, s + ((long)j * count));
            });
            threads.Split(count, 8, work, (from, to) => equation.Revise(s, kept, from, to));
            using var merged = new MergedVectors(kind, chosen, count);
            threads.Split(count, 8, work, (from, to) =>
            {
                using var line = new Scratch<double>(count);
                for (int j = from; j < to; j++)
                {
                    double* row = s + ((long)j * count);
                    for (int i = 0; i < count; i++) row[i] = kept[i] / row[i];
                    merged.Arrange(row, line.Data);
                }
            });
            merged.Multiply(new MatrixView<double>(s, count, count, count), rows, half, new MatrixView<double>(made.Data, count, n, n), threads);
        }
        using var left = new Scratch<double>((long)dropped * n);
        for (int i = 0; i < dropped; i++) new Span<double>(rows.Row(deflated[i]), n).CopyTo(new Span<double>(left.Data + ((long)i * n), n));
        for (int i = 0; i < dropped; i++) kept[i] = d[deflated[i]];
        // Deflated values may be a rounding out of order.
        int* sorted = deflated;
        for (int i = 0; i < dropped; i++) sorted[i] = i;
        new Span<int>(sorted, dropped).Sort((x, y) => kept[x].CompareTo(kept[y]));
        for (int at = 0, i = 0, j = 0; at < n; at++)
        {
            bool fromRoots = j >= dropped || (i < count && values[i] <= kept[sorted[j]]);
            double* row = fromRoots ? made.Data + ((long)i * n) : left.Data + ((long)sorted[j] * n);
            d[at] = fromRoots ? values[i++] : kept[sorted[j++]];
            new Span<double>(row, n).CopyTo(new Span<double>(rows.Row(at), n));
        }
    }
}
