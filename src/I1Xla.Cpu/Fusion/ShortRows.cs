using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Lanes along an outer loop, of which each reads or writes a short row of its own (sums, softmax and normalisations of short rows, pooling): the rows of a block of lanes are moved
/// to kept rows by a stage before the others, and from them by one behind, which code transposes in registers. Between them every access of a row is one of adjacent lanes.
/// Loops whose lanes would run along the rows run along an outer loop instead, where that takes less.
/// </summary>
internal sealed class ShortRows
{
    // Rows from so long on fill vectors themselves, and blocks of lanes leave the first-level cache; shorter ones than half a piece have no transposition.
    private const int MostRowBytes = 256, LeastRowBytes = 8;

    // All kept rows of a block stay in the second-level cache.
    private const int MostBytes = 128 << 10;

    // Lanes that lie so near each other are permuted out of few vectors; narrow elements only where they lie in two.
    private const int NearBytes = 32, NearNarrowBytes = 8, NarrowBytes = 2;

    private const int LeastLanes = 16, VectorBytes = 64, PieceBytes = 16;

    // About how many instructions gather elements far apart, and what is done for each stage and reduction besides.
    private const double Gathered = 30, StageStart = 8, AcrossLanes = 10;

    private readonly LoopKernel _kernel;
    private readonly int _vector;
    private readonly int _lanes;
    private readonly List<Rows> _rows = [];

    private ShortRows(LoopKernel kernel, int vector)
    {
        _kernel = kernel;
        _vector = vector;
        _lanes = LoopSupport.IsWide(kernel) ? 8 : 16;
        Find();
    }

    /// <summary>The rows of one buffer that accesses have in common: those of lanes and the loops around the innermost, elements from <paramref name="Low"/> to <paramref name="High"/> of each.</summary>
    private sealed record Rows(LoopAccess Access, int[] Around, bool Stored, long Low, long High, List<Use> Uses)
    {
        public long Length => High - Low;

        public int Size => Access.Kind.StorageBytes();
    }

    /// <summary>An instruction that accesses rows: its stage, its place there, the variable along the row or -1, those around it, the elements it reaches.</summary>
    private readonly record struct Use(int Stage, int At, int Along, int[] Around, long Low, long High);

    /// <summary>The kernel with short rows moved; the kernel itself where there are none that pay.</summary>
    public static LoopKernel Apply(LoopKernel kernel)
    {
        if (kernel.VectorIsOuter)
        {
            return new ShortRows(kernel, kernel.Outer[^1]).Move();
        }
        bool reduces = kernel.Stages.Any(s => s.Body.Any(i => i.Op == LoopOpcode.Reduce));
        bool alone = !reduces && kernel.Stages is [{ Loops: [int loop] } stage] && kernel.Extents[loop] >= LeastLanes && stage.Body.Any(i => i.Op is not (LoopOpcode.Load or LoopOpcode.Store));
        if (!reduces && !alone)
        {
            return kernel;
        }
        LoopKernel outside = alone ? Outside(kernel, kernel.Stages[0].Loops[0]) : kernel;
        int[] candidates = alone ? [outside.Outer[^1]] : [.. outside.Outer.Where(v => kernel.Extents[v] >= LeastLanes)];
        ShortRows? best = candidates.Select(v => new ShortRows(outside, v)).Where(rows => rows._rows.Count > 0).MinBy(rows => rows.WorkOutside());
        return best is null || best.StoresLines() || best.WorkOutside() >= (alone ? best.WorkAt(moved: false) : best.WorkInside()) ? kernel : best.Move();
    }

    // A kernel of one loop with that loop outside.
    private static LoopKernel Outside(LoopKernel kernel, int loop) => Changed(kernel, kernel.Extents, [.. kernel.Outer, loop], [kernel.Stages[0] with { Loops = [] }], kernel.Accesses, 0);

    private static LoopKernel Changed(LoopKernel kernel, long[] extents, int[] outer, LoopStage[] stages, LoopAccess[] accesses, long bytes) => new()
    {
        Extents = extents,
        Outer = outer,
        VectorIsOuter = true,
        Stages = stages,
        Accesses = accesses,
        Slots = kernel.Slots,
        Buffers = kernel.Buffers,
        ScratchBytes = bytes,
    };

    private void Find()
    {
        ILookup<int, bool> buffers = Uses().ToLookup(u => _kernel.Accesses[u.Instruction.Index].Buffer, u => u.Instruction.Op == LoopOpcode.Store);
        var near = new Dictionary<string, List<Rows>>();
        long bytes = 0;
        foreach ((int s, int at, LoopInstruction i) in Uses())
        {
            LoopAccess access = _kernel.Accesses[i.Index];
            bool stored = i.Op == LoopOpcode.Store;
            if (access.Buffer < 0 || buffers[access.Buffer].Any(other => other != stored) || access.Coefficients[_vector] is 0 or 1)
            {
                continue;
            }
            int[] loops = _kernel.Stages[s].Loops;
            int along = loops.LastOrDefault(v => access.Coefficients[v] == 1, -1);
            int[] around = [.. loops.Where(v => v != along && access.Coefficients[v] != 0)];
            var use = new Use(s, at, along, around, access.Offset, access.Offset + (along < 0 ? 1 : _kernel.Extents[along]));
            string key = $"{stored} {access.Buffer}: {string.Join(' ', _kernel.Outer.Select(v => access.Coefficients[v]))}, {string.Join(' ', around.Select(v => $"{access.Coefficients[v]}x{_kernel.Extents[v]}"))}";
            if (!near.TryGetValue(key, out List<Rows>? rows))
            {
                near.Add(key, rows = []);
            }
            // Elements of several accesses; what is stored is stored whole.
            int same = rows.FindIndex(r => (Math.Max(r.High, use.High) - Math.Min(r.Low, use.Low)) * r.Size <= MostRowBytes && (!stored || r.High == use.Low || r.Low == use.High));
            if (same < 0)
            {
                rows.Add(new Rows(access, around, stored, use.Low, use.High, [use]));
            }
            else
            {
                Rows r = rows[same];
                r.Uses.Add(use);
                rows[same] = r with { Low = Math.Min(r.Low, use.Low), High = Math.Max(r.High, use.High) };
            }
        }
        foreach (Rows rows in near.Values.SelectMany(r => r).Where(r => IsShort(r) && Transposition(r) < Elements(r) / r.Length * r.Uses.Sum(u => (u.High - u.Low) * Apart(r.Access))))
        {
            long more = Bytes(rows);
            if (bytes + more <= MostBytes)
            {
                bytes += more;
                _rows.Add(rows);
            }
        }
    }

    private IEnumerable<(int Stage, int At, LoopInstruction Instruction)> Uses() =>
        _kernel.Stages.SelectMany((s, stage) => s.Body.Select((i, at) => (stage, at, i))).Where(u => u.i.Op is LoopOpcode.Load or LoopOpcode.Store);

    // Rows of which at least half is used.
    private static bool IsShort(Rows rows) => rows.Length > 1 && rows.Length * rows.Size is >= LeastRowBytes and <= MostRowBytes
        && 2 * rows.Uses.Select(u => (u.Low, u.High)).Distinct().Sum(u => u.High - u.Low) >= rows.Length;

    // Whether lanes along rows would store whole lines, several for each row, of a result larger than the caches: such go past them (MemoryHints).
    private bool StoresLines() => _rows.Exists(r => r.Stored && r.Length * r.Size is >= 2 * CacheLine.Bytes and var bytes && bytes % CacheLine.Bytes == 0
        && _kernel.Outer.Aggregate(Elements(r) * r.Size, (n, v) => n * _kernel.Extents[v]) >= StreamedCopy.LeastBytes);

    private long Elements(Rows rows) => rows.Around.Aggregate(rows.Length, (n, v) => n * _kernel.Extents[v]);

    // Whole elements of any size for each lane, so that rows lie apart in narrower blocks too.
    private long Bytes(Rows rows) => ((Elements(rows) * rows.Size) + sizeof(long) - 1) / sizeof(long) * sizeof(long) * LoopKernel.BlockLanes;

    private LoopKernel Move()
    {
        if (_rows.Count == 0)
        {
            return _kernel;
        }
        int variables = _kernel.Extents.Length + _rows.Sum(r => r.Around.Length + 1);
        List<long> extents = [.. _kernel.Extents];
        List<LoopAccess> accesses = [.. _kernel.Accesses.Select(a => a with { Coefficients = [.. a.Coefficients, .. new long[variables - a.Coefficients.Length]] })];
        LoopInstruction[][] bodies = [.. _kernel.Stages.Select(s => s.Body.ToArray())];
        List<LoopStage> before = [], behind = [];
        long bytes = 0;
        foreach (Rows rows in _rows)
        {
            int[] loops = [.. Enumerable.Range(extents.Count, rows.Around.Length + 1)];
            extents.AddRange([.. rows.Around.Select(v => _kernel.Extents[v]), rows.Length]);
            long[] there = [.. _kernel.Outer.Aggregate(new long[variables], (c, v) => { c[v] = rows.Access.Coefficients[v]; return c; })];
            for (int i = 0; i < rows.Around.Length; i++)
            {
                there[loops[i]] = rows.Access.Coefficients[rows.Around[i]];
            }
            there[loops[^1]] = 1;
            accesses.Add(new LoopAccess(rows.Access.Buffer, rows.Access.Kind, rows.Low, there));
            int memory = accesses.Count - 1, kept = Kept(rows, loops[^1], loops[..^1], rows.Low), load = rows.Stored ? kept : memory, store = rows.Stored ? memory : kept;
            Lane lane = LoopKernel.LaneOf(rows.Access.Kind);
            (rows.Stored ? behind : before).Add(new LoopStage(loops, [new LoopInstruction(LoopOpcode.Load, lane, Index: load), new LoopInstruction(LoopOpcode.Store, lane, 0, Index: store)]));
            foreach (Use use in rows.Uses)
            {
                bodies[use.Stage][use.At] = bodies[use.Stage][use.At] with { Index = Kept(rows, use.Along, use.Around, use.Low) };
            }
            bytes += Bytes(rows);
        }
        return Changed(
            _kernel, [.. extents], [.. _kernel.Outer.Where(v => v != _vector), _vector], [.. before, .. _kernel.Stages.Select((s, i) => s with { Body = bodies[i] }), .. behind], [.. accesses], bytes);

        int Kept(Rows rows, int along, int[] around, long low)
        {
            long[] c = new long[variables];
            c[_vector] = 1;
            long step = LoopKernel.BlockLanes;
            if (along >= 0)
            {
                c[along] = step;
            }
            long next = step * rows.Length;
            for (int i = around.Length - 1; i >= 0; i--)
            {
                c[around[i]] = next;
                next *= _kernel.Extents[rows.Around[i]];
            }
            accesses.Add(new LoopAccess(LoopAccess.KeptRow, rows.Access.Kind, (bytes / rows.Size) + ((low - rows.Low) * step), c));
            return accesses.Count - 1;
        }
    }

    // Instructions for an outer iteration with lanes along rows.
    private double WorkInside() => _kernel.Stages.Sum(stage =>
    {
        double body = Body(stage) + StageStart;
        if (stage.Loops.Length > 0)
        {
            long extent = _kernel.Extents[stage.Loops[^1]], around = stage.Loops[..^1].Aggregate(1L, (n, v) => n * _kernel.Extents[v]);
            body = (around * ((((extent + _lanes - 1) / _lanes) * Body(stage)) + StageStart)) + (stage.Body.Count(i => i.Op == LoopOpcode.Reduce) * AcrossLanes);
        }
        return body;
    });

    private double WorkOutside() => WorkAt(moved: true);

    // Instructions for an outer iteration with lanes along an outer loop, whether rows are moved or their elements permuted and gathered.
    private double WorkAt(bool moved)
    {
        HashSet<(int, int)> transposed = moved ? [.. _rows.SelectMany(r => r.Uses).Select(u => (u.Stage, u.At))] : [];
        double sum = moved ? _rows.Sum(Transposition) : 0;
        for (int s = 0; s < _kernel.Stages.Length; s++)
        {
            LoopStage stage = _kernel.Stages[s];
            double body = Body(stage);
            for (int at = 0; at < stage.Body.Length; at++)
            {
                LoopInstruction i = stage.Body[at];
                if (i.Op is LoopOpcode.Load or LoopOpcode.Store && !transposed.Contains((s, at)))
                {
                    body += Apart(_kernel.Accesses[i.Index]);
                }
            }
            sum += stage.Loops.Aggregate(body, (n, v) => n * _kernel.Extents[v]) + StageStart;
        }
        long lanes = _kernel.Extents[_vector];
        return sum * ((lanes + _lanes - 1) / _lanes) / lanes;
    }

    // Instructions that bring together an element of each lane, or apart.
    private double Apart(LoopAccess access)
    {
        long step = Math.Abs(access.Coefficients[_vector]);
        int size = access.Kind.StorageBytes();
        return step <= 1 ? 0 : step * size <= (size <= NarrowBytes ? NearNarrowBytes : NearBytes) ? 2.0 * step * size * _lanes / VectorBytes : Gathered;
    }

    // Instructions that transpose rows: 16 bytes of each, or twice 8 where a row has no 16, then interleaving and as many columns.
    private double Transposition(Rows rows)
    {
        int elements = PieceBytes / rows.Size;
        double piece = (_lanes * (rows.Length < elements ? 3 : 1)) + (elements * (Math.Log2(elements) + 1));
        return piece * ((rows.Length + elements - 1) / elements) * Elements(rows) / rows.Length;
    }

    private static double Body(LoopStage stage) => 1 + stage.Body.Count(i => i.Op is not (LoopOpcode.Const or LoopOpcode.TableRow or LoopOpcode.GetSlot or LoopOpcode.Bitcast));
}
