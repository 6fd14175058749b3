namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Singular values and vectors of real upper bidiagonal matrices by divide and conquer (Gu and Eisenstat, "A divide-and-conquer algorithm for the bidiagonal
/// SVD", 1995; LAPACK's <c>bdsdc</c>), with Jacobi rotations for blocks of at most 24. Vectors are rows here.
/// </summary>
internal static unsafe class BidiagonalSvd
{
    private const int Leaf = 24;
    private const double Epsilon = 1.1102230246251565e-16;

    // Of a matrix of size one, what counts as nothing; its square is a normal number.
    private const double Nothing = 1e-140;

    /// <summary>
    /// Values in descending order over the diagonal; left vectors as the rows of <paramref name="left"/>, right ones of <paramref name="right"/>. The elements above
    /// the diagonal stay. Returns 0, or the number of blocks whose values were not found.
    /// </summary>
    public static int Solve(double* diagonal, double* above, int n, MatrixView<double> left, MatrixView<double> right, Threads threads)
    {
        left.Fill(0);
        right.Fill(0);
        double most = 0;
        for (int i = 0; i < n; i++) most = Math.Max(most, Math.Max(Math.Abs(diagonal[i]), i < n - 1 ? Math.Abs(above[i]) : 0));
        if (most == 0)
        {
            left.Fill(1);
            right.Fill(1);
            return 0;
        }
        double scale = Math.ScaleB(1, -Math.ILogB(most));
        using var memory = new Scratch<double>(n);
        for (int i = 0; i < n - 1; i++) memory.Data[i] = above[i] * scale;
        Level1.Scale(diagonal, scale, n);
        int failed = Divide(diagonal, memory.Data, n, false, left, right, threads, threads.Halvings(n, Leaf));
        Level1.Divide(diagonal, scale, n);
        return failed;
    }

    // n rows and as many columns, or one more: then the last row of `right` is the vector that the matrix sends to zero.
    private static int Divide(double* d, double* e, int n, bool wider, MatrixView<double> left, MatrixView<double> right, Threads threads, int depth)
    {
        if (n <= Leaf) return Jacobi(d, e, n, wider, left, right);
        int middle = n / 2;
        double alpha = d[middle], beta = e[middle];
        int failed = threads.Halves(depth, Half);
        Merge(d, middle, n, wider, alpha, beta, left, right, threads);
        return failed;

        int Half(int part, int below)
        {
            int first = part == 0 ? 0 : middle + 1, rows = part == 0 ? middle : n - first, columns = part == 0 ? middle + 1 : rows + (wider ? 1 : 0);
            return Divide(d + first, e + first, rows, columns > rows, left.Part(first, first, rows, rows), right.Part(first, first, columns, columns), threads, below);
        }
    }

    private static int Jacobi(double* d, double* e, int n, bool wider, MatrixView<double> left, MatrixView<double> right)
    {
        right.Fill(0);
        for (int i = 0; i < n; i++)
        {
            right[i, i] = d[i];
            if (i + 1 < n || wider) right[i, i + 1] = e[i];
        }
        return JacobiSvd.Solve(right, n, left, d);
    }

    // M = [z; diag(0, d₁, d₂ …)] in the bases of the two parts, z being the row between them.
    private static void Merge(double* d, int middle, int n, bool wider, double alpha, double beta, MatrixView<double> left, MatrixView<double> right, Threads threads)
    {
        int columns = right.Columns, split = middle + 1;
        using var numbers = new Scratch<double>(6L * n);
        double* z = numbers.Data, poles = z + n, weights = poles + n, values = weights + n, kept = values + n, spare = kept + n;
        using var places = new Scratch<int>(4L * n);
        int* order = places.Data, kind = order + n, chosen = kind + n, deflated = chosen + n;
        // The vectors that the parts send to zero become one that the row between sees, and one that it does not.
        double* seen = right.Row(middle);
        left[middle, middle] = 1;
        double ofFirst = alpha * right[middle, middle], ofSecond = wider ? beta * right[columns - 1, split] : 0, head = double.Hypot(ofFirst, ofSecond);
        if (wider)
        {
            (double cos, double sin) = head == 0 ? (1, 0) : (ofFirst / head, ofSecond / head);
            Level1.Rotate(seen, right.Row(columns - 1), cos, sin, columns);
        }
        else head = ofFirst;
        double most = Math.Max(Math.Abs(alpha), Math.Abs(beta));
        for (int i = 0; i < n; i++)
        {
            z[i] = i == middle ? head : i < middle ? alpha * right[i, middle] : beta * right[i, split];
            kind[i] = i == middle ? MergedVectors.Both : i < middle ? MergedVectors.First : MergedVectors.Second;
            if (i != middle) most = Math.Max(most, d[i]);
        }
        double tolerance = Math.Max(8 * Epsilon * most, Nothing);
        if (Math.Abs(z[middle]) <= tolerance) z[middle] = Math.CopySign(tolerance, z[middle]);
        // Both parts come in descending order.
        for (int i = middle - 1, j = n - 1, to = 0; to < n - 1; to++) order[to] = j <= middle || (i >= 0 && d[i] <= d[j]) ? i-- : j--;
        int count = 0, dropped = 0, before = -1;
        chosen[count++] = middle;
        for (int at = 0; at < n - 1; at++)
        {
            int j = order[at];
            if (Math.Abs(z[j]) <= tolerance)
            {
                deflated[dropped++] = j;
                continue;
            }
            if (before >= 0)
            {
                if (d[j] - d[before] <= tolerance)
                {
                    // Nearly equal values: a rotation leaves one of the two alone.
                    double size = double.Hypot(z[j], z[before]), cos = z[j] / size, sin = -z[before] / size;
                    (z[j], z[before]) = (size, 0);
                    kind[j] |= kind[before];
                    Level1.Rotate(left.Row(before), left.Row(j), cos, sin, n);
                    Level1.Rotate(right.Row(before), right.Row(j), cos, sin, columns);
                    deflated[dropped++] = before;
                }
                else chosen[count++] = before;
            }
            before = j;
        }
        if (before >= 0) chosen[count++] = before;
        for (int i = 0; i < count; i++)
        {
            poles[i] = i == 0 ? 0 : Math.Max(d[chosen[i]], tolerance / 2);
            kept[i] = z[chosen[i]];
            weights[i] = kept[i] * kept[i];
        }
        using var vectors = new Scratch<double>(2L * count * count);
        using var made = new Scratch<double>((long)n * (n + columns));
        double* v = vectors.Data, u = v + ((long)count * count);
        var equation = new SecularEquation(poles, weights, count, 1, true);
        double work = (double)count * count * 8;
        threads.Split(count, 8, 4 * work, (from, to) =>
        {
            for (int j = from; j < to; j++) values[j] = equation.Solve(j, v + ((long)j * count));
        });
        threads.Split(count, 8, work, (from, to) => equation.Revise(v, kept, from, to));
        using var merged = new MergedVectors(kind, chosen, count);
        threads.Split(count, 8, 2 * work, (from, to) =>
        {
            using var line = new Scratch<double>(count);
            for (int j = from; j < to; j++)
            {
                double* x = v + ((long)j * count), y = u + ((long)j * count);
                for (int i = 0; i < count; i++)
                {
                    x[i] = kept[i] / x[i];
                    y[i] = poles[i] * x[i];
                }
                y[0] = -1;
                merged.Arrange(x, line.Data);
                merged.Arrange(y, line.Data);
            }
        });
        var newLeft = new MatrixView<double>(made.Data, n, n, n);
        var newRight = new MatrixView<double>(made.Data + ((long)n * n), n, columns, columns);
        merged.Multiply(new MatrixView<double>(u, count, count, count), left, split, newLeft.RowRange(0, count), threads);
        merged.Multiply(new MatrixView<double>(v, count, count, count), right, split, newRight.RowRange(0, count), threads);
        for (int i = 0; i < dropped; i++)
        {
            int row = deflated[i];
            spare[i] = d[row];
            new Span<double>(left.Row(row), n).CopyTo(new Span<double>(newLeft.Row(count + i), n));
            new Span<double>(right.Row(row), columns).CopyTo(new Span<double>(newRight.Row(count + i), columns));
        }
        // Deflated values may be a rounding out of order.
        for (int i = 0; i < dropped; i++) order[i] = i;
        new Span<int>(order, dropped).Sort((x, y) => spare[y].CompareTo(spare[x]));
        for (int at = 0, i = count - 1, j = 0; at < n; at++)
        {
            bool fromRoots = j >= dropped || (i >= 0 && values[i] >= spare[order[j]]);
            int row = fromRoots ? i : count + order[j];
            d[at] = fromRoots ? values[i--] : spare[order[j++]];
            new Span<double>(newLeft.Row(row), n).CopyTo(new Span<double>(left.Row(at), n));
            new Span<double>(newRight.Row(row), columns).CopyTo(new Span<double>(right.Row(at), columns));
        }
    }
}
