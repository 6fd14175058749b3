using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>
/// Products so small that finding out how to compute them takes longer than computing them become sums of products: loops, which also take in what is done with the sums.
/// </summary>
internal static class SmallProducts
{
    private const long MostTerms = 4096, MostSteps = 128;

    /// <summary>The sums that a product of floats becomes; null where it is not small.</summary>
    public static HloNode? TrySum(HloNode dot, HloBuilder builder) => IsSmall(dot) ? Sum(dot, builder) : null;

    // Steps are those that follow each other: lanes run along the rows of one operand, or the columns of the other. A sum of one term would keep its negative zero.
    private static bool IsSmall(HloNode dot)
    {
        HloNode x = dot.Inputs[0];
        var numbers = (HloDot)dot.Payload!;
        long terms = numbers.LhsContract.Aggregate(1L, (n, d) => n * x.Dims[d]);
        long lanes = Math.Max(Extent(x, numbers.LhsBatch, numbers.LhsContract), Extent(dot.Inputs[1], numbers.RhsBatch, numbers.RhsContract));
        return terms > 1 && dot.Count * terms <= MostTerms && dot.Count / lanes * terms <= MostSteps;
    }

    // Dimensions of the products: those of the result, then the contracted ones.
    private static HloNode Sum(HloNode dot, HloBuilder builder)
    {
        (HloNode x, HloNode y) = (dot.Inputs[0], dot.Inputs[1]);
        var numbers = (HloDot)dot.Payload!;
        long[] left = HloDot.Free(x, numbers.LhsBatch, numbers.LhsContract), right = HloDot.Free(y, numbers.RhsBatch, numbers.RhsContract);
        int batch = numbers.LhsBatch.Length, rank = dot.Dims.Length;
        long[] dims = [.. dot.Dims, .. numbers.LhsContract.Select(d => x.Dims[d])], contracted = [.. Enumerable.Range(rank, dims.Length - rank).Select(d => (long)d)];
        ElementKind kind = dot.Kind == ElementKind.F64 ? ElementKind.F64 : ElementKind.F32;
        HloNode products = builder.Binary(HloOp.Multiply, Spread(x, numbers.LhsBatch, left, batch, numbers.LhsContract), Spread(y, numbers.RhsBatch, right, batch + left.Length, numbers.RhsContract));
        HloNode sum = builder.Reduce(products, builder.Splat(kind, [], 0), contracted, HloOp.Add);
        return sum.Kind == dot.Kind ? sum : builder.Unary(HloOp.Convert, sum, dot.Kind);

        HloNode Spread(HloNode operand, ValueArray<long> batches, long[] free, int firstFree, ValueArray<long> contract)
        {
            long[] map = new long[operand.Dims.Length];
            IEnumerable<int> places = [.. Enumerable.Range(0, batch), .. Enumerable.Range(firstFree, free.Length), .. Enumerable.Range(rank, contract.Length)];
            foreach ((long d, int place) in batches.Concat(free).Concat(contract).Zip(places))
            {
                map[d] = place;
            }
            return builder.Broadcast(operand.Kind == kind ? operand : builder.Unary(HloOp.Convert, operand, kind), dims, map);
        }
    }

    private static long Extent(HloNode operand, ValueArray<long> batch, ValueArray<long> contract) => HloDot.Free(operand, batch, contract).Aggregate(1L, (n, d) => n * operand.Dims[d]);
}
