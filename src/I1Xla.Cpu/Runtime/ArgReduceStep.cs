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
        for (long line = begin; line < end; line++)
        {
            float* first = x + (line / stride * stride * extent) + (line % stride);
            long place = stride == 1 ? Row(first, extent, how.Largest) : Column(first, stride, extent, how.Largest);
            if (values is not null)
            {
                values[line] = first[place * stride];
            }
            if (places is not null)
            {
                places[line] = (int)place;
            }
        }
    }

    private static long Column(float* x, long stride, long extent, bool largest)
    {
        long best = 0;
        for (long i = 0; i < extent; i++)
        {
            float value = x[i * stride], so = x[best * stride];
            if (float.IsNaN(value))
            {
                return i;
            }
            best = (largest ? value > so : value < so) ? i : best;
        }
        return best;
    }

    // The extreme over lanes first, then where it stands.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Row(float* x, long extent, bool largest)
    {
        if (extent < 32)
        {
            return Column(x, 1, extent, largest);
        }
        Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + 16), unordered = Vector512<float>.Zero;
        long i = 0;
        for (; i + 32 <= extent; i += 32)
        {
            Vector512<float> c = Vector512.Load(x + i), d = Vector512.Load(x + i + 16);
            // v - v is NaN for NaN and for infinities; such rows are looked at again, element by element.
            a = largest ? Vector512.ConditionalSelect(Vector512.GreaterThan(c, a), c, a) : Vector512.ConditionalSelect(Vector512.LessThan(c, a), c, a);
            b = largest ? Vector512.ConditionalSelect(Vector512.GreaterThan(d, b), d, b) : Vector512.ConditionalSelect(Vector512.LessThan(d, b), d, b);
            unordered = Vector512.FusedMultiplyAdd(c - c, d - d, unordered);
        }
        if (float.IsNaN(Vector512.Sum(unordered)))
        {
            return Column(x, 1, extent, largest);
        }
        a = largest ? Vector512.ConditionalSelect(Vector512.GreaterThan(b, a), b, a) : Vector512.ConditionalSelect(Vector512.LessThan(b, a), b, a);
        float best = a[0];
        for (int lane = 1; lane < 16; lane++)
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
        var wanted = Vector512.Create(best);
        for (i = 0; i < tail; i += 16)
        {
            ulong equal = Vector512.Equals(Vector512.Load(x + i), wanted).ExtractMostSignificantBits();
            if (equal != 0)
            {
                return i + System.Numerics.BitOperations.TrailingZeroCount(equal);
            }
        }
        return Column(x + tail, 1, extent - tail, largest) + tail;
    }
}
