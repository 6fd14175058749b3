using System.Numerics;
using System.Runtime.CompilerServices;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Fourier;

/// <summary>
/// The transform of one long line as a matrix: its columns are transformed as many at a time as there are lanes, turned by their places, then its rows. A length that
/// does not divide into two small enough with small prime factors is a convolution of a power of two.
/// </summary>
internal sealed unsafe class FourierLine<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : unmanaged, ILanes<TLanes, T>
{
    [ThreadStatic]
    private static ScratchBuffer? t_vectors, t_convolution;

    private readonly int _length;
    private readonly FourierPlan<T, TLanes>? _columns, _rows;
    private readonly T[] _roots = [], _chirp = [], _chirpSpectrum = [];
    private readonly FourierLine<T, TLanes>? _convolution;

    /// <summary>A plan for a line of <paramref name="length"/> elements.</summary>
    public FourierLine(int length)
    {
        _length = length;
        int rows = (int)Math.Sqrt(length);
        while (length % rows != 0)
        {
            rows--;
        }
        if (FourierPlan<T, TLanes>.IsSmooth(length) && (long)rows * rows * 64 > length)
        {
            (_columns, _rows) = (new FourierPlan<T, TLanes>(rows), new FourierPlan<T, TLanes>(length / rows));
            _roots = FourierPlan<T, TLanes>.Roots<T>(length);
            return;
        }
        int longer = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * length) - 1);
        _convolution = new FourierLine<T, TLanes>(longer);
        (_chirp, double[] wrapped) = FourierPlan<T, TLanes>.Chirp(length, longer);
        _chirpSpectrum = FourierPlan<T, TLanes>.Spectrum(wrapped);
    }

    /// <summary>Transforms <paramref name="x"/>, whose contents are lost, into <paramref name="y"/>; real and imaginary parts by turns.</summary>
    public void Run(T* x, T* y, WorkerPool? pool)
    {
        if (_convolution is not null)
        {
            Convolve(x, y, pool);
            return;
        }
        int rows = _columns!.Length, columns = _rows!.Length, lanes = FourierPlan<T, TLanes>.Lanes;
        // x[j1·columns + j2] to x[k1·columns + j2], then to y[k1 + rows·k2].
        For(pool, columns, new Pass(this, x, x, false));
        For(pool, rows, new Pass(this, x, y, true));

        void For(WorkerPool? threads, int lines, Pass pass)
        {
            int groups = (lines + lanes - 1) / lanes;
            if (threads is null)
            {
                pass.Run(0, groups);
            }
            else
            {
                threads.ParallelFor(groups, 1, pass);
            }
        }
    }

    private readonly struct Pass(FourierLine<T, TLanes> line, T* x, T* y, bool rows) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long group = begin; group < end; group++)
            {
                if (rows)
                {
                    line.Rows(x, y, (int)group * FourierPlan<T, TLanes>.Lanes);
                }
                else
                {
                    line.Columns(x, (int)group * FourierPlan<T, TLanes>.Lanes);
                }
            }
        }
    }

    private static TLanes* Scratch(FourierPlan<T, TLanes> plan) => (TLanes*)(t_vectors ??= new ScratchBuffer()).Ensure(2L * plan.Vectors * sizeof(TLanes));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Columns(T* x, int first)
    {
        int rows = _columns!.Length, columns = _rows!.Length, lanes = FourierPlan<T, TLanes>.Lanes, count = Math.Min(lanes, columns - first);
        TLanes* a = Scratch(_columns);
        for (int j = 0; j < rows; j++)
        {
            T* from = x + (2L * (((long)j * columns) + first)), to = (T*)(a + (2L * j));
            for (int w = 0; w < count; w++)
            {
                to[w] = from[2 * w];
                to[lanes + w] = from[(2 * w) + 1];
            }
        }
        a = _columns.Run(a, a + _columns.Vectors);
        for (int k = 0; k < rows; k++)
        {
            T* from = (T*)(a + (2L * k)), to = x + (2L * (((long)k * columns) + first));
            for (int w = 0; w < count; w++)
            {
                long turn = 2L * k * (first + w);
                (T c, T s) = (_roots[turn], _roots[turn + 1]);
                to[2 * w] = (from[w] * c) - (from[lanes + w] * s);
                to[(2 * w) + 1] = (from[w] * s) + (from[lanes + w] * c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(T* x, T* y, int first)
    {
        const int Block = 8;
        int rows = _columns!.Length, columns = _rows!.Length, lanes = FourierPlan<T, TLanes>.Lanes, count = Math.Min(lanes, rows - first);
        TLanes* a = Scratch(_rows);
        for (int block = 0; block < columns; block += Block)
        {
            for (int w = 0; w < count; w++)
            {
                T* from = x + (2L * (((long)(first + w) * columns) + block)), to = (T*)(a + (2L * block)) + w;
                for (int j = block; j < Math.Min(columns, block + Block); j++, from += 2, to += 2 * lanes)
                {
                    to[0] = from[0];
                    to[lanes] = from[1];
                }
            }
        }
        a = _rows.Run(a, a + _rows.Vectors);
        for (int k = 0; k < columns; k++)
        {
            T* from = (T*)(a + (2L * k)), to = y + (2L * (first + ((long)rows * k)));
            for (int w = 0; w < count; w++)
            {
                to[2 * w] = from[w];
                to[(2 * w) + 1] = from[lanes + w];
            }
        }
    }

    private void Convolve(T* x, T* y, WorkerPool? pool)
    {
        int longer = _convolution!._length;
        T* a = (T*)(t_convolution ??= new ScratchBuffer()).Ensure(4L * longer * sizeof(T)), b = a + (2L * longer);
        Multiply(x, _chirp, a, _length, turned: false);
        new Span<T>(a + (2L * _length), 2 * (longer - _length)).Clear();
        _convolution.Run(a, b, pool);
        // With the parts in each other's places the transform is the inverse.
        Multiply(b, _chirpSpectrum, a, longer, turned: true);
        _convolution.Run(a, b, pool);
        for (int k = 0; k < _length; k++)
        {
            (b[2 * k], b[(2 * k) + 1]) = (b[(2 * k) + 1], b[2 * k]);
        }
        Multiply(b, _chirp, y, _length, turned: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(T* x, T[] by, T* to, int count, bool turned)
    {
        int re = turned ? 1 : 0, im = 1 - re;
        for (int k = 0; k < count; k++, x += 2, to += 2)
        {
            (T a, T b, T c, T s) = (x[0], x[1], by[2 * k], by[(2 * k) + 1]);
            to[re] = (a * c) - (b * s);
            to[im] = (a * s) + (b * c);
        }
    }
}
