using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// The vectors of a merge of divide and conquer: rows, each of which is zero in the columns of one of two halves or in neither's, and a square matrix of what
/// they are multiplied by. Rows are put together by their halves, so that the products leave out the zeros.
/// </summary>
internal sealed unsafe class MergedVectors : IDisposable
{
    /// <summary>A row that is zero outside the first half, outside the second, or nowhere.</summary>
    public const int First = 1, Second = 2, Both = 3;

    private readonly int _count, _first, _both;
    private readonly Scratch<int> _rows, _places;

    /// <param name="kinds">What each row of the matrix is.</param>
    /// <param name="chosen">The rows that take part.</param>
    /// <param name="count">How many do.</param>
    public MergedVectors(int* kinds, int* chosen, int count)
    {
        _count = count;
        _rows = new Scratch<int>(count);
        _places = new Scratch<int>(count);
        for (int i = 0; i < count; i++)
        {
            _rows.Data[i] = chosen[i];
            if (kinds[chosen[i]] == First) _first++;
            else if (kinds[chosen[i]] == Both) _both++;
        }
        (int a, int b, int c) = (0, _first, _first + _both);
        for (int i = 0; i < count; i++) _places.Data[i] = kinds[chosen[i]] switch { First => a++, Both => b++, _ => c++ };
    }

    /// <summary>Brings the columns of a row of the multiplier into the order of the groups, scaled to length one.</summary>
    public void Arrange(double* row, double* line)
    {
        double norm = Level1.Norm(row, _count);
        for (int i = 0; i < _count; i++) line[_places.Data[i]] = row[i] / norm;
        new Span<double>(line, _count).CopyTo(new Span<double>(row, _count));
    }

    /// <summary>The multiplier, its columns arranged, times the chosen rows, whose first half ends before column <paramref name="split"/>.</summary>
    public void Multiply(MatrixView<double> multiplier, MatrixView<double> rows, int split, MatrixView<double> result, Threads threads)
    {
        int n = rows.Columns, top = _first + _both, bottom = _count - _first;
        using var grouped = new Scratch<double>(((long)top * split) + ((long)bottom * (n - split)));
        var left = new MatrixView<double>(grouped.Data, top, split, split);
        var right = new MatrixView<double>(grouped.Data + ((long)top * split), bottom, n - split, n - split);
        for (int i = 0; i < _count; i++)
        {
            double* row = rows.Row(_rows.Data[i]);
            int place = _places.Data[i];
            if (place < top) new Span<double>(row, split).CopyTo(new Span<double>(left.Row(place), split));
            if (place >= _first) new Span<double>(row + split, n - split).CopyTo(new Span<double>(right.Row(place - _first), n - split));
        }
        Products.Multiply(multiplier.ColumnRange(0, top), left, result.ColumnRange(0, split), false, threads);
        Products.Multiply(multiplier.ColumnRange(_first, _count), right, result.ColumnRange(split, n), false, threads);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _places.Dispose();
    }
}
