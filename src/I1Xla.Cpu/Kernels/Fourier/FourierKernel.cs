using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Fourier;

/// <summary>What a transform takes and gives.</summary>
internal enum FourierKind
{
    /// <summary>Complex to complex.</summary>
    Forward,
    /// <summary>Complex to complex, over the length.</summary>
    Inverse,
    /// <summary>Real to the first half of a spectrum, and one more.</summary>
    RealForward,
    /// <summary>The first half of a spectrum, and one more, to real, over the length.</summary>
    RealInverse,
}

/// <summary>Transforms of all lines along one dimension of an array.</summary>
internal interface IFourierKernel
{
    /// <summary>Transforms.</summary>
    /// <param name="from">The array.</param>
    /// <param name="to">Where the result goes, elsewhere.</param>
    /// <param name="outer">How many times the dimension is gone through outside of its inner elements.</param>
    /// <param name="pool">The threads.</param>
    unsafe void Run(byte* from, byte* to, long outer, WorkerPool pool);
}

/// <summary>
/// Transforms of all lines along one dimension of an array. Lines go through the plan as many at a time as there are lanes; long ones are matrices whose columns
/// and then rows are lines. Real lines of even length are complex ones of half of it.
/// </summary>
/// <remarks>Bailey, "FFTs in external or hierarchical memory", 1990 (four steps); Cooley, Lewis and Welch, "The fast Fourier transform algorithm", 1970 (real lines).</remarks>
internal sealed unsafe class FourierKernel<T, TLanes> : IFourierKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : unmanaged, ILanes<TLanes, T>
{
    private const int LongLine = 4096, Block = 8;

    [ThreadStatic]
    private static ScratchBuffer? t_vectors, t_line;

    private readonly FourierKind _kind;
    private readonly int _length, _inner, _complex, _from, _to;
    private readonly bool _isHalved;
    private readonly FourierPlan<T, TLanes>? _plan;
    private readonly FourierLine<T, TLanes>? _long;
    private readonly T[] _roots = [];

    /// <summary>A kernel.</summary>
    /// <param name="kind">The transform.</param>
    /// <param name="length">Elements of a line, as <c>fft_length</c> has it.</param>
    /// <param name="inner">Elements from one element of a line to the next.</param>
    public FourierKernel(FourierKind kind, int length, int inner)
    {
        (_kind, _length, _inner) = (kind, length, inner);
        bool real = kind is FourierKind.RealForward or FourierKind.RealInverse;
        _isHalved = real && length % 2 == 0;
        _complex = _isHalved ? length / 2 : length;
        int half = (length / 2) + 1;
        (_from, _to) = (kind == FourierKind.RealInverse ? half : length, kind == FourierKind.RealForward ? half : length);
        if (_isHalved)
        {
            _roots = FourierPlan<T, TLanes>.Roots<T>(length);
        }
        if (_complex > LongLine)
        {
            _long = new FourierLine<T, TLanes>(_complex);
        }
        else
        {
            _plan = new FourierPlan<T, TLanes>(_complex);
        }
    }

    private bool IsInverse => _kind is FourierKind.Inverse or FourierKind.RealInverse;

    private bool ReadsReal => _kind == FourierKind.RealForward;

    private bool WritesReal => _kind == FourierKind.RealInverse;

    /// <inheritdoc/>
    public void Run(byte* from, byte* to, long outer, WorkerPool pool) => Run((T*)from, (T*)to, outer, pool);

    private void Run(T* from, T* to, long outer, WorkerPool pool)
    {
        long lines = outer * _inner;
        if (_long is null)
        {
            int lanes = FourierPlan<T, TLanes>.Lanes;
            pool.ParallelFor((lines + lanes - 1) / lanes, Math.Max(1, 4096 / (_complex + 1)), new Groups(this, from, to, lines));
            return;
        }
        if (lines < 2 * pool.ThreadCount)
        {
            for (long line = 0; line < lines; line++)
            {
                OneLine(from, to, line, pool);
            }
            return;
        }
        pool.ParallelFor(lines, 1, new Lines(this, from, to));
    }

    private readonly struct Groups(FourierKernel<T, TLanes> kernel, T* from, T* to, long lines) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long group = begin; group < end; group++)
            {
                long first = group * FourierPlan<T, TLanes>.Lanes;
                kernel.Group(from, to, first, (int)Math.Min(FourierPlan<T, TLanes>.Lanes, lines - first));
            }
        }
    }

    private readonly struct Lines(FourierKernel<T, TLanes> kernel, T* from, T* to) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long line = begin; line < end; line++)
            {
                kernel.OneLine(from, to, line, null);
            }
        }
    }

    private void Group(T* from, T* to, long first, int count)
    {
        int lanes = FourierPlan<T, TLanes>.Lanes;
        long* source = stackalloc long[lanes], target = stackalloc long[lanes];
        Starts(first, count, source, target);
        // Half a spectrum has one element more than the line it is of.
        long room = _plan!.Vectors + 2;
        var x = (TLanes*)(t_vectors ??= new ScratchBuffer()).Ensure(2 * room * sizeof(TLanes));
        TLanes* y = x + room, result;
        Load(from, source, count, (T*)x, lanes);
        if (_kind == FourierKind.RealInverse && _isHalved)
        {
            Tangle((T*)x, (T*)y, lanes);
            result = _plan.Run(y, x);
        }
        else
        {
            result = _plan.Run(x, y);
        }
        if (_kind == FourierKind.RealForward && _isHalved)
        {
            TLanes* other = result == x ? y : x;
            Untangle((T*)result, (T*)other, lanes);
            result = other;
        }
        Unload(to, target, count, (T*)result, lanes);
    }

    // One long line by itself, in memory as it is: as a group of one.
    private void OneLine(T* from, T* to, long line, WorkerPool? pool)
    {
        long source, target;
        Starts(line, 1, &source, &target);
        long room = 2L * (_complex + 1);
        var x = (T*)(t_line ??= new ScratchBuffer()).Ensure(2 * room * sizeof(T));
        T* y = x + room;
        Load(from, &source, 1, x, 1);
        if (_kind == FourierKind.RealInverse && _isHalved)
        {
            Tangle(x, y, 1);
            _long!.Run(y, x, pool);
            y = x;
        }
        else
        {
            _long!.Run(x, y, pool);
        }
        if (_kind == FourierKind.RealForward && _isHalved)
        {
            Untangle(y, x, 1);
            y = x;
        }
        Unload(to, &target, 1, y, 1);
    }

    // Where lines start, in numbers of T.
    private void Starts(long first, int count, long* source, long* target)
    {
        for (int w = 0; w < count; w++)
        {
            (long outer, long inner) = Math.DivRem(first + w, _inner);
            source[w] = ((outer * _from * _inner) + inner) * (ReadsReal ? 1 : 2);
            target[w] = ((outer * _to * _inner) + inner) * (WritesReal ? 1 : 2);
        }
    }

    private static bool IsWholeBlock(int count, int lanes) => typeof(T) == typeof(float) && Avx2.IsSupported && lanes == LineBlocks.Lanes && count == lanes;

    private static bool AreNeighbours(long* start) => start[LineBlocks.Lanes - 1] - start[0] == 2 * (LineBlocks.Lanes - 1);

    // Element k of line w: real part at (2k)·lanes + w, imaginary part lanes behind it. An inverse has the parts in each other's places.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Load(T* from, long* start, int count, T* x, int lanes)
    {
        int elements = ReadsReal && _isHalved ? _complex : ReadsReal ? _length : _from;
        long step = ReadsReal ? _isHalved ? 2L * _inner : _inner : 2L * _inner, other = ReadsReal ? _isHalved ? _inner : 0 : 1;
        int re = IsInverse && !_isHalved ? lanes : 0, im = lanes - re;
        if (count < lanes)
        {
            new Span<T>(x, 2 * elements * lanes).Clear();
        }
        int done = !IsWholeBlock(count, lanes) || other != 1 ? 0
            : step == 2 ? LineBlocks.LoadLines((float*)(from + start[0]), start[1] - start[0], (float*)x, elements, re != 0)
            : AreNeighbours(start) ? LineBlocks.LoadColumns((float*)(from + start[0]), step, (float*)x, elements, re != 0) : 0;
        for (int block = done; block < elements; block += Block)
        {
            int end = Math.Min(elements, block + Block);
            for (int w = 0; w < count; w++)
            {
                T* a = from + start[w] + (block * step), b = x + (2L * block * lanes) + w;
                for (int k = block; k < end; k++, a += step, b += 2 * lanes)
                {
                    b[re] = a[0];
                    b[im] = other == 0 ? T.Zero : a[other];
                }
            }
        }
        if (_kind == FourierKind.RealInverse && !_isHalved)
        {
            // The other half of an odd spectrum is the conjugate of the first.
            for (int k = elements; k < _length; k++)
            {
                T* a = x + (2L * (_length - k) * lanes), b = x + (2L * k * lanes);
                for (int w = 0; w < lanes; w++)
                {
                    b[re + w] = a[re + w];
                    b[im + w] = -a[im + w];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unload(T* to, long* start, int count, T* x, int lanes)
    {
        int elements = WritesReal && _isHalved ? _complex : _to;
        long step = WritesReal ? _isHalved ? 2L * _inner : _inner : 2L * _inner, other = WritesReal ? _inner : 1;
        bool both = !WritesReal || _isHalved;
        int re = IsInverse ? lanes : 0, im = lanes - re;
        T scale = IsInverse ? T.One / T.CreateTruncating(_length) : T.One;
        int done = !IsWholeBlock(count, lanes) || !both || other != 1 ? 0
            : step == 2 ? LineBlocks.StoreLines((float*)x, (float*)(to + start[0]), start[1] - start[0], elements, re != 0, float.CreateTruncating(scale))
            : AreNeighbours(start) ? LineBlocks.StoreColumns((float*)x, (float*)(to + start[0]), step, elements, re != 0, float.CreateTruncating(scale)) : 0;
        for (int block = done; block < elements; block += Block)
        {
            int end = Math.Min(elements, block + Block);
            for (int w = 0; w < count; w++)
            {
                T* a = x + (2L * block * lanes) + w, b = to + start[w] + (block * step);
                for (int k = block; k < end; k++, a += 2 * lanes, b += step)
                {
                    b[0] = a[re] * scale;
                    if (both)
                    {
                        b[other] = a[im] * scale;
                    }
                }
            }
        }
    }

    // The spectrum of a real line from that of its even elements with the odd ones as imaginary parts: (Z[k] + Z*[h-k])/2 + w^k (Z[k] - Z*[h-k])/2i.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Untangle(T* z, T* x, int lanes)
    {
        T half = T.CreateTruncating(0.5);
        for (int k = 0; k <= _complex; k++)
        {
            T* a = z + (2L * (k % _complex) * lanes), b = z + (2L * ((_complex - k) % _complex) * lanes), to = x + (2L * k * lanes);
            (T c, T s) = (_roots[2 * k], _roots[(2 * k) + 1]);
            for (int w = 0; w < lanes; w++)
            {
                (T re, T im, T otherRe, T otherIm) = (a[w], a[lanes + w], b[w], -b[lanes + w]);
                (T evenRe, T evenIm, T oddRe, T oddIm) = ((re + otherRe) * half, (im + otherIm) * half, (im - otherIm) * half, (otherRe - re) * half);
                to[w] = evenRe + ((oddRe * c) - (oddIm * s));
                to[lanes + w] = evenIm + ((oddRe * s) + (oddIm * c));
            }
        }
    }

    // The other way round, times two, and with the parts in each other's places. The first and last element of a spectrum of a real line are real.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tangle(T* x, T* z, int lanes)
    {
        for (int k = 0; k < _complex; k++)
        {
            T* a = x + (2L * k * lanes), b = x + (2L * (_complex - k) * lanes), to = z + (2L * k * lanes);
            (T c, T s) = (_roots[2 * k], -_roots[(2 * k) + 1]);
            for (int w = 0; w < lanes; w++)
            {
                (T re, T im, T otherRe, T otherIm) = (a[w], k == 0 ? T.Zero : a[lanes + w], b[w], k == 0 ? T.Zero : -b[lanes + w]);
                (T evenRe, T evenIm, T apartRe, T apartIm) = (re + otherRe, im + otherIm, re - otherRe, im - otherIm);
                (T oddRe, T oddIm) = ((apartRe * c) - (apartIm * s), (apartRe * s) + (apartIm * c));
                to[lanes + w] = evenRe - oddIm;
                to[w] = evenIm + oddRe;
            }
        }
    }
}
