using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Loops;

/// <summary>
/// An elementwise loop that covers a matrix once, made to run over any rectangle of it: the loop behind a product reads finished tiles of sums, the loop
/// before one makes blocks of an operand. The loop's variables are digits of the matrix's element number, so a rectangle is a few runs of one variable
/// along its rows and one along its columns; the others are fixed, and move only where the accesses start.
/// </summary>
internal sealed unsafe class TileLoop
{
    private readonly LoopKernel _loop;
    private readonly int _matrix;
    private readonly long _rowStride;
    private readonly long[] _steps;
    private readonly int _row, _lane;
    private LoopCode? _whole, _rest;
    private int _tileBytes;

    private TileLoop(LoopKernel loop, int matrix, long rowStride, int row, int lane, long run)
    {
        _loop = loop;
        _matrix = matrix;
        _rowStride = rowStride;
        _steps = loop.Accesses[matrix].Coefficients;
        (_row, _lane) = (row, lane);
        Run = run;
    }

    /// <summary>Columns that lie side by side for all accesses: a divisor of the matrix's columns, or all of them.</summary>
    public long Run { get; }

    /// <summary>Columns of one run of the code; <see cref="Run"/> is a multiple of it unless it is all columns.</summary>
    public long Width { get; private set; }

    /// <summary>Elements between rows of tiles that lie apart from the matrix; 0 where tiles are parts of the matrix.</summary>
    public long TileStride { get; private set; }

    /// <summary>Why some run of the loop has no machine code; null when all have.</summary>
    public string? Obstacle => _whole?.Obstacle ?? _rest?.Obstacle;

    /// <summary>Looks whether a loop can run tile by tile.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="matrix">The access that is the matrix: the only one to its buffer.</param>
    /// <param name="elements">Elements of the buffer, all of which the loop visits.</param>
    /// <param name="rowStride">Elements from one row to the next; columns are adjacent.</param>
    /// <param name="columns">Columns.</param>
    public static TileLoop? TryCreate(LoopKernel loop, int matrix, long elements, long rowStride, long columns)
    {
        if (loop.Stages.Length != 1 || loop.VectorIsOuter || loop.Slots > 0 || loop.Stages[0].Loops.Length == 0
            || loop.Stages[0].Body.Any(i => i.Op is LoopOpcode.Reduce or LoopOpcode.GetSlot or LoopOpcode.SetSlot)
            || loop.Accesses[matrix].Offset != 0 || loop.Accesses.Count(a => a.Buffer == loop.Accesses[matrix].Buffer) != 1 || loop.Accesses.Any(a => a.Buffer < -1))
        {
            return null;
        }
        loop = Cut(loop, matrix, rowStride);
        long[] steps = loop.Accesses[matrix].Coefficients;
        int lane = loop.Stages[0].Loops[^1], row = -1;
        long next = 1;
        foreach (int v in loop.Outer.Concat(loop.Stages[0].Loops).Where(v => loop.Extents[v] != 1 || v == lane).OrderBy(v => steps[v]))
        {
            if (steps[v] != next || (next == 1) != (v == lane))
            {
                return null;
            }
            if (next == rowStride)
            {
                row = v;
            }
            next *= loop.Extents[v];
        }
        long run = Math.Min(loop.Extents[lane], columns);
        bool fits = next == elements && row >= 0 && row != lane && (loop.Extents[lane] % columns == 0 || columns % loop.Extents[lane] == 0);
        return fits ? new TileLoop(loop, matrix, rowStride, row, lane, run) : null;
    }

    /// <summary>Generates code for tiles.</summary>
    /// <param name="width">Columns of one run of the code, at most <see cref="Run"/>.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="compile">Makes code of a loop.</param>
    /// <param name="apart">
    /// Where tiles lie apart from the matrix: their element kind (that of sums, before they are rounded to the matrix's kind, or the matrix's own), and
    /// the elements between their rows.
    /// </param>
    /// <returns>Whether the loop can run in such tiles.</returns>
    public bool Compile(long width, long columns, Func<LoopKernel, LoopCode> compile, (ElementKind Kind, long Stride)? apart = null)
    {
        bool partial = width < Run;
        if (width > Run || (partial && Run != columns) || _loop.Accesses.Any(a => a.Buffer < 0 && !FollowsTile(a, partial)))
        {
            return false;
        }
        Width = width;
        TileStride = apart?.Stride ?? 0;
        _tileBytes = apart?.Kind.StorageBytes() ?? 0;
        _whole = compile(Tile(width, apart?.Kind));
        _rest = Run % width == 0 ? null : compile(Tile(Run % width, apart?.Kind));
        return true;
    }

    /// <summary>Runs over a rectangle; its columns start at a multiple of <see cref="Width"/> of a run, and end so or with the run.</summary>
    /// <param name="buffers">The loop's buffers.</param>
    /// <param name="start">Element number of the rectangle's first row at the matrix's first column.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="apart">The tile, where it lies apart.</param>
    public void Over(byte** buffers, long start, int rows, long column, long columns, byte* apart)
    {
        byte** starts = stackalloc byte*[_loop.Accesses.Length];
        long* digits = stackalloc long[_loop.Extents.Length];
        for (int row = 0; row < rows;)
        {
            int count = 0;
            for (long done = 0; done < columns;)
            {
                long element = start + row * _rowStride + column + done;
                for (int v = 0; v < _steps.Length; v++)
                {
                    digits[v] = _steps[v] == 0 ? 0 : element / _steps[v] % _loop.Extents[v];
                }
                count = (int)Math.Min(rows - row, _loop.Extents[_row] - digits[_row]);
                long width = Math.Min(Width, Run - (digits[_lane] % Run));
                Start(buffers, digits, apart is null ? null : apart + ((row - digits[_row]) * TileStride + done) * _tileBytes, starts);
                (width == Width ? _whole! : _rest!).Run(starts, digits[_row], digits[_row] + count);
                done += width;
            }
            row += count;
        }
    }

    private void Start(byte** buffers, long* digits, byte* apart, byte** starts)
    {
        for (int i = 0; i < _loop.Accesses.Length; i++)
        {
            LoopAccess access = _loop.Accesses[i];
            if (i == _matrix && TileStride > 0)
            {
                starts[i] = apart;
                continue;
            }
            if (access.Buffer < 0)
            {
                starts[i] = null;
                continue;
            }
            long offset = 0;
            for (int v = 0; v < access.Coefficients.Length; v++)
            {
                offset += v == _row ? 0 : digits[v] * access.Coefficients[v];
            }
            starts[i] = buffers[access.Buffer] + offset * access.Kind.StorageBytes();
        }
    }

    // Only the rows' number is known to the code.
    private bool FollowsTile(LoopAccess index, bool partial)
    {
        for (int v = 0; v < index.Coefficients.Length; v++)
        {
            bool known = v == _row || (v == _lane && !partial && _loop.Extents[_lane] == Run);
            if (!known && index.Coefficients[v] != 0 && _loop.Extents[v] > 1)
            {
                return false;
            }
        }
        return true;
    }

    // The loop over rows of one width: every access starts at an address of its own.
    private LoopKernel Tile(long width, ElementKind? apart)
    {
        LoopAccess[] accesses = [.. _loop.Accesses.Select((a, i) => i == _matrix && apart is { } kind
            ? new LoopAccess(i, kind, 0, [TileStride, 1])
            : new LoopAccess(a.Buffer < 0 ? a.Buffer : i, a.Kind, a.Offset, [a.Coefficients[_row], a.Coefficients[_lane]]))];
        LoopInstruction[] body = _loop.Stages[0].Body;
        ElementKind own = _loop.Accesses[_matrix].Kind;
        if (apart is { } sums && sums != own)
        {
            body = Rounded(body, own);
        }
        return new LoopKernel
        {
            Extents = [_loop.Extents[_row], width],
            Outer = [0],
            Stages = [new LoopStage([1], body)],
            Accesses = accesses,
            Buffers = accesses.Length,
        };
    }

    // What is read from the tile is rounded as it would have been when the matrix was stored.
    private LoopInstruction[] Rounded(LoopInstruction[] body, ElementKind kind)
    {
        var made = new List<LoopInstruction>(body.Length + 1);
        int[] place = new int[body.Length];
        int Now(int operand) => operand >= 0 ? place[operand] : operand;
        for (int i = 0; i < body.Length; i++)
        {
            LoopInstruction at = body[i];
            made.Add(at with { A = Now(at.A), B = Now(at.B), C = Now(at.C) });
            if (at.Op == LoopOpcode.Load && at.Index == _matrix)
            {
                made.Add(new LoopInstruction(kind == ElementKind.BF16 ? LoopOpcode.RoundBf16 : LoopOpcode.RoundF16, Lane.F32, made.Count - 1));
            }
            place[i] = made.Count - 1;
        }
        return [.. made];
    }

    // A variable that runs over ends of rows becomes two.
    private static LoopKernel Cut(LoopKernel loop, int matrix, long rowStride)
    {
        long[] steps = loop.Accesses[matrix].Coefficients;
        int v = Enumerable.Range(0, steps.Length).FirstOrDefault(Crosses, -1);
        if (v < 0)
        {
            return loop;
        }
        long inside = rowStride / steps[v];
        return new LoopKernel
        {
            Extents = [.. loop.Extents.Select((e, i) => i == v ? inside : e), loop.Extents[v] / inside],
            Outer = [.. loop.Outer, loop.Extents.Length],
            Stages = loop.Stages,
            Accesses = [.. loop.Accesses.Select(a => a with { Coefficients = [.. a.Coefficients, a.Coefficients[v] * inside] })],
            Buffers = loop.Buffers,
        };

        bool Crosses(int i) => steps[i] > 0 && steps[i] < rowStride && steps[i] * loop.Extents[i] > rowStride
            && rowStride % steps[i] == 0 && steps[i] * loop.Extents[i] % rowStride == 0;
    }
}
