using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// gather: for each position of the batch dimensions, a window of the operand at clamped starts. Where a window is runs of memory
/// each position copies its own; where it is single elements far apart, all positions are visited for each element of the window, or for a few of them (<see cref="GatherColumns"/>).
/// </summary>
internal sealed unsafe class GatherStep : Step
{
    private readonly struct Whole(GatherStep step, byte* operand, byte* indices, byte* output) : IParallelBody
    {
        public void Run(long begin, long end) => step.Windows(operand, indices, output, begin, end);
    }

    private readonly struct Spread(GatherStep step, byte* operand, byte* output, long* from, long* to) : IParallelBody
    {
        public void Run(long begin, long end) => step.Elements(operand, output, from, to, begin, end);
    }

    private readonly struct Adjacent(GatherStep step, byte* operand, byte* output, int* from) : IParallelBody
    {
        public void Run(long begin, long end) => step.AdjacentElements((uint*)operand, (uint*)output, from, begin, end);
    }

    private readonly struct Offsets(GatherStep step, byte* indices, long* from, long* to) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            var walk = new Walk(step, begin);
            for (long p = begin; p < end; p++, walk.Next(step))
            {
                (from[p], to[p]) = (step.Source(indices, walk), walk.Target);
            }
        }
    }

    private const int WindowsAtOnce = 256;

    [ThreadStatic]
    private static ScratchBuffer? t_offsets, t_places;

    private readonly HloNode _node;
    private readonly int[] _inputs;
    private readonly int _output;
    private readonly int _element;
    private readonly ElementKind _indexKind;
    private readonly int _indexBytes;

    // Batch dimensions: sizes, and steps in the indices, in the result, and in the operand for batching dimensions.
    private readonly long[] _batchSizes, _batchIndex, _batchTo, _batchFrom;

    // Each start: elements between index components, largest start, elements of the operand per step.
    private readonly long _indexStep;
    private readonly (long Most, long Stride)[] _starts;

    // The window: a contiguous run, and the dimensions around it.
    private readonly long _run;
    private readonly long[] _windowSizes, _windowFrom, _windowTo;
    private readonly long _positions;

    // What is added to negative starts.
    private readonly long _wrap;

    // Whether the result goes past the caches.
    private readonly bool _streams;

    // Whether neighbouring positions are neighbours in the result, and offsets fit 32 bits.
    private readonly bool _adjacent;

    // Whether elements of a window are neighbours in the result instead, and lie in the operand as far from its start as 32 bits say.
    private readonly bool _columns;

    public GatherStep(HloNode node, int[] inputs, int output)
    {
        (_node, _inputs, _output) = (node, inputs, output);
        var numbers = (GatherDimensionNumbersAttr)node.Payload!;
        HloNode operand = node.Inputs[0], indices = node.Inputs[1];
        long[] operandStrides = FusionRoot.DenseStrides(operand.Dims), indexStrides = FusionRoot.DenseStrides(indices.Dims), outStrides = FusionRoot.DenseStrides(node.Dims);
        _streams = node.Bytes >= StreamedCopy.LeastBytes;
        (_element, _indexKind, _indexBytes) = (node.Kind.StorageBytes(), indices.Kind, indices.Kind.StorageBytes());
        int[] batch = [.. Enumerable.Range(0, node.Dims.Length).Where(d => !numbers.OffsetDims.Contains(d))];
        int[] indexDims = [.. Enumerable.Range(0, indices.Dims.Length).Where(d => d != numbers.IndexVectorDim)];
        _batchSizes = [.. batch.Select(d => node.Dims[d])];
        _batchTo = [.. batch.Select(d => outStrides[d])];
        _batchIndex = [.. indexDims.Select(d => indexStrides[d])];
        _batchFrom = new long[batch.Length];
        for (int i = 0; i < numbers.OperandBatchingDims.Length; i++)
        {
            _batchFrom[Array.IndexOf(indexDims, (int)numbers.StartIndicesBatchingDims[i])] += operandStrides[numbers.OperandBatchingDims[i]];
        }
        _indexStep = numbers.IndexVectorDim < indices.Dims.Length ? indexStrides[numbers.IndexVectorDim] : 0;
        _starts = [.. numbers.StartIndexMap.Select(d => (operand.Dims[d] - node.A[d], operandStrides[d]))];
        _positions = _batchSizes.Aggregate(1L, (n, s) => n * s);
        _wrap = node.B.Length > 0 ? node.B[0] : 0;
        var window = Enumerable.Range(0, operand.Dims.Length)
            .Where(d => !numbers.CollapsedSliceDims.Contains(d) && !numbers.OperandBatchingDims.Contains(d))
            .Select((d, i) => (Size: node.A[d], From: operandStrides[d], To: outStrides[numbers.OffsetDims[i]])).Where(w => w.Size != 1).ToList();
        _run = 1;
        while (window.Count > 0 && window[^1].From == _run && window[^1].To == _run)
        {
            _run *= window[^1].Size;
            window.RemoveAt(window.Count - 1);
        }
        _windowSizes = [.. window.Select(w => w.Size)];
        _windowFrom = [.. window.Select(w => w.From)];
        _windowTo = [.. window.Select(w => w.To)];
        // A short run moves as one element, where everything lies at multiples of it.
        if (_run is > 1 and <= 16 && _run * _element is 2 or 4 or 8 or 16
            && _starts.Select(s => s.Stride).Concat(_batchTo).Concat(_batchFrom).Concat(_windowFrom).Concat(_windowTo).All(stride => stride % _run == 0))
        {
            _starts = [.. _starts.Select(s => (s.Most, s.Stride / _run))];
            (_batchTo, _batchFrom, _windowFrom, _windowTo) = (InRuns(_batchTo), InRuns(_batchFrom), InRuns(_windowFrom), InRuns(_windowTo));
            (_element, _run) = (_element * (int)_run, 1);
        }
        _adjacent = _element == 4 && operand.Count < int.MaxValue && _batchTo.AsSpan().SequenceEqual(FusionRoot.DenseStrides(_batchSizes));
        _columns = _run == 1 && operand.Count < int.MaxValue && _windowTo.AsSpan().SequenceEqual(FusionRoot.DenseStrides(_windowSizes));

        long[] InRuns(long[] strides) => [.. strides.Select(stride => stride / _run)];
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        if (_node.Count == 0)
        {
            return;
        }
        byte* operand = slots[_inputs[0]], indices = slots[_inputs[1]], output = slots[_output];
        long windows = _windowSizes.Aggregate(1L, (n, s) => n * s);
        if (_run == 1 && windows >= 16 && _positions >= 4)
        {
            var offsets = (long*)(t_offsets ??= new()).Ensure(2 * _positions * sizeof(long));
            context.Pool.ParallelFor(_positions, 4096, new Offsets(this, indices, offsets, offsets + _positions));
            if (_adjacent && Vector256.IsHardwareAccelerated)
            {
                var places = (int*)(t_places ??= new()).Ensure(_positions * sizeof(int));
                for (long p = 0; p < _positions; p++)
                {
                    places[p] = (int)offsets[p];
                }
                context.Pool.ParallelFor(windows, Math.Max(1, 16384 / _positions), new Adjacent(this, operand, output + (offsets[_positions] * _element), places));
                return;
            }
            if (_columns)
            {
                var window = (int*)(t_places ??= new()).Ensure(windows * sizeof(int));
                for (long w = 0; w < windows; w++)
                {
                    window[w] = (int)Window(w).Source;
                }
                context.Pool.ParallelFor(_positions, Math.Max(1, 16384 / windows), new GatherColumns(operand, output, _element, offsets, offsets + _positions, window, windows));
                return;
            }
            context.Pool.ParallelFor(windows, Math.Max(1, 16384 / _positions), new Spread(this, operand, output, offsets, offsets + _positions));
            return;
        }
        context.Pool.ParallelFor(_positions, Math.Max(1, 16384 / Math.Max(1, windows * _run)), new Whole(this, operand, indices, output));
    }

    private long Source(byte* indices, in Walk walk)
    {
        long from = walk.From;
        byte* at = indices + (walk.Index * _indexBytes);
        foreach ((long most, long stride) in _starts)
        {
            long start = _indexKind == ElementKind.I32 ? *(int*)at : BoxCopy.Index(at, _indexKind);
            from += Within(start, _wrap, most) * stride;
            at += _indexStep * _indexBytes;
        }
        return from;
    }

    // A start that counts from the end where it is negative, held between 0 and the largest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Within(long start, long wrap, long most)
    {
        start = start < 0 ? start + wrap : start;
        return start < 0 ? 0 : start > most ? most : start;
    }

    // Single elements picked along a line of positions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line<T, TIndex>(T* from, TIndex* index, T* to, long count, long indexStep, long toStep, long fromStep, long most, long stride, long wrap)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        for (long i = 0; i < count; i++)
        {
            *to = from[Within(long.CreateSaturating(*index), wrap, most) * stride];
            index += indexStep;
            to += toStep;
            from += fromStep;
        }
    }

    // As Line, where indices and results are adjacent: sixteen at a time. Meanwhile so many bytes from an address on are fetched.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pick(uint* from, int* index, uint* to, long count, int most, int stride, int wrap, bool stream, byte* ahead, long aheadBytes)
    {
        long i = 0, head = Math.Min(count, (-(nint)to & 63) / 4);
        for (; i < head; i++)
        {
            to[i] = One(from, index[i], most, stride, wrap);
        }
        Vector256<int> largest = Vector256.Create(most), wraps = Vector256.Create(wrap), steps = Vector256.Create(stride);
        long steps16 = (count - i) / 16, step = steps16 > 0 ? (aheadBytes + (64 * steps16) - 1) / (64 * steps16) * 64 : 0;
        for (; i + 16 <= count; i += 16)
        {
            for (long line = Math.Min(step, aheadBytes); line > 0; line -= 64, aheadBytes -= 64, ahead += 64)
            {
                Sse.Prefetch1(ahead);
            }
            Vector256<uint> a = Eight(from, index + i, wraps, largest, steps), b = Eight(from, index + i + 8, wraps, largest, steps);
            if (stream)
            {
                a.StoreAlignedNonTemporal(to + i);
                b.StoreAlignedNonTemporal(to + i + 8);
            }
            else
            {
                a.Store(to + i);
                b.Store(to + i + 8);
            }
        }
        for (; i < count; i++)
        {
            to[i] = One(from, index[i], most, stride, wrap);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Eight(uint* from, int* index, Vector256<int> wraps, Vector256<int> largest, Vector256<int> steps)
    {
        Vector256<int> start = Vector256.Load(index);
        start += wraps & (start >> 31);
        return Picked(from, Vector256.Min(Vector256.Max(start, Vector256<int>.Zero), largest) * steps);
    }

    // Loads of their own: instructions that gather take longer on many processors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<uint> Picked(uint* from, Vector256<int> places)
    {
        Vector128<ulong> low = places.GetLower().AsUInt64(), high = places.GetUpper().AsUInt64();
        ulong a = low.ToScalar(), b = low.GetElement(1), c = high.ToScalar(), d = high.GetElement(1);
        var x = (float*)from;
        return Vector256.Create(
            Vector128.Create(x[(uint)a], x[a >> 32], x[(uint)b], x[b >> 32]),
            Vector128.Create(x[(uint)c], x[c >> 32], x[(uint)d], x[d >> 32])).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint One(uint* from, int index, int most, int stride, int wrap) => from[(long)Math.Clamp(index < 0 ? index + wrap : index, 0, most) * stride];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AdjacentElements(uint* operand, uint* output, int* from, long begin, long end)
    {
        long count = _positions, nearest = long.MaxValue, furthest = 0;
        for (long p = 0; p < count; p++)
        {
            (nearest, furthest) = (Math.Min(nearest, from[p]), Math.Max(furthest, from[p]));
        }
        // Worth it where most lines of the window are read.
        long span = (furthest - nearest + 1) * 4, lines = span <= count * 64 ? ((span / 64) + (count / 8)) / Math.Max(1, count / 8) : 0, fetched;
        for (long w = begin; w < end; w++)
        {
            (long source, long target) = Window(w);
            uint* x = operand + source, y = output + target;
            byte* ahead = (byte*)(operand + (w + 1 < end ? Window(w + 1).Source + nearest : source + nearest));
            long p = 0;
            fetched = 0;
            for (; p + 8 <= count; p += 8)
            {
                // Elements in no order are no pattern to the processor's own prefetching: the next window is fetched from end to end.
                for (long line = 0; line < lines && fetched < span; line++, fetched += 64)
                {
                    Sse.Prefetch1(ahead + fetched);
                }
                Picked(x, Vector256.Load(from + p)).Store(y + p);
            }
            for (; p < count; p++)
            {
                y[p] = x[from[p]];
            }
        }
    }

    // Where an element of the window lies, from the window's start in the operand and in the result.
    private (long Source, long Target) Window(long element)
    {
        long source = 0, target = 0;
        for (int d = _windowSizes.Length - 1; d >= 0; d--)
        {
            (element, long at) = Math.DivRem(element, _windowSizes[d]);
            source += at * _windowFrom[d];
            target += at * _windowTo[d];
        }
        return (source, target);
    }

    private void Lines(byte* operand, byte* indices, byte* output, long begin, long end)
    {
        (long most, long stride) = _starts[0];
        long inner = _batchSizes[^1];
        for (long p = begin; p < end;)
        {
            var walk = new Walk(this, p);
            long count = Math.Min(end - p, inner - (p % inner));
            bool vectors = Vector256.IsHardwareAccelerated && _element == 4 && _indexKind == ElementKind.I32 && _batchIndex[^1] == 1 && _batchTo[^1] == 1 && _batchFrom[^1] == 0 && most * stride < int.MaxValue;
            if (vectors)
            {
                // The next line of the operand, where there is one and most of it will be read.
                long aheadBytes = p + count < end ? (most + 1) * stride * 4 : 0;
                byte* ahead = operand + (aheadBytes > 0 ? new Walk(this, p + count).From * 4 : 0);
                Pick((uint*)operand + walk.From, (int*)indices + walk.Index, (uint*)output + walk.Target, count, (int)most, (int)stride, (int)_wrap, _streams, ahead, aheadBytes <= count * 16 && ahead != operand + (walk.From * 4) ? aheadBytes : 0);
            }
            else
            {
                byte* from = operand + (walk.From * _element), at = indices + (walk.Index * _indexBytes), to = output + (walk.Target * _element);
                switch (_element)
                {
                    case 1: Line(from, at, to, count, most, stride); break;
                    case 2: Line((ushort*)from, at, (ushort*)to, count, most, stride); break;
                    case 4: Line((uint*)from, at, (uint*)to, count, most, stride); break;
                    case 8: Line((ulong*)from, at, (ulong*)to, count, most, stride); break;
                    default: Line((UInt128*)from, at, (UInt128*)to, count, most, stride); break;
                }
            }
            p += count;
        }
        StreamedCopy.Finish();
    }

    private void Line<T>(T* from, byte* index, T* to, long count, long most, long stride)
        where T : unmanaged
    {
        long indexStep = _batchIndex[^1], toStep = _batchTo[^1], fromStep = _batchFrom[^1];
        switch (_indexKind)
        {
            case ElementKind.I2 or ElementKind.I4 or ElementKind.I8: Line(from, (sbyte*)index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
            case ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8: Line(from, index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
            case ElementKind.I16: Line(from, (short*)index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
            case ElementKind.UI16: Line(from, (ushort*)index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
            case ElementKind.I32: Line(from, (int*)index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
            case ElementKind.UI32: Line(from, (uint*)index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
            case ElementKind.I64: Line(from, (long*)index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
            default: Line(from, (ulong*)index, to, count, indexStep, toStep, fromStep, most, stride, _wrap); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Windows(byte* operand, byte* indices, byte* output, long begin, long end)
    {
        bool single = _windowSizes.Length == 0;
        if (single && _run == 1 && _starts.Length == 1 && _batchSizes.Length > 0)
        {
            Lines(operand, indices, output, begin, end);
            return;
        }
        if (single)
        {
            Adjoining(operand, indices, output, begin, end);
            return;
        }
        var walk = new Walk(this, begin);
        for (long p = begin; p < end; p++, walk.Next(this))
        {
            Box(operand + (Source(indices, walk) * _element), output + (walk.Target * _element), 0);
        }
        StreamedCopy.Finish();
    }

    // Windows of one run.
    private void Adjoining(byte* operand, byte* indices, byte* output, long begin, long end)
    {
        byte** from = stackalloc byte*[WindowsAtOnce], to = stackalloc byte*[WindowsAtOnce];
        for (long p = begin; p < end;)
        {
            int count = (int)Math.Min(WindowsAtOnce, end - p);
            Ends(operand, indices, output, p, count, from, to);
            ScatteredRows.Copy(from, to, count, _run * _element, _streams);
            p += count;
        }
        StreamedCopy.Finish();
    }

    // Where windows begin, in the operand and in the result.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Ends(byte* operand, byte* indices, byte* output, long position, int count, byte** from, byte** to)
    {
        var walk = new Walk(this, position);
        int done = 0;
        if (_indexKind == ElementKind.I32 && _starts.Length == 1 && _batchSizes.Length > 0)
        {
            // A line of positions with an index each.
            (long most, long stride) = _starts[0];
            done = (int)Math.Min(count, _batchSizes[^1] - (position % _batchSizes[^1]));
            long indexStep = _batchIndex[^1], fromStep = _batchFrom[^1] * _element, toStep = _batchTo[^1] * _element, wrap = _wrap, rowBytes = stride * _element;
            var index = (int*)indices + walk.Index;
            byte* source = operand + (walk.From * _element), target = output + (walk.Target * _element);
            for (int i = 0; i < done; i++, index += indexStep, source += fromStep, target += toStep)
            {
                from[i] = source + (Within(*index, wrap, most) * rowBytes);
                to[i] = target;
            }
            if (done < count)
            {
                walk = new Walk(this, position + done);
            }
        }
        for (; done < count; done++, walk.Next(this))
        {
            from[done] = operand + (Source(indices, walk) * _element);
            to[done] = output + (walk.Target * _element);
        }
    }

    private void Box(byte* from, byte* to, int depth)
    {
        if (depth == _windowSizes.Length)
        {
            StreamedCopy.Run(from, to, _run * _element, _streams);
            return;
        }
        for (long i = 0; i < _windowSizes[depth]; i++)
        {
            Box(from + (i * _windowFrom[depth] * _element), to + (i * _windowTo[depth] * _element), depth + 1);
        }
    }

    private void Elements(byte* operand, byte* output, long* from, long* to, long begin, long end)
    {
        for (long w = begin; w < end; w++)
        {
            (long source, long target) = Window(w);
            byte* x = operand + (source * _element), y = output + (target * _element);
            switch (_element)
            {
                case 1: Pick(x, y, from, to); break;
                case 2: Pick((ushort*)x, (ushort*)y, from, to); break;
                case 4: Pick((uint*)x, (uint*)y, from, to); break;
                case 8: Pick((ulong*)x, (ulong*)y, from, to); break;
                default: Pick((UInt128*)x, (UInt128*)y, from, to); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pick<T>(T* x, T* y, long* from, long* to)
        where T : unmanaged
    {
        for (long p = 0; p < _positions; p++)
        {
            y[to[p]] = x[from[p]];
        }
    }

    /// <summary>A walk over the positions in row-major order: where each has its index, its place in the result, and its start from batching dimensions.</summary>
    private struct Walk
    {
        private readonly long[] _at;

        public Walk(GatherStep step, long position)
        {
            _at = new long[step._batchSizes.Length];
            for (int d = _at.Length - 1; d >= 0; d--)
            {
                (position, _at[d]) = Math.DivRem(position, step._batchSizes[d]);
                Index += _at[d] * step._batchIndex[d];
                Target += _at[d] * step._batchTo[d];
                From += _at[d] * step._batchFrom[d];
            }
        }

        public long Index { get; private set; }

        public long Target { get; private set; }

        public long From { get; private set; }

        public void Next(GatherStep step)
        {
            for (int d = _at.Length - 1; d >= 0; d--)
            {
                Index += step._batchIndex[d];
                Target += step._batchTo[d];
                From += step._batchFrom[d];
                if (++_at[d] < step._batchSizes[d])
                {
                    return;
                }
                Index -= step._batchIndex[d] * _at[d];
                Target -= step._batchTo[d] * _at[d];
                From -= step._batchFrom[d] * _at[d];
                _at[d] = 0;
            }
        }
    }
}
