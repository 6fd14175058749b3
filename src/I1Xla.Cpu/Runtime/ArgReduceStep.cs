using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>argmax and argmin of f32, and of what f32 holds exactly, widened a row at a time: the extreme and its place, the first of equals, the first NaN before all.</summary>
/// <param name="node">The reduction.</param>
/// <param name="input">Slot of its operand.</param>
/// <param name="outputs">Slots of the results that are wanted: 0 the value, 1 the place.</param>
internal sealed unsafe class ArgReduceStep(HloNode node, int input, (int Slot, int Result)[] outputs) : Step
{
    // Columns whose extremes so far stay in the first-level cache.
    private const int Strip = 1024;

    [ThreadStatic]
    private static ScratchBuffer? t_wide;

    private readonly ElementKind _kind = node.Inputs[0].Kind;
    private readonly int _element = node.Inputs[0].Kind.StorageBytes();

    private readonly struct Body(ArgReduceStep step, byte* x, byte* values, int* places) : IParallelBody
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
            context.Pool.ParallelFor(x.Count / extent, Math.Max(1, 32768 / extent), new Body(this, slots[input], values, (int*)places));
        }
    }

    private void Lines(byte* x, byte* values, int* places, long begin, long end)
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
            byte* first = x + (((before * stride * extent) + column) * _element);
            if (stride == 1)
            {
                at[0] = (int)Row(Wide(first, extent), extent, how.Largest);
            }
            else
            {
                Columns(first, stride, extent, how.Largest, (int)count, bests, at);
            }
            for (long c = 0; values is not null && c < count; c++)
            {
                Unsafe.CopyBlockUnaligned(values + ((line + c) * _element), first + (((at[c] * stride) + c) * _element), (uint)_element);
            }
            if (places is not null)
            {
                new ReadOnlySpan<int>(at, (int)count).CopyTo(new Span<int>(places + line, (int)count));
            }
        }
    }

    // Adjacent elements as f32: where they are, or widened.
    private float* Wide(byte* from, long count)
    {
        if (_kind == ElementKind.F32)
        {
            return (float*)from;
        }
        var to = (float*)(t_wide ??= new()).Ensure(count * sizeof(float));
        switch (_kind)
        {
            case ElementKind.BF16: Widen<LanesBf16>(from, to, count); break;
            case ElementKind.F16: Widen<LanesF16>(from, to, count); break;
            case ElementKind.I8: Convert((sbyte*)from, to, count); break;
            case ElementKind.UI8: Widen<LanesByte>(from, to, count); break;
            case ElementKind.I16: Convert((short*)from, to, count); break;
            default: Convert((ushort*)from, to, count); break;
        }
        return to;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<TSource>(byte* from, float* to, long count)
        where TSource : struct, ILaneSource
    {
        long i = 0;
        for (; i + 8 <= count; i += 8)
        {
            TSource.Load8(from + (i * TSource.ElementBytes)).Store(to + i);
        }
        for (; i < count; i++)
        {
            to[i] = TSource.Load(from + (i * TSource.ElementBytes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert<T>(T* from, float* to, long count)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (long i = 0; i < count; i++)
        {
            to[i] = float.CreateTruncating(from[i]);
        }
    }

    // Neighbouring columns row by row, as memory lies.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Columns(byte* x, long stride, long extent, bool largest, int count, float* bests, int* places)
    {
        new ReadOnlySpan<float>(Wide(x, count), count).CopyTo(new Span<float>(bests, count));
        new Span<int>(places, count).Clear();
        for (long i = 1; i < extent; i++)
        {
            float* row = Wide(x + (i * stride * _element), count);
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
                return i + BitOperations.TrailingZeroCount(equal);
            }
        }
        return First(x + tail, extent - tail, largest) + tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Better(Vector256<float> x, Vector256<float> than, bool largest) =>
        Vector256.ConditionalSelect(largest ? Vector256.GreaterThan(x, than) : Vector256.LessThan(x, than), x, than);
}
