using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// A matrix in memory, or a part of one: element (i, j) lies i row strides and j column strides behind the first, strides being counted in elements.
/// Transposes and adjoints are views of the same memory; one of the strides is 1.
/// </summary>
/// <param name="data">The element (0, 0).</param>
/// <param name="rows">How many rows.</param>
/// <param name="columns">How many columns.</param>
/// <param name="rowStride">Elements from one row to the next.</param>
/// <param name="columnStride">Elements from one column to the next.</param>
/// <param name="conjugate">Whether the elements are the conjugates of what lies in memory. Nothing is written through such a view.</param>
internal readonly unsafe struct MatrixView<T>(T* data, int rows, int columns, long rowStride, long columnStride = 1, bool conjugate = false)
    where T : unmanaged, INumberBase<T>
{
    public T* Data { get; } = data;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public long RowStride { get; } = rowStride;

    public long ColumnStride { get; } = columnStride;

    /// <summary>Whether the elements are the conjugates of what lies in memory; never for real numbers.</summary>
    public bool IsConjugate { get; } = conjugate && typeof(T) == typeof(Complex);

    /// <summary>What lies in memory at (i, j), conjugate or not.</summary>
    public ref T this[int i, int j] => ref Data[(i * RowStride) + (j * ColumnStride)];

    /// <summary>The first element of a row.</summary>
    public T* Row(int i) => Data + (i * RowStride);

    /// <summary>The first element of a column.</summary>
    public T* Column(int j) => Data + (j * ColumnStride);

    /// <summary>Rows and columns exchanged.</summary>
    public MatrixView<T> Transposed => new(Data, Columns, Rows, ColumnStride, RowStride, IsConjugate);

    /// <summary>The conjugate transpose.</summary>
    public MatrixView<T> Adjoint => new(Data, Columns, Rows, ColumnStride, RowStride, !IsConjugate);

    /// <summary>The element itself.</summary>
    public T Value(int i, int j) => IsConjugate ? Scalars.Conjugate(this[i, j]) : this[i, j];

    /// <summary>A block of so many rows and columns that begins at (i, j).</summary>
    public MatrixView<T> Part(int i, int j, int rows, int columns) => new(Data + (i * RowStride) + (j * ColumnStride), rows, columns, RowStride, ColumnStride, IsConjugate);

    /// <summary>Rows from <paramref name="begin"/> to <paramref name="end"/> - 1.</summary>
    public MatrixView<T> RowRange(int begin, int end) => Part(begin, 0, end - begin, Columns);

    /// <summary>Columns from <paramref name="begin"/> to <paramref name="end"/> - 1.</summary>
    public MatrixView<T> ColumnRange(int begin, int end) => Part(0, begin, Rows, end - begin);

    /// <summary>Writes the elements of a view of the same shape here; the two do not overlap.</summary>
    public void CopyFrom(MatrixView<T> source)
    {
        if (ColumnStride != 1 && RowStride == 1)
        {
            Transposed.CopyFrom(source.Transposed);
            return;
        }
        if (source.ColumnStride != 1 && source.RowStride == 1 && sizeof(T) <= 8)
        {
            Copies.TransposeTile.Run((byte*)source.Data, source.ColumnStride * sizeof(T), (byte*)Data, RowStride * sizeof(T), Columns, Rows, sizeof(T), CpuIsa.Current);
            return;
        }
        for (int i = 0; i < Rows; i++)
        {
            T* from = source.Row(i), to = Row(i);
            if (source.ColumnStride == 1) new ReadOnlySpan<T>(from, Columns).CopyTo(new Span<T>(to, Columns));
            else
            {
                for (int j = 0; j < Columns; j++) to[j] = from[j * source.ColumnStride];
            }
            if (!source.IsConjugate) continue;
            for (int j = 0; j < Columns; j++) to[j] = Scalars.Conjugate(to[j]);
        }
    }

    /// <summary>Writes zeros, and a number on the diagonal.</summary>
    public void Fill(T diagonal)
    {
        for (int i = 0; i < Rows; i++)
        {
            if (ColumnStride == 1) new Span<T>(Row(i), Columns).Clear();
            else
            {
                for (int j = 0; j < Columns; j++) this[i, j] = T.Zero;
            }
            if (i < Columns) this[i, i] = diagonal;
        }
    }
}
