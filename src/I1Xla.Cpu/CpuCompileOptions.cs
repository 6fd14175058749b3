using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu;

/// <summary>How a program is compiled and run.</summary>
public sealed record CpuCompileOptions
{
    /// <summary>Entry function.</summary>
    public string Entry { get; init; } = "main";

    /// <summary>Whether to simplify the graph and fuse loops; off is the debug mode, one step per operation.</summary>
    public bool Fuse { get; init; } = true;

    /// <summary>Whether loops move into the products whose operands they make or whose results they take.</summary>
    public bool FuseProducts { get; init; } = true;

    /// <summary>
    /// The instructions that loops and kernels may use, at most <see cref="CpuIsa.Detected"/>: what this machine has, or what <see cref="CpuIsa.Variable"/> says.
    /// <see cref="IsaLevel.Portable"/> runs loops through <c>System.Runtime.Intrinsics</c> and <c>Vector&lt;T&gt;</c> instead of generated machine code.
    /// </summary>
    public IsaLevel Isa { get; init; } = CpuIsa.Current;

    /// <summary>
    /// From which size on, in bytes, loops store a result past the caches (<see cref="Kernels.Copies.StreamedCopy"/>). Tests lower it.
    /// </summary>
    public long StreamBytes { get; init; } = StreamedCopy.LeastBytes;

    /// <summary>Checks every result for NaN after each step and names the first operation that made one.</summary>
    public bool CheckNaN { get; init; }

    /// <summary>Stops at the first index of a dynamic slice, gather or scatter whose window does not lie inside its tensor.</summary>
    public bool CheckBounds { get; init; }

    /// <summary>The threads; the shared pool when null.</summary>
    public WorkerPool? Pool { get; init; }

    /// <summary>Called with the name of a pass and its result as text (<c>import</c>, <c>fuse</c>, <c>memory</c>, <c>steps</c>).</summary>
    public Action<string, string>? OnPass { get; init; }
}
