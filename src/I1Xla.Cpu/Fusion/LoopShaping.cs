using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>Orders, merges and splits the loops of a kernel: which dimension the lanes run along, which loops run in parallel, which are one.</summary>
internal static class LoopShaping
{
    private const long MinParallelUnits = 8, LeastLanes = PeriodicRows.LeastLanes, WholeLanes = 16, NearBytes = 16;
    private const double Arithmetic = 0.02;

    /// <summary>Makes the kernel.</summary>
    public static LoopKernel Shape(long[] extents, int[] outerVariables, List<LoopStage> stages, List<LoopAccess> accesses, int slots, int buffers)
    {
        bool shortRows = outerVariables.Length == 0 && stages is [{ Loops: [.., int last] }] && extents[last] < LeastLanes;
        return (shortRows ? PeriodicRows.TryApply(Shape(extents, outerVariables, stages, accesses, slots, buffers, inOrder: true)) : null)
            ?? Shape(extents, outerVariables, stages, accesses, slots, buffers, inOrder: false);
    }

    private static LoopKernel Shape(long[] extents, int[] outerVariables, List<LoopStage> stages, List<LoopAccess> accesses, int slots, int buffers, bool inOrder)
    {
        var extent = extents.ToList();
        var access = accesses.Select(a => (a.Buffer, a.Kind, a.Offset, C: a.Coefficients.Concat(new long[extents.Length - a.Coefficients.Length]).ToList())).ToList();
        var outer = outerVariables.ToList();
        List<int>[] loops = stages.Select(s => s.Loops.ToList()).ToArray();

        for (int s = 0; s < loops.Length; s++)
        {
            if (stages[s].Body.Any(i => i.Op == LoopOpcode.Reduce))
            {
                // Memory order: the largest step outside.
                int stage = s;
                loops[s] = loops[s].OrderByDescending(v => Used(stages[stage]).Sum(a => Math.Abs(access[a].C[v]))).ToList();
            }
        }
        if (outer.Count == 0 && stages.Exists(s => s.Folds))
        {
            // The lanes of a fold run along an outer loop: that of a single one has one lane.
            outer.Add(extent.Count);
            extent.Add(1);
            var stored = stages.SelectMany(s => s.Body).Where(i => i.Op == LoopOpcode.Store).Select(i => i.Index).ToHashSet();
            foreach (int a in Enumerable.Range(0, access.Count))
            {
                access[a].C.Add(stored.Contains(a) ? 1 : 0);
            }
        }
        bool pure = outer.Count == 0 && stages.Count == 1 && stages[0].Body.All(i => i.Op != LoopOpcode.Reduce);
        bool vectorOuter = false, looksUp = accesses.Exists(a => a.Row >= 0);
        if (pure && !inOrder)
        {
            PutBestLast(loops[0], v => Score(stages[0], v));
        }
        else if (outer.Count > 0)
        {
            double inner = 0;
            for (int s = 0; s < loops.Length; s++)
            {
                if (loops[s].Count > 0)
                {
                    inner += Score(stages[s], loops[s][^1]);
                }
            }
            bool folds = stages.Exists(s => s.Folds);
            // Of lanes that are as good, those whose elements lie nearest.
            int best = (folds ? outer.OrderBy(v => stages.SelectMany(Reads).Sum(a => Math.Abs(access[a].C[v]))) : outer.AsEnumerable()).MaxBy(OuterScore);
            if (folds || (!looksUp && OuterScore(best) > inner))
            {
                vectorOuter = true;
                outer.Remove(best);
                outer.Add(best);
            }
        }

        if (!vectorOuter && outer.Count > 1)
        {
            // What the stages read decides where the next row is: the largest step outside.
            List<int> byMemory = [.. outer.OrderByDescending(v => stages.Where((s, i) => loops[i].Count > 0).SelectMany(Reads).Sum(a => Math.Abs(access[a].C[v])))];
            outer = byMemory;
        }
        Merge(outer);
        foreach (List<int> list in loops)
        {
            Merge(list);
        }

        if (pure && loops[0].Count > 0)
        {
            List<int> all = loops[0];
            if (all.Count > 1)
            {
                outer.AddRange(all[..^1]);
                loops[0] = [all[^1]];
                if (Product(outer) < MinParallelUnits && extent[all[^1]] >= 8192)
                {
                    SplitLast();
                }
            }
        }

        var kernel = new LoopKernel
        {
            Extents = extent.ToArray(),
            Outer = outer.ToArray(),
            VectorIsOuter = vectorOuter,
            Stages = stages.Select((s, i) => s with { Loops = loops[i].ToArray() }).ToArray(),
            Accesses = access.Select((a, i) => accesses[i] with { Coefficients = a.C.ToArray() }).ToArray(),
            Slots = slots,
            Buffers = buffers,
        };
        return RowKeeping.Apply(inOrder || looksUp ? kernel : ShortRows.Apply(kernel));

        double OuterScore(int v)
        {
            // Lanes along short loops inside leave to one lane what runs once for an iteration.
            double sum = 0;
            long inside = loops.Max(Product);
            for (int s = 0; s < loops.Length; s++)
            {
                sum += loops[s].Count > 0 || stages.Count == 1 ? Score(stages[s], v) : inside <= WholeLanes ? Score(stages[s], v) * WholeLanes / inside : 0;
            }
            return sum;
        }

        double Score(LoopStage stage, int v)
        {
            double sum = 0, scattered = 1;
            foreach (LoopInstruction i in stage.Body)
            {
                // Much arithmetic in few lanes costs more than elements at a stride.
                sum += i.Op is LoopOpcode.Const or LoopOpcode.Load or LoopOpcode.Store ? 0 : Arithmetic;
                if (i.Op is LoopOpcode.Load or LoopOpcode.Store)
                {
                    long step = access[i.Index].C[v], size = access[i.Index].Kind.StorageBytes();
                    if (size != 4 && step is not (0 or 1) && (step != 2 || access[i.Index].Kind != ElementKind.BF16))
                    {
                        // Narrow elements have no gather and no scatter; far apart, each is in a line of its own too.
                        scattered = Math.Min(scattered, Math.Abs(step) * size <= NearBytes ? 0.2 : 0.02);
                    }
                    double near = size == 4 && Math.Abs(step) * size <= 2 * NearBytes ? i.Op == LoopOpcode.Store ? 0.05 : 0.2 : 0;
                    sum += step switch { 1 => 1, 0 => 0.3, _ => near } * (i.Op == LoopOpcode.Store ? 2 : 1);
                }
            }
            long run = Run(v);
            double filled = run >= WholeLanes ? 1 : run >= LeastLanes ? run / (double)WholeLanes : run * run / ((double)WholeLanes * LeastLanes);
            return (sum + 0.01) * filled * scattered;
        }

        // Iterations of the loop together with those that it will be merged with.
        long Run(int v)
        {
            long run = extent[v];
            List<int> others = [.. loops.Append(outer).First(list => list.Contains(v)).Where(u => u != v)];
            while (others.FindIndex(u => access.TrueForAll(x => x.C[u] == x.C[v] * run)) is >= 0 and int next)
            {
                run *= extent[others[next]];
                others.RemoveAt(next);
            }
            return run;
        }

        void Merge(List<int> list)
        {
            for (int i = list.Count - 1; i > 0; i--)
            {
                int a = list[i - 1], b = list[i];
                if (access.TrueForAll(x => x.C[a] == x.C[b] * extent[b]))
                {
                    extent[b] *= extent[a];
                    list.RemoveAt(i - 1);
                    foreach ((_, _, _, List<long> c) in access)
                    {
                        c[a] = 0;
                    }
                }
            }
        }

        void SplitLast()
        {
            int v = loops[0][0];
            for (int parts = 16; parts >= 2; parts /= 2)
            {
                if (extent[v] % (parts * 16) == 0)
                {
                    int chunk = extent.Count;
                    extent.Add(parts);
                    extent[v] /= parts;
                    foreach ((_, _, _, List<long> c) in access)
                    {
                        c.Add(c[v] * extent[v]);
                    }
                    outer.Add(chunk);
                    return;
                }
            }
        }

        long Product(List<int> list) => list.Aggregate(1L, (n, v) => n * extent[v]);
    }

    private static IEnumerable<int> Reads(LoopStage stage) => stage.Body.Where(i => i.Op is LoopOpcode.Load).Select(i => i.Index);

    private static IEnumerable<int> Used(LoopStage stage) =>
        stage.Body.Where(i => i.Op is LoopOpcode.Load or LoopOpcode.Store).Select(i => i.Index);

    private static void PutBestLast(List<int> loops, Func<int, double> score)
    {
        if (loops.Count < 2)
        {
            return;
        }
        int best = loops[^1];
        double most = score(best) * 1.05;
        foreach (int v in loops)
        {
            if (score(v) > most)
            {
                best = v;
                most = score(v);
            }
        }
        loops.Remove(best);
        loops.Add(best);
    }
}
