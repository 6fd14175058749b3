using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.LinearAlgebra;
using I1Xla.Cpu.Runtime;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.CustomCalls;

/// <summary>Runs an operation that <see cref="KnownCalls"/> answers.</summary>
internal sealed unsafe class CallStep : Step
{
    private readonly Operation _source;
    private readonly CallBody _body;
    private readonly IsaLevel _isa;
    private readonly int[] _inputs, _outputs;

    public CallStep(Operation source, CallBody body, IsaLevel isa, int[] inputs, (int Slot, int Result)[] outputs)
    {
        (_source, _body, _isa, _inputs) = (source, body, isa, inputs);
        _outputs = [.. Enumerable.Range(0, source.Results.Length).Select(i => outputs.Where(o => o.Result == i).Select(o => o.Slot).FirstOrDefault(-1))];
    }

    public override void Run(byte** slots, byte* arena, Runtime.ExecutionContext context)
    {
        void** operands = stackalloc void*[_inputs.Length], results = stackalloc void*[_outputs.Length];
        for (int i = 0; i < _inputs.Length; i++) operands[i] = slots[_inputs[i]];
        // What nobody reads has no memory in the plan.
        var unread = new List<nint>();
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (_outputs[i] >= 0) results[i] = slots[_outputs[i]];
            else unread.Add((nint)(results[i] = LargeMemory.Allocate((nuint)Math.Max(1, ((TensorType)_source.Results[i].Type).StorageBytes))));
        }
        try
        {
            _body(new CallFrame(_source, operands, results, new Threads(context.Pool, _isa)));
        }
        finally
        {
            foreach (nint memory in unread) LargeMemory.Free((void*)memory);
        }
    }
}

/// <summary>Answers an operation.</summary>
internal delegate void CallBody(CallFrame frame);
