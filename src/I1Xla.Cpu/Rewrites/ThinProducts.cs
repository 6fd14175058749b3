using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>
/// Products of which all dimensions but one are a few elements long (points or colours times a small matrix, many small matrices) become one sum for each pair of a row
/// and a column, with lanes along the long dimension: packing would take longer than multiplying.
/// </summary>
internal static class ThinProducts
{
    private const long MostTerms = 64, LeastLong = 512, MostColumns = 8;

    /// <summary>The sums that a product of floats becomes; null where it is not thin.</summary>
    public static HloNode? TrySum(HloNode dot, HloBuilder builder)
    {
        var product = new Product(dot, builder);
        return product.IsThin ? product.Sums() : null;
    }

    // As [batch, rows, k] times [batch, columns, k].
    private sealed class Product
    {
        private readonly HloNode _dot;
        private readonly HloBuilder _builder;
        private readonly HloDot _numbers;
        private readonly long[] _left, _right;
        private readonly long _batches, _rows, _columns, _k;

        public Product(HloNode dot, HloBuilder builder)
        {
            (_dot, _builder, _numbers) = (dot, builder, (HloDot)dot.Payload!);
            _left = HloDot.Free(dot.Inputs[0], _numbers.LhsBatch, _numbers.LhsContract);
            _right = HloDot.Free(dot.Inputs[1], _numbers.RhsBatch, _numbers.RhsContract);
            _batches = Extent(dot.Inputs[0], _numbers.LhsBatch);
            _rows = Extent(dot.Inputs[0], _left);
            _columns = Extent(dot.Inputs[1], _right);
            _k = Extent(dot.Inputs[0], _numbers.LhsContract);
        }

        private long Long => Math.Max(_batches, Math.Max(_rows, _columns));

        // Many columns of a long result would be stored far apart, from rows that are read again for each.
        public bool IsThin => _k > 0 && Long >= LeastLong && _dot.Count / Long * _k <= MostTerms && (_rows < Long || (_columns <= MostColumns && _columns * _k < MostTerms));

        public HloNode Sums()
        {
            ElementKind kind = _dot.Kind == ElementKind.F64 ? ElementKind.F64 : ElementKind.F32;
            HloNode x = Matrix(_dot.Inputs[0], kind, [.. _numbers.LhsBatch, .. _left, .. _numbers.LhsContract], _rows);
            HloNode y = Matrix(_dot.Inputs[1], kind, [.. _numbers.RhsBatch, .. _right, .. _numbers.RhsContract], _columns);
            long longest = Long;
            HloNode all = Pieces(0, _batches, longest, b => Pieces(1, _rows, longest, i => Pieces(2, _columns, longest, j => Sum(x, y, b, i, j))));
            HloNode result = _builder.Reshape(all, _dot.Dims);
            return result.Kind == _dot.Kind ? result : _builder.Unary(HloOp.Convert, result, _dot.Kind);
        }

        private HloNode Matrix(HloNode operand, ElementKind kind, long[] order, long free)
        {
            HloNode wide = operand.Kind == kind ? operand : _builder.Unary(HloOp.Convert, operand, kind);
            return _builder.Reshape(_builder.Transpose(wide, order), [_batches, free, _k]);
        }

        // One after the other along a dimension; the long one stays whole.
        private HloNode Pieces(int dimension, long extent, long longest, Func<(long First, long Count), HloNode> make)
        {
            HloNode[] pieces = extent == longest || extent == 1 ? [make((0, extent))] : [.. Enumerable.Range(0, (int)extent).Select(i => make((i, 1)))];
            return pieces.Length == 1 ? pieces[0] : _builder.Concatenate(pieces, dimension);
        }

        private HloNode Sum(HloNode x, HloNode y, (long First, long Count) batch, (long First, long Count) row, (long First, long Count) column)
        {
            long[] dims = [batch.Count, row.Count, column.Count];
            // From zero on: the sum of nothing but negative zeros is not one.
            HloNode sum = _builder.Splat(x.Kind, dims, 0);
            for (long k = 0; k < _k; k++)
            {
                HloNode left = _builder.Slice(x, [batch.First, row.First, k], [batch.First + batch.Count, row.First + row.Count, k + 1], [1, 1, 1]);
                HloNode right = _builder.Slice(y, [batch.First, column.First, k], [batch.First + batch.Count, column.First + column.Count, k + 1], [1, 1, 1]);
                HloNode term = _builder.Binary(HloOp.Multiply, Spread(left, 1, dims), Spread(right, 2, dims));
                sum = _builder.Binary(HloOp.Add, sum, term);
            }
            return sum;
        }

        private HloNode Spread(HloNode column, int place, long[] dims) => _builder.Broadcast(_builder.Reshape(column, [column.Dims[0], column.Dims[1]]), dims, [0, place]);

        private static long Extent(HloNode operand, IEnumerable<long> dimensions) => dimensions.Aggregate(1L, (n, d) => n * operand.Dims[(int)d]);
    }
}
