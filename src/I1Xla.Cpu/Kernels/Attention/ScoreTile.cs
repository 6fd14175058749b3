using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>
/// One tile of transposed scores, keys down and queries across: the order in which the micro-kernel writes it, in which the maximum and the sum over
/// keys are sums of vectors, and in which it is the packed right operand of the product with V.
/// </summary>
internal static unsafe class ScoreTile
{
    /// <summary>
    /// Turns scores into probabilities relative to the running maximum, in place, and updates the running maximum and sum of each query. Leaves in
    /// <paramref name="rescale"/> what earlier sums must be multiplied by.
    /// </summary>
    /// <param name="scores">Scores, <paramref name="keys"/> rows of <paramref name="width"/>.</param>
    /// <param name="keys">Rows.</param>
    /// <param name="width">Queries in a row, a multiple of 16.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="maximum">Running maximum of each query.</param>
    /// <param name="sum">Running sum of each query.</param>
    /// <param name="rescale">Receives the factor of earlier sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* scores, int keys, int width, float scale, float* maximum, float* sum, float* rescale)
    {
        for (int lane = 0; lane < width; lane += 16)
        {
            Vector512<float> factor = Vector512.Create(scale), before = Vector512.Load(maximum + lane), most = before;
            float* at = scores + lane;
            for (int k = 0; k < keys; k++, at += width) most = Vector512.MaxNative(most, Vector512.Load(at) * factor);
            most.Store(maximum + lane);
            // While every score is minus infinity there is no maximum to subtract.
            Vector512<float> shift = Vector512.ConditionalSelect(Vector512.Equals(most, Vector512.Create(float.NegativeInfinity)), Vector512<float>.Zero, most);
            Vector512<float> scaled = SoftmaxMath.Exp(before - shift);
            scaled.Store(rescale + lane);
            Vector512<float> even = Vector512.Load(sum + lane) * scaled, odd = default;
            at = scores + lane;
            int row = 0;
            for (; row + 2 <= keys; row += 2, at += 2 * width)
            {
                Vector512<float> p = SoftmaxMath.Exp(Vector512.FusedMultiplyAdd(Vector512.Load(at), factor, -shift));
                Vector512<float> q = SoftmaxMath.Exp(Vector512.FusedMultiplyAdd(Vector512.Load(at + width), factor, -shift));
                p.Store(at);
                q.Store(at + width);
                even += p;
                odd += q;
            }
            if (row < keys)
            {
                Vector512<float> p = SoftmaxMath.Exp(Vector512.FusedMultiplyAdd(Vector512.Load(at), factor, -shift));
                p.Store(at);
                even += p;
            }
            (even + odd).Store(sum + lane);
        }
    }

    /// <summary>Scales a tile, adds a bias to it, and puts a value where a mask is zero, in place.</summary>
    /// <param name="tile">Rows of <paramref name="width"/>.</param>
    /// <param name="bias">The bias in the same order, or null.</param>
    /// <param name="mask">The mask in the same order, zero or not, or null.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Elements in a row, a multiple of 16.</param>
    /// <param name="scale">Factor.</param>
    /// <param name="masked">The value under the mask.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adjust(float* tile, float* bias, float* mask, int rows, int width, float scale, float masked)
    {
        Vector512<float> factor = Vector512.Create(scale), value = Vector512.Create(masked);
        for (int i = 0; i < rows * width; i += 16)
        {
            Vector512<float> s = Vector512.Load(tile + i);
            s = bias is null ? s * factor : Vector512.FusedMultiplyAdd(s, factor, Vector512.Load(bias + i));
            if (mask is not null) s = Vector512.ConditionalSelect(Vector512.Equals(Vector512.Load(mask + i), Vector512<float>.Zero), value, s);
            s.Store(tile + i);
        }
    }

    /// <summary>
    /// The gradient of a tile of scores, queries down and keys across: scores become probabilities, and the gradients of the probabilities become
    /// those of the scores, <c>P ∘ (dP − delta)</c>.
    /// </summary>
    /// <param name="scores">Scores; receives probabilities.</param>
    /// <param name="gradients">Gradients of the probabilities; receives those of the scores.</param>
    /// <param name="mask">Where zero, the scores' gradient is zero; or null.</param>
    /// <param name="rows">Queries.</param>
    /// <param name="width">Keys in a row, a multiple of 16.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="maximum">Maximum of each query's scores.</param>
    /// <param name="inverse">Inverse of the sum of each query's exponentials.</param>
    /// <param name="delta">For each query the sum over keys of P ∘ dP.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(float* scores, float* gradients, float* mask, int rows, int width, float scale, float* maximum, float* inverse, float* delta)
    {
        Vector512<float> factor = Vector512.Create(scale);
        for (int row = 0; row < rows; row++)
        {
            Vector512<float> shift = Vector512.Create(-maximum[row]), share = Vector512.Create(inverse[row]), mean = Vector512.Create(delta[row]);
            for (int lane = 0; lane < width; lane += 16)
            {
                int i = row * width + lane;
                Vector512<float> p = SoftmaxMath.Exp(Vector512.FusedMultiplyAdd(Vector512.Load(scores + i), factor, shift)) * share;
                Vector512<float> d = p * (Vector512.Load(gradients + i) - mean);
                if (mask is not null) d = Vector512.ConditionalSelect(Vector512.Equals(Vector512.Load(mask + i), Vector512<float>.Zero), Vector512<float>.Zero, d);
                p.Store(scores + i);
                d.Store(gradients + i);
            }
        }
    }

    /// <summary>Multiplies rows of <paramref name="width"/> by a factor for each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rescale(float* rows, int count, int width, float* factors)
    {
        for (int lane = 0; lane < width; lane += 16)
        {
            Vector512<float> f = Vector512.Load(factors + lane);
            if (Vector512.EqualsAll(f, Vector512<float>.One)) continue;
            float* at = rows + lane;
            for (int i = 0; i < count; i++, at += width) (Vector512.Load(at) * f).Store(at);
        }
    }

    /// <summary>Rounds rows to bf16 and pairs neighbours down the tile, in place: the right operand of the bf16 dot product. A missing last row is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PairBf16(float* rows, int count, int width)
    {
        var target = (uint*)rows;
        for (int pair = 0; pair < (count + 1) / 2; pair++)
        {
            float* even = rows + 2 * pair * width;
            bool both = 2 * pair + 1 < count;
            for (int lane = 0; lane < width; lane += 16)
            {
                Vector512<uint> low = TileStore.RoundToBf16(Vector512.Load(even + lane));
                Vector512<uint> high = both ? TileStore.RoundToBf16(Vector512.Load(even + width + lane)) << 16 : default;
                (low | high).Store(target + pair * width + lane);
            }
        }
    }
}
