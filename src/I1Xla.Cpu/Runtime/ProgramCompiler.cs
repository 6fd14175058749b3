using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Rewrites;
using I1Xla.Cpu.Spmd;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Turns graphs into programs: plans fusion and memory, and makes a step of everything.</summary>
internal sealed unsafe class ProgramCompiler(CpuCompileOptions options, CompilationReport report)
{
    private const long ShortBytes = 1 << 18;
    private const long WorthOrdering = 1 << 20;
    private const double OrderingGain = 0.97;

    private readonly LoopCompiler _loops = new(options.Isa, options.StreamBytes, options.Pool?.GrainDivisor ?? 1);
    private readonly Dictionary<HloNode, nint> _constants = new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<HloComputation, LoopKernel> _scalarLoops = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<OperandView, PackedMatrix> _weights = new(ReferenceEqualityComparer.Instance);

    /// <summary>Memory of constants, and constant right operands of products, packed; freed by whoever keeps the programs.</summary>
    public ProgramConstants Constants { get; } = new();

    /// <summary>Whether loops that depend on nothing but constants are run at once, by <see cref="PrecomputedValues"/>.</summary>
    public bool Precomputes { get; init; } = true;

    /// <summary>Compiles a graph.</summary>
    /// <param name="computation">The graph.</param>
    /// <param name="donors">For each result the parameter whose memory it may take over, or -1.</param>
    /// <param name="layout">When the graph is that of one device of many, all of which the program is to run: whose values go in and come out.</param>
    public CpuProgram Compile(HloComputation computation, int[] donors, DeviceLayout? layout = null)
    {
        List<PlannedStep> plan = FusionPlanner.Plan(computation, options.Fuse, layout?.Classes);
        if (options is { Fuse: true, FuseProducts: true, CheckNaN: false })
        {
            plan = new ProductFusion(plan, computation, options.Isa, (options.Pool ?? WorkerPool.Shared).ThreadCount, k => _loops.Compile(k), layout?.Classes).Run();
        }
        report.Dump("fuse", () => string.Join("\n", plan.Select(Describe)));
        if (Precomputes && options is { Fuse: true, CheckNaN: false } && layout is null)
        {
            plan = Precompute(computation, plan);
        }
        var nested = new Dictionary<PlannedStep, CpuProgram[]>(ReferenceEqualityComparer.Instance);
        foreach (PlannedStep step in plan)
        {
            DeviceLayout[]? inside = layout?.Classes.Communicates(step.Node) == true ? layout.Inside(step.Node) : null;
            if (step.Node.Op == HloOp.While && options is { Fuse: true, CheckNaN: false } && ScalarLoop.TryMake(step.Node) is { } scalar)
            {
                _scalarLoops.TryAdd(step.Node.Computations[1], scalar);
            }
            else if (step.Node.Op == HloOp.While)
            {
                HloComputation body = step.Node.Computations[1];
                int[] own = Enumerable.Range(0, body.Roots.Length).ToArray();
                nested[step] = [Compile(step.Node.Computations[0], [-1], inside?[0]), Compile(body, own, inside?[1])];
            }
            else if (step.Node.Op == HloOp.Case)
            {
                nested[step] = step.Node.Computations.Select((c, i) => Compile(c, Enumerable.Repeat(-1, c.Roots.Length).ToArray(), inside?[i])).ToArray();
            }
        }
        // Of several devices the order is that of one, and places are given out for all together.
        (List<PlannedStep[]> groups, MemoryPlanner memory) = Schedule(
            computation, plan, donors, step => nested.TryGetValue(step, out CpuProgram[]? programs) ? NestedArena(step, programs) : 0, layout is null ? m => m.ArenaBytes : m => m.LiveBytes);
        if (layout is not null)
        {
            var all = new DeviceExpansion(layout, computation, groups);
            (computation, groups) = (all.Computation, all.Groups);
            foreach (PlannedStep step in groups.SelectMany(g => g))
            {
                if (nested.TryGetValue(all.OriginOf(step), out CpuProgram[]? programs))
                {
                    nested[step] = programs;
                }
            }
            memory = new MemoryPlanner(
                computation, [.. groups.SelectMany(g => g)], all.Donors(donors), step => nested.TryGetValue(step, out CpuProgram[]? programs) ? NestedArena(step, programs) : 0, Times(groups), _constants.ContainsKey);
        }
        report.Dump("memory", () => $"arena {memory.ArenaBytes} bytes, {memory.SlotCount} slots\n" + string.Join("\n", memory.Temporaries.Select(t => $"slot {t.Slot} at {t.Offset}{(t.Result < 0 ? "" : $" of result {t.Result}")}")));
        var steps = new List<Step>();
        var inMemory = new HashSet<HloNode>(computation.Roots.Select(FusionPlanner.Resolve), ReferenceEqualityComparer.Instance);
        foreach (PlannedStep[] group in groups)
        {
            var members = new List<Step>();
            foreach (PlannedStep step in group)
            {
                Lower(step, memory, nested.GetValueOrDefault(step), members, inMemory);
            }
            if (group.Length > 1 || (members.Count > 1 && group[0].Node.Op is HloOp.Concatenate or HloOp.Collective && options.Fuse && !options.CheckNaN))
            {
                steps.AddRange(Bundle(members));
            }
            else
            {
                steps.AddRange(members);
            }
        }
        foreach ((int from, int to, long bytes) in memory.Copies)
        {
            steps.Add(new CopyStep(from, to, bytes) { Name = "copy", Bytes = 2 * bytes });
        }
        report.Dump("steps", () => string.Join("\n", steps.Select(s => s.ToString())));
        return new CpuProgram
        {
            Steps = steps.ToArray(),
            SlotCount = memory.SlotCount,
            ParameterSlots = memory.ParameterSlots,
            ResultSlots = memory.ResultSlots,
            Donors = memory.Donors,
            ResultBytes = computation.Roots.Select(r => r.Bytes).ToArray(),
            Temporaries = memory.Temporaries.ToArray(),
            Constants = memory.Constants.Where(c => inMemory.Contains(c.Node)).Select(c => (c.Slot, ConstantData(c.Node))).ToArray(),
            TableBytes = memory.TableBytes,
            ArenaBytes = memory.ArenaBytes,
        };
    }

    // What other steps read of loops over constants becomes constants.
    private List<PlannedStep> Precompute(HloComputation computation, List<PlannedStep> plan)
    {
        HashSet<PlannedStep> known = ConstantSteps.Find(computation, plan);
        if (known.Count == 0)
        {
            report.Dump("constants", () => "no loop reads constants only");
            return plan;
        }
        List<PlannedStep> left = plan.FindAll(s => !known.Contains(s));
        var read = new HashSet<HloNode>(left.SelectMany(s => s.Reads), ReferenceEqualityComparer.Instance);
        // A loop's body may share nodes with what is around it.
        HloNode[] nodes = [.. plan.Where(known.Contains).SelectMany(s => s.Writes).Where(w => read.Contains(w) && !_constants.ContainsKey(w))];
        report.Dump("constants", () => string.Join("\n", nodes.Select(n => n.ToString())));
        PrecomputedValues.Compute(nodes, [.. nodes.Select(ConstantMemory)], options);
        return left;
    }

    // The order of the plan, unless another needs much less memory: neighbours in the plan find each other's results in the caches.
    private (List<PlannedStep[]> Groups, MemoryPlanner Memory) Schedule(
        HloComputation computation, List<PlannedStep> plan, int[] donors, Func<PlannedStep, long> extraArena, Func<MemoryPlanner, long> needs)
    {
        (List<PlannedStep[]> Groups, MemoryPlanner Memory) given = InOrder(plan);
        long most = needs(given.Memory);
        if (most < WorthOrdering || plan.Count > StepOrder.MostSteps)
        {
            return given;
        }
        (List<PlannedStep[]> Groups, MemoryPlanner Memory) other = InOrder(StepOrder.LeastMemory(computation, plan, donors));
        return needs(other.Memory) < OrderingGain * most ? other : given;

        (List<PlannedStep[]>, MemoryPlanner) InOrder(List<PlannedStep> steps)
        {
            // With checks, every result is looked through as it comes.
            List<PlannedStep[]> groups = options.Fuse && !options.CheckNaN ? StepGroups.Make(computation, steps, donors) : [.. steps.Select(s => new[] { s })];
            return (groups, new MemoryPlanner(computation, [.. groups.SelectMany(g => g)], donors, extraArena, Times(groups), _constants.ContainsKey));
        }
    }

    private static int[] Times(List<PlannedStep[]> groups) => [.. groups.SelectMany((g, time) => g.Select(_ => time))];

    // What cannot be cut runs by itself unless it is short.
    private IEnumerable<Step> Bundle(List<Step> members)
    {
        Step[] together = [.. members.Where(s => s.Work > 0 || s.Bytes <= ShortBytes)];
        IEnumerable<Step> alone = members.Except(together);
        return together.Length < 2 || !BundleStep.IsWorthwhile(together, options.Pool?.GrainDivisor ?? 1) ? members :
        [
            new BundleStep(together)
            {
                Name = $"{together.Length} at once: {string.Join("; ", together.Select(s => s.Name.Trim()))}",
                Bytes = together.Sum(s => s.Bytes),
                Flops = together.Sum(s => s.Flops),
            },
            .. alone,
        ];
    }

    private static long NestedArena(PlannedStep step, CpuProgram[] programs) => step.Node.Op == HloOp.While
        ? WhileStep.ArenaBytes(programs[0], programs[1], CarriedBytes(step.Node))
        : programs.Max(p => p.ArenaBytes);

    private static long[] CarriedBytes(HloNode loop) => [.. loop.ResultTypes!.Select(t => t is TensorType tensor ? tensor.Shape.ElementCount * tensor.Kind.StorageBytes() : 0)];

    private void Lower(PlannedStep step, MemoryPlanner memory, CpuProgram[]? nested, List<Step> to, HashSet<HloNode> inMemory)
    {
        HloNode node = step.Node;
        string name = Name(step);
        long bytes = step.Reads.Sum(r => r.Bytes) + step.Writes.Sum(w => w.Bytes);
        if (node.Op is HloOp.Dot or HloOp.Attention or HloOp.AttentionGradient or HloOp.Convolution && node.Inputs.Any(x => x.Kind == ElementKind.BF16))
        {
            report.ProductOfBf16();
        }
        PackedMatrix? weights = null;
        MatmulProblem? product = node.Op == HloOp.Dot && step.Kernels.Length == 0 ? DotLowering.Lower(node, step.Views[0], step.Views[1]) : null;
        if (product is { } whole && options.Fuse && !_weights.TryGetValue(step.Views[1], out weights) && ConstantWeights.TryPack(whole, step.Views[1].Base, options.Isa) is { } packed)
        {
            Constants.Add(weights = packed);
            _weights.Add(step.Views[1], packed);
        }
        inMemory.UnionWith((weights is null ? step.Reads.Concat(node.Inputs) : [step.Views[0].Base, .. step.LeftPrologue?.Step.Reads ?? [], .. step.Epilogue?.Step.Reads ?? []]).Select(FusionPlanner.Resolve));
        if (step.Kernels.Length > 0)
        {
            foreach (FusedKernel kernel in step.Kernels)
            {
                if (kernel.Kernel.Extents.Any(e => e == 0))
                {
                    continue;
                }
                LoopKernel loop = SteppedReads.On(kernel, memory.IsWithin);
                int[] slots = [.. kernel.Buffers.Select(memory.Slot)];
                long moved = bytes / step.Kernels.Length;
                Step? own = RepeatStep.TryCreate(loop, slots, name, moved, options.Isa);
                own ??= TileStep.TryCreate(loop, slots, name, moved, options.Isa);
                own ??= PixelStep.TryCreate(loop, slots, name, moved, options.Isa);
                own ??= MoveStep.TryCreate(loop, slots, name, moved, options.Isa);
                own ??= ColumnReduceStep.TryCreate(loop, slots, name, moved);
                if (own is not null)
                {
                    to.Add(own);
                    continue;
                }
                LoopCode code = _loops.Compile(loop, kernel.Buffers.Select(b => Overwrites(kernel, b, memory) ? 0 : b.Bytes).ToArray());
                report.Loop(name, code.Obstacle);
                to.Add(new LoopStep(code, slots) { Name = name, Writes = Written(step, memory), Bytes = moved, Moves = kernel.Buffers.Any(b => memory.IsWithin(FusionPlanner.Resolve(b))) });
            }
            return;
        }
        int[] inputs = [.. node.Inputs.Select((x, i) => node.Op == HloOp.Scatter && FusionPlanner.MakesInput(node, i) ? -1 : memory.Slot(x))];
        if (options.CheckBounds && BoundsCheckStep.Applies(node))
        {
            to.Add(new BoundsCheckStep(node, inputs) { Name = $"bounds of {name}" });
        }
        switch (node.Op)
        {
            case HloOp.Dot:
                {
                    int output = memory.Slot(step.Writes[0]);
                    if (product is { } problem)
                    {
                        problem.PackedB = weights;
                        to.Add(Product(step, problem, memory, name, bytes));
                    }
                    else
                    {
                        to.Add(new ZeroStep(output, node.Bytes) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                    }
                    break;
                }
            case HloOp.Attention:
                to.Add(new AttentionStep(node, step.Views, step.Writes, memory.Slot, options.Isa) { Name = name, Writes = Written(step, memory), Bytes = bytes, Flops = AttentionLowering.Flops((HloAttention)node.Payload!, 1, 1) });
                break;
            case HloOp.AttentionGradient:
                to.Add(new AttentionGradientStep(node, step.Views, step.Writes, memory.Slot, options.Isa) { Name = name, Writes = Written(step, memory), Bytes = bytes, Flops = AttentionLowering.Flops((HloAttention)node.Payload!, 3, 2) });
                break;
            case HloOp.DynamicSlice when memory.IsWithin(node):
                to.Add(new SliceWithinStep(node, inputs, memory.Slot(node)) { Name = $"{name} in place", Writes = SliceStart.Step(node.Inputs[0].Dims, node.Dims) == 1 ? Written(step, memory) : [] });
                break;
            case HloOp.DynamicSlice:
                to.Add(new DynamicSliceStep(node, inputs, memory.Slot(node)) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            case HloOp.DynamicUpdateSlice:
                to.Add(new DynamicUpdateSliceStep(node, inputs, memory.Slot(node)) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            case HloOp.Gather:
                to.Add(new GatherStep(node, inputs, memory.Slot(node)) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            case HloOp.Scatter:
                {
                    LoopCode? combine = ScatterStep.Combination(node) is { } loop ? _loops.Compile(loop) : null;
                    report.Loop(name, combine?.Obstacle);
                    to.Add(new ScatterStep(node, combine, inputs, memory.Slot(node)) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                    break;
                }
            case HloOp.ScatterWithBody:
                {
                    LoopCode body = _loops.Compile(ScatterBodyStep.Body((HloScatterBody)node.Payload!));
                    report.Loop(name, body.Obstacle);
                    (int, int)[] outputs = node.ResultTypes is null ? [(memory.Slot(node), 0)] : [.. step.Writes.Select(w => (memory.Slot(w), (int)w.A[0]))];
                    to.Add(new ScatterBodyStep(node, body, inputs, outputs) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                    break;
                }
            case HloOp.Fourier:
                to.Add(new FourierStep(node, inputs[0], memory.Slot(node)) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            case HloOp.ArgReduce:
                to.Add(new ArgReduceStep(node, inputs[0], [.. step.Writes.Select(w => (memory.Slot(w), (int)w.A[0]))]) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            case HloOp.Sort:
                to.Add(new SortStep(node, inputs, node.ResultTypes is null ? [(memory.Slot(node), 0)] : [.. step.Writes.Select(w => (memory.Slot(w), (int)w.A[0]))]) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            case HloOp.ComparatorSort:
                {
                    LoopCode comparator = _loops.Compile(ComparatorSortStep.Comparator((HloComparator)node.Payload!));
                    report.Loop(name, comparator.Obstacle);
                    (int, int)[] outputs = node.ResultTypes is null ? [(memory.Slot(node), 0)] : [.. step.Writes.Select(w => (memory.Slot(w), (int)w.A[0]))];
                    to.Add(new ComparatorSortStep(node, comparator, inputs, outputs) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                    break;
                }
            case HloOp.Convolution when node.Count > 0:
                to.Add(new ConvolutionStep(node, inputs, memory.Slot(node), options.Isa) { Name = name, Writes = Written(step, memory), Bytes = bytes, Flops = ConvolutionStep.FlopsOf(node) });
                break;
            case HloOp.While when _scalarLoops.TryGetValue(node.Computations[1], out LoopKernel? scalar):
                {
                    LoopCode code = _loops.Compile(scalar);
                    report.Loop(name, code.Obstacle);
                    int[] results = Results(step, memory, node.ResultTypes!.Length);
                    foreach (int i in Enumerable.Range(0, results.Length).Where(i => ScalarArrays.IsArray(node.Inputs[i])))
                    {
                        to.Add(new CopyStep(inputs[i], results[i], node.Inputs[i].Bytes) { Name = $"copy for {name}", Bytes = 2 * node.Inputs[i].Bytes });
                    }
                    to.Add(new LoopStep(code, [.. inputs, .. results]) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                    break;
                }
            case HloOp.While:
                to.Add(new WhileStep(nested![0], nested[1], inputs, Results(step, memory, node.ResultTypes!.Length), CarriedBytes(node), memory.ExtraOffset(step), options.Isa) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            case HloOp.Case:
                to.Add(new CaseStep(nested!, node.Inputs[0].Kind, inputs, Results(step, memory, node.ResultTypes!.Length), memory.ExtraOffset(step)) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                break;
            default:
                {
                    (int Slot, int)[] outputs = node.ResultTypes is null
                        ? [(memory.Slot(node), 0)]
                        : step.Writes.Select(w => (memory.Slot(w), (int)w.A[0])).ToArray();
                    Operation source = node.Source ?? throw new CpuUnsupportedException($"{node.Op}");
                    if (source.Name.Dialect == "stablehlo" && source.Name.Short is "send" or "recv" or "create_token" or "after_all")
                    {
                        to.Add(source.Name.Short is "send" or "recv"
                            ? new HostTransferStep(source, inputs, outputs) { Name = name, Writes = Written(step, memory), Bytes = bytes } : new TokenStep { Name = name });
                        break;
                    }
                    if (Ffi.ForeignCallStep.IsForeign(source))
                    {
                        to.Add(new Ffi.ForeignCallStep(source, inputs, outputs) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                        break;
                    }
                    if (CustomCalls.KnownCalls.Find(source) is { } known)
                    {
                        to.Add(new CustomCalls.CallStep(source, known, options.Isa, inputs, outputs) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                        break;
                    }
                    if (source.Name.Short == "bitcast_convert" && node.Kind.BitWidth() == 8 * node.Kind.StorageBytes() && node.Inputs[0].Kind.BitWidth() == 8 * node.Inputs[0].Kind.StorageBytes())
                    {
                        to.Add(new CopyStep(inputs[0], outputs[0].Slot, node.Bytes) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                        break;
                    }
                    report.Interpreted(source);
                    to.Add(new GenericStep(source, inputs, outputs) { Name = name, Writes = Written(step, memory), Bytes = bytes });
                    break;
                }
        }
    }

    // Whether a result lies where the kernel reads an operand, whose lines are in the cache when they are overwritten.
    private static bool Overwrites(FusedKernel kernel, HloNode result, MemoryPlanner memory)
    {
        if (!kernel.Outputs.Contains(result))
        {
            return false;
        }
        int slot = memory.Slot(result), place = Array.IndexOf(memory.ResultSlots, slot);
        int donated = place >= 0 && memory.Donors[place] >= 0 ? memory.ParameterSlots[memory.Donors[place]] : slot;
        return kernel.Buffers.Any(b => !kernel.Outputs.Contains(b) && memory.Slot(b) is int read && (read == slot || read == donated));
    }

    private MatMulStep Product(PlannedStep step, MatmulProblem problem, MemoryPlanner memory, string name, long bytes)
    {
        int a = step.LeftPrologue is null ? memory.Slot(step.Views[0].Base) : -1, b = step.RightPrologue is null ? memory.Slot(step.Views[1].Base) : -1, c = memory.Slot(step.Writes[0]);
        foreach (ProductLoop before in new[] { step.LeftPrologue, step.RightPrologue }.OfType<ProductLoop>())
        {
            report.Loop(name, before.Tiles.Obstacle);
        }
        problem.ComputedA = step.LeftPrologue?.Left(problem);
        problem.ComputedB = step.RightPrologue?.Right(problem);
        if (step.Epilogue is { } behind)
        {
            report.Loop(name, behind.Tiles.Obstacle);
            c = behind.SumsIn is { } result ? memory.Slot(result) : -1;
            problem.Epilogue = new LoopEpilogue(behind.Tiles, problem, c >= 0, behind.TileColumns, null);
        }
        double flops = 2.0 * problem.M * problem.N * problem.K * (problem.AOffsets?.Length ?? 1);
        return new MatMulStep(problem, a, b, c, options.Isa, Slots(step.LeftPrologue), Slots(step.RightPrologue), Slots(step.Epilogue)) { Name = name, Writes = Written(step, memory), Bytes = bytes, Flops = flops };

        int[] Slots(ProductLoop? loop) => loop is null ? [] :
            [.. loop.Step.Kernels[0].Buffers.Select(b => ReferenceEquals(FusionPlanner.Resolve(b), loop.Matrix) ? loop.SumsIn is { } sums ? memory.Slot(sums) : -1 : memory.Slot(b))];
    }

    private (int, HloNode)[] Written(PlannedStep step, MemoryPlanner memory) =>
        options.CheckNaN ? step.Writes.Where(w => w.Payload is not IrType).Select(w => (memory.Slot(w), w)).ToArray() : [];

    // Results that nothing uses still get memory: a slot of their own is made by the planner for every GetResult node.
    private static int[] Results(PlannedStep step, MemoryPlanner memory, int count)
    {
        int[] slots = new int[count];
        Array.Fill(slots, -1);
        foreach (HloNode write in step.Writes)
        {
            slots[write.A[0]] = memory.Slot(write);
        }
        return slots;
    }

    private nint ConstantData(HloNode node)
    {
        if (_constants.TryGetValue(node, out nint data))
        {
            return data;
        }
        data = ConstantMemory(node);
        Literal.FromDense(new DenseElementsAttr(node.Type, node.Constant!.Data, node.Constant.IsSplat)).Data.Span.CopyTo(new Span<byte>((byte*)data, checked((int)node.Bytes)));
        return data;
    }

    private nint ConstantMemory(HloNode node)
    {
        nint memory = Constants.Allocate(node.Bytes);
        _constants.Add(node, memory);
        return memory;
    }

    private static string Name(PlannedStep step)
    {
        HloNode node = step.Node;
        string what = node.Op == HloOp.Generic ? node.Source!.Name.Short : node.Op.ToString();
        string shape = node.ResultTypes is null ? $"{node.Kind.Name()}[{string.Join(",", node.Dims)}]" : "";
        int inlined = step.Kernels.Sum(k => k.Inlined.Count);
        if (step.LeftPrologue is not null || step.RightPrologue is not null || step.Epilogue is not null)
        {
            string first = step.LeftPrologue is { } p ? $"{Name(p.Step)} -> " : "", second = step.RightPrologue is { } q ? $" <- {Name(q.Step)}" : "", last = step.Epilogue is { } e ? $" -> {Name(e.Step)}" : "";
            return $"{first}{what} {shape}{second}{last}";
        }
        return inlined > 1 ? $"fusion {what}+{inlined - 1} {shape}" : $"{what} {shape}";
    }

    private static string Describe(PlannedStep step) =>
        $"{Name(step)} %{step.Node.Id}: reads {string.Join(", ", step.Reads.Select(r => "%" + r.Id))}; writes {string.Join(", ", step.Writes.Select(w => "%" + w.Id))}\n"
        + string.Concat(new[] { step.LeftPrologue, step.RightPrologue }.OfType<ProductLoop>().Select(before => "before it " + Describe(before.Step))) + (step.Epilogue is { } behind ? "behind it " + Describe(behind.Step) : "")
        + string.Concat(step.Kernels.Select(k => $"buffers {string.Join(", ", k.Buffers.Select((b, i) => $"{i}=%{b.Id}"))}\n{k.Kernel}"));
}
