using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Runtime;
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
    /// <exception cref="ArgumentException">There is no such entry function.</exception>
    public static CpuExecutable Compile(ModuleOp module, CpuCompileOptions? options = null)
    {
        options ??= new CpuCompileOptions();
        FuncOp entry = module.FindFunction(options.Entry)
            ?? throw new ArgumentException($"the module has no function @{options.Entry}; it has {string.Join(", ", module.Functions.Select(f => "@" + f.Name))}", nameof(module));
        var report = new CompilationReport(options.OnPass);
        try
        {
            module = Decompose(module);
            entry = module.FindFunction(options.Entry)!.Value;
            var builder = new HloBuilder { Simplify = options.Fuse };
            HloComputation graph = new HloImporter(module, builder).Import(entry);
            report.Dump("import", () => string.Join("\n", graph.Schedule()));
            var compiler = new ProgramCompiler(options, report);
            int[] donors = Donation.Read(entry, out bool[] donated);
            CpuProgram program = compiler.Compile(graph, donors);
            return new CpuExecutable(entry, options, report, program, donated, compiler.Allocations, compiler.ConstantBytes);
        }
        catch (CpuUnsupportedException unsupported)
        {
            report.Whole(unsupported.Message);
            return new CpuExecutable(module, entry, options, report);
        }
    }

    // CHLO operations, also those that JAX hides in custom calls, become StableHLO; the caller's module stays as it is.
    private static ModuleOp Decompose(ModuleOp module)
    {
        bool found = false;
        module.Op.Walk(op => found |= op.Name.Dialect == "chlo" || HiddenChlo(op) is not null);
        if (!found)
        {
            return module;
        }
        var copy = new ModuleOp(module.Op.Clone(new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance)));
        Reveal(copy.Op, new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance));
        new ChloLegalizePass().Run(copy);
        return copy;
    }

    private static void Reveal(Operation root, Dictionary<Value, Value> replaced)
    {
        foreach (Region region in root.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                var operations = new List<Operation>(block.Operations.Count);
                foreach (Operation op in block.Operations)
                {
                    for (int i = 0; i < op.Operands.Length; i++)
                    {
                        op.SetOperand(i, replaced.GetValueOrDefault(op.Operands[i], op.Operands[i]));
                    }
                    Reveal(op, replaced);
                    if (HiddenChlo(op) is not { } name)
                    {
                        operations.Add(op);
                        continue;
                    }
                    var attributes = new AttributeMap();
                    if (op.Attributes.Get<DictionaryAttr>("mhlo.attributes")?.Find("k") is { } k)
                    {
                        attributes.Set("k", k);
                    }
                    var fresh = new Operation(name, op.Operands, op.Results.ToArray().Select(r => r.Type).ToArray(), attributes, default, op.Location);
                    for (int i = 0; i < op.Results.Length; i++)
                    {
                        replaced[op.Results[i]] = fresh.Results[i];
                    }
                    operations.Add(fresh);
                }
                block.Replace(operations);
            }
        }
    }

    private static string? HiddenChlo(Operation op) =>
        op.Name.Full != "stablehlo.custom_call" ? null
        : op.Attributes.Get<StringAttr>("call_target_name")?.Value switch { "mhlo.erf" => "chlo.erf", "mhlo.topk" => "chlo.top_k", _ => null };
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
