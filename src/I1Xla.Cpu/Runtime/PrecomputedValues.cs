using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>Runs what <see cref="ConstantSteps"/> has found, as a program of its own, while the program around it is compiled.</summary>
internal static unsafe class PrecomputedValues
{
    /// <summary>Compiles and runs the part of a graph that makes some of its nodes.</summary>
    /// <param name="nodes">The nodes; they depend on no parameter.</param>
    /// <param name="memory">Memory for each, of its size.</param>
    /// <param name="options">How the program around it is compiled.</param>
    public static void Compute(HloNode[] nodes, nint[] memory, CpuCompileOptions options)
    {
        var compiler = new ProgramCompiler(options, new CompilationReport(null, null)) { Precomputes = false };
        using ProgramConstants constants = compiler.Constants;
        CpuProgram program = compiler.Compile(new HloComputation([], nodes, []), [.. nodes.Select(_ => -1)]);
        void* arena = LargeMemory.Allocate((nuint)program.ArenaBytes + 64);
        try
        {
            fixed (nint* results = memory)
            {
                program.Run(null, (byte**)results, (byte*)arena, new ExecutionContext(options.Pool ?? WorkerPool.Shared));
            }
        }
        finally
        {
            LargeMemory.Free(arena);
        }
    }
}
