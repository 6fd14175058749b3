using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>argmax and argmin of f32: the extreme and its place, the first of equals, the first NaN before all.</summary>
/// <param name="node">The reduction.</param>
/// <param name="input">Slot of its operand.</param>
/// <param name="outputs">Slots of the results that are wanted: 0 the value, 1 the place.</param>
internal sealed unsafe class ArgReduceStep(HloNode node, int input, (int Slot, int Result)[] outputs) : Step
{
    // Columns whose extremes so far stay in the first-level cache.
    private const int Strip = 1024;

    private readonly struct Body(ArgReduceStep step, float* x, float* values, int* places) : IParallelBody
    {
        public void Run(long begin, long end) => step.Lines(x, values, places, begin, end);
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* values = null, places = null;
        foreach ((int slot, int result) in outputs)
        {
            if (result == 0)
            {
                values = slots[slot];
            }
            else
            {
                places = slots[slot];
            }
        }
        HloNode x = node.Inputs[0];
        long extent = x.Dims[((HloArgReduce)node.Payload!).Dimension];
        if (x.Count > 0)
        {
            context.Pool.ParallelFor(x.Count / extent, Math.Max(1, 32768 / extent), new Body(this, (float*)slots[input], (float*)values, (int*)places));
        }
    }

    private void Lines(float* x, float* values, int* places, long begin, long end)
    {
        var how = (HloArgReduce)node.Payload!;
        long[] dims = node.Inputs[0].Dims;
        long extent = dims[how.Dimension], stride = FusionRoot.DenseStrides(dims)[how.Dimension];
        float* bests = stackalloc float[Strip];
        int* at = stackalloc int[Strip];
        for (long line = begin, count; line < end; line += count)
        {
            (long before, long column) = Math.DivRem(line, stride);
            count = Math.Min(Math.Min(stride - column, end - line), Strip);
            float* first = x + (before * stride * extent) + column;
            if (stride == 1)
            {
                at[0] = (int)Row(first, extent, how.Largest);
                bests[0] = first[at[0]];
            }
            else
            {
                Columns(first, stride, extent, how.Largest, (int)count, bests, at);
            }
            if (values is not null)
            {
                new ReadOnlySpan<float>(bests, (int)count).CopyTo(new Span<float>(values + line, (int)count));
            }
            if (places is not null)
            {
                new ReadOnlySpan<int>(at, (int)count).CopyTo(new Span<int>(places + line, (int)count));
            }
        }
    }

    // Neighbouring columns row by row, as memory lies.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(float* x, long stride, long extent, bool largest, int count, float* bests, int* places)
    {
        new ReadOnlySpan<float>(x, count).CopyTo(new Span<float>(bests, count));
        new Span<int>(places, count).Clear();
        for (long i = 1; i < extent; i++)
        {
            float* row = x + (i * stride);
            int c = 0;
            for (; c + 8 <= count; c += 8)
            {
                Vector256<float> value = Vector256.Load(row + c), best = Vector256.Load(bests + c);
                Vector256<float> isFirstNaN = Vector256.AndNot(Vector256.Equals(best, best), Vector256.Equals(value, value));
                Vector256<float> better = isFirstNaN | (largest ? Vector256.GreaterThan(value, best) : Vector256.LessThan(value, best));
                // The longer it goes on, the rarer.
                if (better.AsInt32() != Vector256<int>.Zero)
                {
                    Vector256.ConditionalSelect(better, value, best).Store(bests + c);
                    Vector256.ConditionalSelect(better.AsInt32(), Vector256.Create((int)i), Vector256.Load(places + c)).Store(places + c);
                }
            }
            for (; c < count; c++)
            {
                float value = row[c], best = bests[c];
                if ((float.IsNaN(value) && !float.IsNaN(best)) || (largest ? value > best : value < best))
                {
                    (bests[c], places[c]) = (value, (int)i);
                }
            }
        }
    }

    private static long First(float* x, long extent, bool largest)
    {
        long best = 0;
        for (long i = 0; i < extent; i++)
        {
            if (float.IsNaN(x[i]))
            {
                return i;
            }
            best = (largest ? x[i] > x[best] : x[i] < x[best]) ? i : best;
        }
        return best;
    }

    // The extreme over lanes first, then where it stands.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Row(float* x, long extent, bool largest)
    {
        if (extent < 32)
        {
            return First(x, extent, largest);
        }
        Vector256<float> a = Vector256.Load(x), b = a, c = a, d = a, unordered = Vector256<float>.Zero;
        long i = 0;
        for (; i + 32 <= extent; i += 32)
        {
            Vector256<float> p = Vector256.Load(x + i), q = Vector256.Load(x + i + 8), r = Vector256.Load(x + i + 16), s = Vector256.Load(x + i + 24);
            a = Better(p, a, largest);
            b = Better(q, b, largest);
            c = Better(r, c, largest);
            d = Better(s, d, largest);
            // v - v is NaN for NaN and for infinities; such rows are looked at again, element by element.
            unordered += ((p - p) + (q - q)) + ((r - r) + (s - s));
        }
        if (float.IsNaN(Vector256.Sum(unordered)))
        {
            return First(x, extent, largest);
        }
        a = Better(Better(c, d, largest), Better(a, b, largest), largest);
        float best = a[0];
        for (int lane = 1; lane < 8; lane++)
        {
            best = (largest ? a[lane] > best : a[lane] < best) ? a[lane] : best;
        }
        long tail = i;
        for (; i < extent; i++)
        {
            if (float.IsNaN(x[i]))
            {
                return i;
            }
            best = (largest ? x[i] > best : x[i] < best) ? x[i] : best;
        }
        Vector256<float> wanted = Vector256.Create(best);
        for (i = 0; i < tail; i += 8)
        {
            uint equal = Vector256.Equals(Vector256.Load(x + i), wanted).ExtractMostSignificantBits();
            if (equal != 0)
            {
                return i + System.Numerics.BitOperations.TrailingZeroCount(equal);
            }
        }
        return First(x + tail, extent - tail, largest) + tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Better(Vector256<float> x, Vector256<float> than, bool largest) =>
        Vector256.ConditionalSelect(largest ? Vector256.GreaterThan(x, than) : Vector256.LessThan(x, than), x, than);
}
