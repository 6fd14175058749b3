using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A program run by the reference interpreter: slow, but it knows every operation, and processes that talk to each other.</summary>
internal sealed unsafe class InterpretedModule(ModuleOp module, string function, int replicas, int partitions) : CompiledModule
{
    public override void Run(nint[][] arguments, nint[][] results)
    {
        Literal[] inputs = [.. arguments.SelectMany(device => device.Select((pointer, i) => Read(pointer, Parameters[i])))];
        IReadOnlyList<Literal> outputs = replicas * partitions == 1
            ? new Interpreter(module).Run(function, inputs)
            : throw PluginException.Unimplemented($"This program of {replicas} replicas and {partitions} partitions needs operations that the compiler does not run on several devices.");
        for (int d = 0; d < results.Length; d++)
        {
            for (int i = 0; i < Results.Length; i++)
            {
                ReadOnlySpan<byte> data = outputs[(d * Results.Length) + i].Data.Span;
                data.CopyTo(new Span<byte>((void*)results[d][i], data.Length));
            }
        }
    }

    private static Literal Read(nint pointer, TensorType type) => new(type, new ReadOnlySpan<byte>((void*)pointer, checked((int)type.StorageBytes)).ToArray());
}
