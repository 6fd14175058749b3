using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Kernels.Vectors;

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
    public static void Softmax(float* scores, int keys, int width, float scale, float* maximum, float* sum, float* rescale)
    {
        if (Avx512F.IsSupported) Softmax<Floats512>(scores, keys, width, scale, maximum, sum, rescale);
        else Softmax<Floats256>(scores, keys, width, scale, maximum, sum, rescale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax<T>(float* scores, int keys, int width, float scale, float* maximum, float* sum, float* rescale) where T : unmanaged, IFloats<T>
    {
        for (int lane = 0; lane < width; lane += T.Count)
        {
            T factor = T.Create(scale), before = T.Load(maximum + lane), most = before;
            float* at = scores + lane;
            for (int k = 0; k < keys; k++, at += width) most = T.MaxNative(most, T.Load(at) * factor);
            most.Store(maximum + lane);
            // While every score is minus infinity there is no maximum to subtract.
            T shift = T.WhereEqual(most, T.Create(float.NegativeInfinity), default, most);
            T negated = default(T) - shift, scaled = T.Exp(before - shift);
            scaled.Store(rescale + lane);
            T even = T.Load(sum + lane) * scaled, odd = default;
            at = scores + lane;
            int row = 0;
            for (; row + 2 <= keys; row += 2, at += 2 * width)
            {
                T p = T.Exp(T.FusedMultiplyAdd(T.Load(at), factor, negated));
                T q = T.Exp(T.FusedMultiplyAdd(T.Load(at + width), factor, negated));
                p.Store(at);
                q.Store(at + width);
                even += p;
                odd += q;
            }
            if (row < keys)
            {
                T p = T.Exp(T.FusedMultiplyAdd(T.Load(at), factor, negated));
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
    public static void Adjust(float* tile, float* bias, float* mask, int rows, int width, float scale, float masked)
    {
        if (Avx512F.IsSupported) Adjust<Floats512>(tile, bias, mask, rows, width, scale, masked);
        else Adjust<Floats256>(tile, bias, mask, rows, width, scale, masked);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Adjust<T>(float* tile, float* bias, float* mask, int rows, int width, float scale, float masked) where T : unmanaged, IFloats<T>
    {
        T factor = T.Create(scale), value = T.Create(masked);
        for (int i = 0; i < rows * width; i += T.Count)
        {
            T s = T.Load(tile + i);
            s = bias is null ? s * factor : T.FusedMultiplyAdd(s, factor, T.Load(bias + i));
            if (mask is not null) s = T.WhereEqual(T.Load(mask + i), default, value, s);
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
    public static void Gradient(float* scores, float* gradients, float* mask, int rows, int width, float scale, float* maximum, float* inverse, float* delta)
    {
        if (Avx512F.IsSupported) Gradient<Floats512>(scores, gradients, mask, rows, width, scale, maximum, inverse, delta);
        else Gradient<Floats256>(scores, gradients, mask, rows, width, scale, maximum, inverse, delta);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<T>(float* scores, float* gradients, float* mask, int rows, int width, float scale, float* maximum, float* inverse, float* delta) where T : unmanaged, IFloats<T>
    {
        T factor = T.Create(scale);
        for (int row = 0; row < rows; row++)
        {
            T shift = T.Create(-maximum[row]), share = T.Create(inverse[row]), mean = T.Create(delta[row]);
            for (int lane = 0; lane < width; lane += T.Count)
            {
                int i = row * width + lane;
                T p = T.Exp(T.FusedMultiplyAdd(T.Load(scores + i), factor, shift)) * share;
                T d = p * (T.Load(gradients + i) - mean);
                if (mask is not null) d = T.WhereEqual(T.Load(mask + i), default, default, d);
                p.Store(scores + i);
                d.Store(gradients + i);
            }
        }
    }

    /// <summary>Multiplies rows of <paramref name="width"/> by a factor for each lane.</summary>
    public static void Rescale(float* rows, int count, int width, float* factors)
    {
        if (Avx512F.IsSupported) Rescale<Floats512>(rows, count, width, factors);
        else Rescale<Floats256>(rows, count, width, factors);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rescale<T>(float* rows, int count, int width, float* factors) where T : unmanaged, IFloats<T>
    {
        for (int lane = 0; lane < width; lane += T.Count)
        {
            T f = T.Load(factors + lane);
            if (T.EqualsAll(f, T.Create(1))) continue;
            float* at = rows + lane;
            for (int i = 0; i < count; i++, at += width) (T.Load(at) * f).Store(at);
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
