using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary><c>sort</c>: a stable merge sort of each line with the comparator region. Any order that a comparator gives ends; none is assumed to be strict.</summary>
internal static class Sorting
{
    public static void Register(Registrar add) => add("stablehlo.sort", c => OpContext.Many(Sort(c)), Quantization.Structural);

    /// <summary>The stable order of n things by a "comes before" relation.</summary>
    public static int[] Order(int n, Func<int, int, bool> before)
    {
        int[] order = Enumerable.Range(0, n).ToArray(), other = new int[n];
        for (int width = 1; width < n; width *= 2)
        {
            for (int start = 0; start < n; start += 2 * width)
            {
                int left = start, middle = Math.Min(start + width, n), right = middle, end = Math.Min(start + (2 * width), n);
                for (int to = start; to < end; to++)
                {
                    bool takeRight = right < end && (left >= middle || before(order[right], order[left]));
                    other[to] = takeRight ? order[right++] : order[left++];
                }
            }
            (order, other) = (other, order);
        }
        return order;
    }

    private static Literal[] Sort(OpContext c)
    {
        Literal[] inputs = c.Tensors();
        int rank = inputs[0].Type.Rank;
        long dimension = c.Int("dimension", -1);
        int d = (int)(dimension < 0 ? dimension + rank : dimension);
        // Lines along the last dimension, sorted, and back.
        long[] permutation = [.. Enumerable.Range(0, rank).Where(i => i != d).Select(i => (long)i), d];
        long[] inverse = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            inverse[permutation[i]] = i;
        }
        Literal[] lines = inputs.Select(x => DataMovement.Transpose(c, x, permutation)).ToArray();
        Literal[] sorted = lines.Select(x => c.Make(x.Type.Element, x.Shape)).ToArray();
        int length = (int)inputs[0].Shape[d];
        int count = length == 0 ? 0 : Elements.Count(inputs[0]) / length;
        var comparator = new ScalarRegions(c, c.Op.Regions[0]);
        var arguments = new Literal[2 * inputs.Length];
        for (int line = 0; line < count; line++)
        {
            int first = line * length;
            int[] order = Order(length, (x, y) =>
            {
                for (int i = 0; i < inputs.Length; i++)
                {
                    arguments[2 * i] = ScalarRegions.Element(lines[i], first + x);
                    arguments[(2 * i) + 1] = ScalarRegions.Element(lines[i], first + y);
                }
                return comparator.Call(arguments)[0].Data.Span[0] != 0;
            });
            for (int i = 0; i < inputs.Length; i++)
            {
                int size = lines[i].Type.Kind.StorageBytes();
                for (int k = 0; k < length; k++)
                {
                    lines[i].Data.Slice((first + order[k]) * size, size).CopyTo(sorted[i].Data[((first + k) * size)..]);
                }
            }
        }
        return sorted.Select(x => DataMovement.Transpose(c, x, inverse)).ToArray();
    }
}
