using System.Runtime.InteropServices;
using I1Xla.Cpu.CustomCalls.Lapack;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.LinearAlgebra;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;
using Handler = System.Func<I1Xla.StableHlo.Ir.Operation, System.Collections.Generic.IReadOnlyList<I1Xla.StableHlo.Ir.Literal>, System.Collections.Generic.IReadOnlyList<I1Xla.StableHlo.Ir.Literal>>;

namespace I1Xla.Cpu.CustomCalls;

/// <summary>
/// The operations that are answered by one function each: the custom calls that JAX makes on a CPU, by their targets, and StableHLO's own factorizations.
/// </summary>
internal static unsafe class KnownCalls
{
    private static readonly Dictionary<string, CallBody> s_targets = new(LapackCalls.All) { [SparseProduct.Target] = SparseProduct.Run };

    /// <summary>As the interpreter calls them.</summary>
    public static IReadOnlyDictionary<string, Handler> Handlers { get; } = s_targets.ToDictionary(t => t.Key, t => (Handler)((op, x) => OnLiterals(op, t.Value, x)));

    /// <summary>Whether a custom call of this target is answered.</summary>
    public static bool Answers(string target) => s_targets.ContainsKey(target);

    /// <summary>What answers an operation, or null.</summary>
    public static CallBody? Find(Operation op) => op.Name.Full switch
    {
        "stablehlo.custom_call" => op.Attributes.Get<StringAttr>("call_target_name") is { } target ? s_targets.GetValueOrDefault(target.Value) : null,
        "stablehlo.cholesky" => FactorizationOps.Cholesky(op),
        "stablehlo.triangular_solve" => FactorizationOps.TriangularSolve(op),
        _ => null,
    };

    private static Literal[] OnLiterals(Operation op, CallBody body, IReadOnlyList<Literal> operands)
    {
        Literal[] results = [.. op.Results.ToArray().Select(r => new Literal((TensorType)r.Type))];
        Literal[] all = [.. operands, .. results];
        System.Buffers.MemoryHandle[] pins = [.. all.Select(x => x.Data.Pin())];
        try
        {
            void** addresses = stackalloc void*[all.Length];
            for (int i = 0; i < all.Length; i++) addresses[i] = pins[i].Pointer;
            body(new CallFrame(op, addresses, addresses + operands.Count, new Threads(WorkerPool.Shared, CpuIsa.Current)));
        }
        finally
        {
            foreach (System.Buffers.MemoryHandle pin in pins) pin.Dispose();
        }
        return results;
    }
}
