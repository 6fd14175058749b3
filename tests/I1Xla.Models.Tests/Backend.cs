using System.Text;
using I1Xla.Cpu.PjrtTable;
using I1Xla.Data.Npy;
using I1Xla.Graph;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.Models.Tests;

/// <summary>Where a traced program runs in a test; one test body serves all.</summary>
public sealed class Backend
{
    private static readonly Lazy<PjrtClient> s_xlaCpu = new(() => PjrtPlugin.Load(SharedAssets.Plugin("libpjrt_cpu")).CreateClient());
    private static readonly Lazy<PjrtClient> s_embedded = new(() => PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient());
    private readonly Func<TracedModule, IReadOnlyList<Literal>, Literal[]> _run;

    private Backend(string name, Func<TracedModule, IReadOnlyList<Literal>, Literal[]> run) => (Name, _run) = (name, run);

    /// <summary>Its name in test reports.</summary>
    public string Name { get; }

    /// <summary>The reference interpreter.</summary>
    public static Backend Interpreter { get; } = new("interpreter", (traced, inputs) => StableHlo.Interpretation.Interpreter.Run(traced.Module, "main", inputs));

    /// <summary>The real XLA CPU plugin.</summary>
    public static Backend XlaCpu { get; } = new("xla-cpu", (traced, inputs) => RunOn(s_xlaCpu.Value, traced, inputs));

    /// <summary>The CPU plugin of this project, through its PJRT table.</summary>
    public static Backend Embedded { get; } = new("embedded", (traced, inputs) => RunOn(s_embedded.Value, traced, inputs));

    /// <summary>All backends.</summary>
    public static IEnumerable<Backend> All => [Interpreter, Embedded, XlaCpu];

    /// <summary>The two that compile, for programs that take the interpreter long.</summary>
    public static IEnumerable<Backend> Compiled => [Embedded, XlaCpu];

    /// <summary>Runs a program.</summary>
    public Literal[] Run(TracedModule traced, IReadOnlyList<Literal> inputs) => _run(traced, inputs);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A NumPy array as a literal; bf16 is a two-byte void.</summary>
    public static Literal ToLiteral(NpyArray array) =>
        new(new TensorType(array.Descr[1..] switch
        {
            "f4" => ElementKind.F32,
            "f8" => ElementKind.F64,
            "i4" => ElementKind.I32,
            "i8" => ElementKind.I64,
            "u4" => ElementKind.UI32,
            "b1" => ElementKind.I1,
            "V2" => ElementKind.BF16,
            _ => throw new ArgumentException($"no element kind for {array.Descr}"),
        }, new Shape(array.Shape)), array.Data.ToArray());

    private static Literal[] RunOn(PjrtClient client, TracedModule traced, IReadOnlyList<Literal> inputs)
    {
        using PjrtLoadedExecutable executable = client.Compile(PjrtProgram.Mlir(Encoding.UTF8.GetBytes(MlirPrinter.Print(traced.Module))));
        PjrtBuffer[] arguments = [.. inputs.Select(i => client.CreateBuffer(i.Data.Span, i.Type.Kind.ToPjrt(), i.Shape.Dims))];
        PjrtBuffer[] results = executable.Execute(arguments);
        Literal[] values = [.. results.Select((r, i) => new Literal(traced.Results[i].Type, r.ToBytes()))];
        foreach (PjrtBuffer buffer in arguments.Concat(results))
        {
            buffer.Dispose();
        }
        return values;
    }
}
