using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Runs one operation in the reference interpreter: correct, and slow.</summary>
internal sealed unsafe class GenericStep : Step
{
    private readonly Interpreter _interpreter;
    private readonly TensorType[] _types;
    private readonly int[] _inputs;
    private readonly (int Slot, int Result)[] _outputs;

    public GenericStep(Operation source, int[] inputs, (int Slot, int Result)[] outputs)
    {
        _inputs = inputs;
        _outputs = outputs;
        Operation[] defining = [source];
        IrType[] inputTypes = source.Operands.ToArray().Select(o => o.Type).ToArray();
        IrType[] resultTypes = source.Results.ToArray().Select(r => r.Type).ToArray();
        if (inputTypes.Concat(resultTypes).Any(t => t is not TensorType))
        {
            throw new CpuUnsupportedException($"{source.Name} with tokens or tuples");
        }
        _types = inputTypes.Cast<TensorType>().ToArray();
        ModuleOp module = ModuleOp.Create();
        FuncOp main = FuncOp.Create("main", new FunctionType(new ValueArray<IrType>(inputTypes), new ValueArray<IrType>(resultTypes)));
        module.Body.Add(main.Op);
        var map = new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance);
        var operands = new Value[inputTypes.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = main.Body.Arguments[i];
        }
        Operation copy = source.Clone(map);
        for (int i = 0; i < operands.Length; i++)
        {
            copy.SetOperand(i, operands[i]);
        }
        main.Body.Add(copy);
        main.Body.Add(new Operation("func.return", copy.Results.ToArray(), []));
        _interpreter = new Interpreter(module, new InterpreterOptions { ScatterDropsWholeWindows = true, CustomCalls = CustomCalls.KnownCalls.Handlers });
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        var arguments = new Literal[_types.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = new Literal(_types[i]);
            new Span<byte>(slots[_inputs[i]], checked((int)_types[i].StorageBytes)).CopyTo(arguments[i].Data.Span);
        }
        Literal[] results;
        lock (_interpreter)
        {
            results = _interpreter.Run("main", arguments);
        }
        foreach ((int slot, int result) in _outputs)
        {
            Span<byte> data = results[result].Data.Span;
            data.CopyTo(new Span<byte>(slots[slot], data.Length));
        }
    }
}

/// <summary>Fills a buffer with zeros: the product over an empty contraction.</summary>
internal sealed unsafe class ZeroStep(int to, long bytes) : Step
{
    public override void Run(byte** slots, byte* arena, ExecutionContext context) => System.Runtime.InteropServices.NativeMemory.Clear(slots[to], (nuint)bytes);
}
