using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Values that a later stage would compute again from the same operands (the exponentials of a softmax: once for their sum, once for the result) are kept in memory of the
/// thread from the first stage that has them, where that is cheaper; so are elements that lie far apart, where lanes run down columns.
/// </summary>
internal sealed class RowKeeping
{
    // A store and a load of what is in the caches cost less than so many operations.
    private const int LeastOperations = 6;
    private const long MostRowBytes = 128 << 10;
    private const long MostStripBytes = 2 << 20;
    private const long LeastJump = 256;

    // One element of any size for each lane of a block, so that rows lie apart in narrower blocks too.
    private const long Align = sizeof(long) * LoopKernel.BlockLanes;

    private readonly LoopKernel _kernel;
    private readonly Dictionary<string, int> _places = [];
    private readonly Dictionary<LoopInstruction, int> _known = [];
    private readonly int[][] _numbers;
    private readonly string[] _shapes;

    private RowKeeping(LoopKernel kernel)
    {
        _kernel = kernel;
        _numbers = [.. kernel.Stages.Select(s => new int[s.Body.Length])];
        _shapes = [.. kernel.Stages.Select(s => string.Join(' ', s.Loops.Select(v => kernel.Extents[v])))];
    }

    /// <summary>The kernel with what is worth it kept; the kernel itself where nothing is.</summary>
    public static LoopKernel Apply(LoopKernel kernel) =>
        kernel.Outer.Length == 0 || kernel.Stages.Count(s => s.Loops.Length > 0) < 2 || kernel.Stages.Any(s => s.Folds) ? kernel : new RowKeeping(kernel).Apply();

    /// <summary>A kept value: where it is computed, and where it is read.</summary>
    private sealed record Kept(int Stage, int At, List<(int Stage, int At)> Uses)
    {
        public int Last => Uses[^1].Stage;
    }

    private LoopKernel Apply()
    {
        List<Kept> kept = Choose();
        if (kept.Count == 0)
        {
            return _kernel;
        }
        List<LoopInstruction>[] bodies = [.. _kernel.Stages.Select(s => s.Body.ToList())];
        List<LoopAccess> accesses = [.. _kernel.Accesses];
        // A place is free once its value was last read: even in the stage that stores there, which stores at its end.
        var places = new List<(int Stage, long Bytes, long Offset, int Last)>();
        long end = _kernel.ScratchBytes, most = _kernel.VectorIsOuter ? MostStripBytes : MostRowBytes;
        foreach (Kept value in kept.OrderBy(k => k.Stage))
        {
            Lane lane = _kernel.Stages[value.Stage].Body[value.At].Lane;
            ElementKind kind = LoopKernel.KindOf(lane);
            long bytes = (Elements(value.Stage) * kind.StorageBytes() + Align - 1) / Align * Align, offset = end;
            int free = places.FindIndex(p => p.Last <= value.Stage && p.Bytes == bytes && _shapes[p.Stage] == _shapes[value.Stage]);
            if (free >= 0)
            {
                offset = places[free].Offset;
                places.RemoveAt(free);
            }
            else if (end + bytes > most)
            {
                continue;
            }
            end = Math.Max(end, offset + bytes);
            places.Add((value.Stage, bytes, offset, value.Last));
            bodies[value.Stage].Add(new LoopInstruction(LoopOpcode.Store, lane, value.At, Index: Access(value.Stage)));
            foreach ((int stage, int at) in value.Uses)
            {
                bodies[stage][at] = new LoopInstruction(LoopOpcode.Load, lane, Index: Access(stage));
            }

            int Access(int stage)
            {
                accesses.Add(new LoopAccess(LoopAccess.KeptRow, kind, offset / kind.StorageBytes(), Coefficients(stage)));
                return accesses.Count - 1;
            }
        }
        return new LoopKernel
        {
            Extents = _kernel.Extents,
            Outer = _kernel.Outer,
            VectorIsOuter = _kernel.VectorIsOuter,
            Stages = [.. _kernel.Stages.Select((s, i) => s with { Body = Live(bodies[i]) })],
            Accesses = [.. accesses],
            Slots = _kernel.Slots,
            Buffers = _kernel.Buffers,
            ScratchBytes = end,
        };
    }

    private List<Kept> Choose()
    {
        var first = new Dictionary<(string Shape, int Number), (int Stage, int At)>();
        var kept = new Dictionary<(string Shape, int Number), Kept>();
        for (int s = 0; s < _kernel.Stages.Length; s++)
        {
            LoopInstruction[] body = _kernel.Stages[s].Body;
            bool[] again = new bool[body.Length], wanted = new bool[body.Length];
            for (int i = 0; i < body.Length; i++)
            {
                int number = _numbers[s][i] = Number(s, body[i]);
                again[i] = number >= 0 && _kernel.Stages[s].Loops.Length > 0 && first.ContainsKey((_shapes[s], number));
                foreach (int operand in (ReadOnlySpan<int>)[body[i].A, body[i].B, body[i].C])
                {
                    if (operand >= 0 && !again[i])
                    {
                        wanted[operand] = true;
                    }
                }
            }
            for (int i = 0; i < body.Length; i++)
            {
                (string, int) key = (_shapes[s], _numbers[s][i]);
                if (!again[i])
                {
                    if (_numbers[s][i] >= 0 && _kernel.Stages[s].Loops.Length > 0)
                    {
                        first.TryAdd(key, (s, i));
                    }
                }
                else if (wanted[i] && IsWorthIt(s, i))
                {
                    if (!kept.TryGetValue(key, out Kept? value))
                    {
                        (int stage, int at) = first[key];
                        kept.Add(key, value = new Kept(stage, at, []));
                    }
                    value.Uses.Add((s, i));
                }
            }
        }
        return [.. kept.Values];
    }

    // Instructions that compute the same of the same have one number; those that do something have none.
    private int Number(int stage, LoopInstruction i)
    {
        if (i.Op is LoopOpcode.Store or LoopOpcode.SetSlot or LoopOpcode.Reduce)
        {
            return -1;
        }
        if (i.Op is LoopOpcode.Load or LoopOpcode.Iota)
        {
            LoopAccess access = _kernel.Accesses[i.Index];
            string place = $"{access.Buffer} {access.Kind} {access.Offset} {access.Row}: {string.Join(' ', _kernel.Outer.Concat(_kernel.Stages[stage].Loops).Select(v => access.Coefficients[v]))} in {_shapes[stage]}";
            if (!_places.TryGetValue(place, out int at))
            {
                _places.Add(place, at = _places.Count);
            }
            i = i with { Index = at };
        }
        i = i with { A = Of(i.A), B = Of(i.B), C = Of(i.C) };
        if (!_known.TryGetValue(i, out int number))
        {
            _known.Add(i, number = _known.Count);
        }
        return number;

        int Of(int operand) => operand < 0 ? -1 : _numbers[stage][operand];
    }

    private bool IsWorthIt(int stage, int at)
    {
        LoopInstruction[] body = _kernel.Stages[stage].Body;
        LoopInstruction value = body[at];
        if (value.Lane == Lane.Pred || value.Op is LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp or LoopOpcode.Const or LoopOpcode.TableRow or LoopOpcode.GetSlot or LoopOpcode.Iota)
        {
            return false;
        }
        if (value.Op == LoopOpcode.Load)
        {
            LoopAccess access = _kernel.Accesses[value.Index];
            int size = access.Kind.StorageBytes();
            return _kernel.VectorIsOuter && access.Buffer != LoopAccess.KeptRow && size >= 4 && access.Coefficients[_kernel.Outer[^1]] == 1 && _kernel.Stages[stage].Loops.Any(v => Math.Abs(access.Coefficients[v]) * size >= LeastJump);
        }
        var seen = new HashSet<int>();
        return Operations(at) >= LeastOperations;

        int Operations(int i)
        {
            if (i < 0 || !seen.Add(i))
            {
                return 0;
            }
            int own = body[i].Op switch
            {
                LoopOpcode.Const or LoopOpcode.TableRow or LoopOpcode.GetSlot or LoopOpcode.Bitcast => 0,
                LoopOpcode.FDiv or LoopOpcode.FSqrt => 5,
                LoopOpcode.SDiv or LoopOpcode.UDiv or LoopOpcode.SRem or LoopOpcode.URem or LoopOpcode.FRem => 20,
                LoopOpcode.FScale or LoopOpcode.FScaleSum or LoopOpcode.RoundBf16 => 3,
                _ => 1,
            };
            return own + Operations(body[i].A) + Operations(body[i].B) + Operations(body[i].C);
        }
    }

    private long Elements(int stage) => _kernel.Stages[stage].Loops.Aggregate(_kernel.VectorIsOuter ? (long)LoopKernel.BlockLanes : 1, (n, v) => n * _kernel.Extents[v]);

    private long[] Coefficients(int stage)
    {
        long[] coefficients = new long[_kernel.Extents.Length];
        long step = 1;
        if (_kernel.VectorIsOuter)
        {
            coefficients[_kernel.Outer[^1]] = 1;
            step = LoopKernel.BlockLanes;
        }
        foreach (int v in _kernel.Stages[stage].Loops.Reverse())
        {
            coefficients[v] = step;
            step *= _kernel.Extents[v];
        }
        return coefficients;
    }

    // Without what nothing uses any more.
    private static LoopInstruction[] Live(List<LoopInstruction> body)
    {
        bool[] live = new bool[body.Count];
        for (int i = body.Count - 1; i >= 0; i--)
        {
            live[i] |= body[i].Op is LoopOpcode.Store or LoopOpcode.SetSlot or LoopOpcode.Reduce;
            foreach (int operand in (ReadOnlySpan<int>)[body[i].A, body[i].B, body[i].C])
            {
                if (operand >= 0)
                {
                    live[operand] |= live[i];
                }
            }
        }
        int[] place = new int[body.Count];
        var kept = new List<LoopInstruction>(body.Count);
        for (int i = 0; i < body.Count; i++)
        {
            place[i] = kept.Count;
            if (live[i])
            {
                kept.Add(body[i] with { A = Now(body[i].A), B = Now(body[i].B), C = Now(body[i].C) });
            }
        }
        return [.. kept];

        int Now(int operand) => operand < 0 ? operand : place[operand];
    }
}
