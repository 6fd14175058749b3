using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Attention;
using I1Xla.Cpu.Rewrites;
using I1Xla.Cpu.Runtime;
using I1Xla.Cpu.Spmd;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;

namespace I1Xla.Cpu;

/// <summary>
/// Compiles StableHLO for the CPU: import with inlining and simplification, fusion into loops, memory planning, code
/// generation. See docs/cpu-compiler.md.
/// </summary>
public static class CpuCompiler
{
    /// <summary>Compiles a module.</summary>
    /// <param name="module">A verified module with an entry function.</param>
    /// <param name="options">Options; defaults when null.</param>
    /// <exception cref="ArgumentException">There is no such entry function, or the machine lacks the instructions asked for.</exception>
    public static CpuExecutable Compile(ModuleOp module, CpuCompileOptions? options = null) => Compile(module, options ?? new CpuCompileOptions(), null).Executable;

    /// <summary>
    /// Compiles the program of one device of many into one that runs all of them: its arguments are those of device 0, then of device 1, and so on, and so
    /// are its results, without those that an earlier device has; also gives for each result the first device that has each device's. Null where it holds what only a flat program can (see <see cref="DeviceFlattening"/>).
    /// </summary>
    /// <param name="module">The program of one device.</param>
    /// <param name="options">Options.</param>
    /// <param name="devices">All devices.</param>
    internal static (CpuExecutable Executable, int[][] FirstResults)? CompileAll(ModuleOp module, CpuCompileOptions options, DeviceArguments devices)
    {
        try
        {
            return Compile(module, options, devices);
        }
        catch (CpuUnsupportedException)
        {
            return null;
        }
    }

    private static (CpuExecutable Executable, int[][] FirstResults) Compile(ModuleOp module, CpuCompileOptions options, DeviceArguments? devices)
    {
        if (options.Isa > CpuIsa.Detected)
        {
            throw new ArgumentException($"the program is to be compiled for {options.Isa}; this machine has {CpuIsa.Detected}", nameof(options));
        }
        FuncOp entry = module.FindFunction(options.Entry)
            ?? throw new ArgumentException($"the module has no function @{options.Entry}; it has {string.Join(", ", module.Functions.Select(f => "@" + f.Name))}", nameof(module));
        var report = new CompilationReport(options.OnPass, options.Isa == CpuIsa.Detected ? CpuIsa.WithoutTiles : null);
        try
        {
            ModuleOp decomposed = Decompose(module);
            entry = decomposed.FindFunction(options.Entry)!.Value;
            var builder = new HloBuilder { Simplify = options.Fuse };
            HloComputation graph = new HloImporter(decomposed, builder) { Devices = devices?.Groups }.Import(entry);
            report.Dump("import", () => string.Join("\n", graph.Schedule()));
            if (options.Fuse && AttentionKernel.IsSupported(options.Isa) && AttentionRewrite.Run(graph, builder) > 0)
            {
                report.Dump("attention", () => string.Join("\n", graph.Schedule()));
            }
            if (options.Fuse && ProductRewrite.Run(graph, builder) > 0)
            {
                report.Dump("products", () => string.Join("\n", graph.Schedule()));
            }
            if (options.Fuse && !options.CheckBounds && SelectionRewrite.Run(graph, builder) + IndexRewrite.Run(graph, builder) > 0)
            {
                report.Dump("lookup", () => string.Join("\n", graph.Schedule()));
            }
            if (options.Fuse && !options.CheckNaN && PieceRewrite.Run(graph, builder) > 0)
            {
                report.Dump("pieces", () => string.Join("\n", graph.Schedule()));
            }
            var compiler = new ProgramCompiler(options, report);
            int[] donors = Donation.Read(entry, out bool[] donated);
            CpuProgram program;
            int[][] firstResults = [];
            if (devices is null)
            {
                program = compiler.Compile(graph, donors);
            }
            else
            {
                if (graph.Effects.Length > 0)
                {
                    throw new CpuUnsupportedException("effects on several devices");
                }
                int count = devices.Groups.Count;
                var classes = new DeviceClasses(count, graph, devices.First);
                DeviceLayout layout = DeviceLayout.OfAll(classes, graph);
                program = compiler.Compile(graph, donors, layout);
                firstResults = [.. graph.Roots.Select(classes.Of)];
                FunctionType one = entry.Type;
                donated = [.. Enumerable.Repeat(donated, count).SelectMany(d => d)];
                entry = FuncOp.Create(entry.Name, new FunctionType(
                    Enumerable.Repeat(one.Inputs.ToArray(), count).SelectMany(t => t).ToValueArray(), layout.Roots.Select(r => one.Results[r.Index]).ToValueArray()));
            }
            return (new CpuExecutable(entry, options, report, program, donated, compiler.Constants), firstResults);
        }
        catch (CpuUnsupportedException unsupported) when (devices is null)
        {
            report.Whole(unsupported.Message);
            return (new CpuExecutable(module, module.FindFunction(options.Entry)!.Value, options, report), []);
        }
    }

    // CHLO operations, also those that JAX hides in custom calls, become StableHLO; the caller's module stays as it is. The error function of f32
    // and narrower keeps a node of its own.
    private static ModuleOp Decompose(ModuleOp module)
    {
        bool found = false, calls = false;
        module.Op.Walk(op =>
        {
            found |= op.Name.Dialect == "chlo" || Composite(op) == "chlo.erf" || Target(op)?.StartsWith("mhlo.", StringComparison.Ordinal) == true;
            calls |= !IsImported(op) && op.Name.Full != "builtin.module" && op.Regions.ToArray().Any(r => r.Blocks.Any(b => b.Operations.Any(o => o.Name.Full == "func.call")));
        });
        if (calls)
        {
            // Regions that are read as a whole (reducers, comparators) hold no calls: JAX writes jnp.where in one as a function.
            module = new ModuleOp(module.Op.Clone(new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance)));
            new InlinePass().Run(module);
        }
        if (!found)
        {
            return module;
        }
        var copy = new ModuleOp(module.Op.Clone(new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance)));
        var replaced = new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance);
        foreach (FuncOp function in copy.Functions)
        {
            KeepErf(function.Op, replaced);
        }
        new ChloLegalizePass().Run(copy);
        return copy;
    }

    private static void KeepErf(Operation root, Dictionary<Value, Value> replaced)
    {
        foreach (Region region in root.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                var operations = new OperationList();
                foreach (Operation op in block.Operations)
                {
                    for (int i = 0; i < op.Operands.Length; i++)
                    {
                        op.SetOperand(i, replaced.GetValueOrDefault(op.Operands[i], op.Operands[i]));
                    }
                    KeepErf(op, replaced);
                    if ((op.Name.Full != "chlo.erf" && Target(op) != "mhlo.erf" && Composite(op) != "chlo.erf") || !IsImported(root) || op.Results[0].Type is not TensorType { Kind: ElementKind.F32 or ElementKind.BF16 or ElementKind.F16 } type)
                    {
                        operations.Add(op);
                        continue;
                    }
                    var fresh = new Operation("stablehlo.custom_call", op.Operands, [type], new AttributeMap { { "call_target_name", new StringAttr(HloImporter.ErfTarget) } }, default, op.Location);
                    replaced[op.Results[0]] = fresh.Results[0];
                    operations.Add(fresh);
                }
                block.Replace(operations);
            }
        }
    }

    // Regions of other operations may go to the interpreter as they are.
    private static bool IsImported(Operation root) => root.Name.Full is "func.func" or "stablehlo.while" or "stablehlo.if" or "stablehlo.case";

    // How newer XLA clients send CHLO operations: with their decomposition as a function.
    private static string? Composite(Operation op) => op.Name.Full == "stablehlo.composite" ? op.Attributes.Get<StringAttr>("name")?.Value : null;

    private static string? Target(Operation op) =>
        op.Name.Full == "stablehlo.custom_call" ? op.Attributes.Get<StringAttr>("call_target_name")?.Value : null;
}

/// <summary>Reads which arguments may be overwritten by which results.</summary>
internal static class Donation
{
    /// <summary>For each result its donor or -1: from <c>tf.aliasing_output</c>, then arguments marked <c>jax.buffer_donor</c> to results of their type.</summary>
    /// <param name="function">The entry function.</param>
    /// <param name="donated">Which arguments are given up.</param>
    public static int[] Read(FuncOp function, out bool[] donated)
    {
        FunctionType type = function.Type;
        int[] donors = new int[type.Results.Length];
        Array.Fill(donors, -1);
        donated = new bool[type.Inputs.Length];
        for (int i = 0; i < donated.Length; i++)
        {
            if (function.ArgAttributes(i).Find("tf.aliasing_output") is IntegerAttr alias && alias.Value >= 0 && alias.Value < donors.Length)
            {
                donors[alias.Value] = i;
                donated[i] = true;
            }
        }
        for (int i = 0; i < donated.Length; i++)
        {
            if (donated[i] || function.ArgAttributes(i).Find("jax.buffer_donor") is not BoolAttr { Value: true })
            {
                continue;
            }
            donated[i] = true;
            for (int j = 0; j < donors.Length; j++)
            {
                if (donors[j] < 0 && type.Results[j].Equals(type.Inputs[i]))
                {
                    donors[j] = i;
                    break;
                }
            }
        }
        return donors;
    }
}
