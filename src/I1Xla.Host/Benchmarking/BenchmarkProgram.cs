using System.Text;
using I1Xla.Graph;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Benchmarking;

/// <summary>A program to time on plugins: its text, and the arguments it is given.</summary>
/// <param name="Name">Name, in snake case.</param>
/// <param name="Make">Makes the module; called when the program is about to run.</param>
public sealed record BenchmarkProgram(string Name, Func<LoadedProgram> Make)
{
    /// <summary>A program traced through the DSL.</summary>
    /// <param name="name">Name.</param>
    /// <param name="trace">Traces it.</param>
    /// <param name="range">Where an argument's numbers are drawn from; the default range of its type when it gives null.</param>
    public static BenchmarkProgram Traced(string name, Func<TracedModule> trace, Func<ArgumentSpec, ArgumentRange?>? range = null) => new(name, () =>
    {
        TracedModule traced = trace();
        return new LoadedProgram(traced.Module, Encoding.UTF8.GetBytes(MlirPrinter.Print(traced.Module)), seed =>
        [
            .. traced.Arguments.Select((a, i) => RandomArguments.Make(a.Type, seed + i, range?.Invoke(a))),
        ]);
    });
}

/// <summary>A program ready to compile.</summary>
/// <param name="Module">The module.</param>
/// <param name="Bytes">The same as a plugin takes it, text or portable artifact.</param>
/// <param name="Arguments">Makes the arguments from a seed.</param>
public sealed record LoadedProgram(ModuleOp Module, byte[] Bytes, Func<int, IReadOnlyList<Literal>> Arguments)
{
    /// <summary>The program as a plugin takes it.</summary>
    public PjrtProgram ToPjrt() => PjrtProgram.Mlir(Bytes);
}
