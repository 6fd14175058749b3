using I1Xla.Host.Benchmarking;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.Host.Tests.Benchmarking;

/// <summary>The programs of <c>bench compare</c>: each traces, is valid, and reads back; names differ; arguments follow the seed.</summary>
public class BenchmarkProgramTests
{
    public static IEnumerable<string> Names => BenchmarkPrograms.All.Select(p => p.Name);

    [Test]
    public void NamesDiffer() => Assert.That(Names, Is.Unique);

    [TestCaseSource(nameof(Names))]
    public void EveryProgramIsValid(string name)
    {
        LoadedProgram program = BenchmarkPrograms.All.Single(p => p.Name == name).Make();
        ModuleOp read = MlirParser.ParseModule(program.Bytes, name);
        Assert.That(Verifier.Verify(read).Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty);
        Assert.That(read.FindFunction("main")!.Value.Type, Is.EqualTo(program.Module.FindFunction("main")!.Value.Type));
    }

    [Test]
    public void ArgumentsAreThoseOfTheSeed()
    {
        var type = new TensorType(ElementKind.F32, [1000]);
        Literal one = RandomArguments.Make(type, 1), again = RandomArguments.Make(type, 1), other = RandomArguments.Make(type, 2);
        Assert.That(one.Data.ToArray(), Is.EqualTo(again.Data.ToArray()));
        Assert.That(one.Data.ToArray(), Is.Not.EqualTo(other.Data.ToArray()));
        float[] values = one.As<float>().ToArray();
        Assert.That(values.Average(), Is.EqualTo(0).Within(0.15));
        Assert.That(values.Select(v => v * v).Average(), Is.EqualTo(1).Within(0.15));
        Assert.That(RandomArguments.Make(type, 1, ArgumentRange.Uniform(2, 3)).As<float>().ToArray(), Is.All.InRange(2f, 3f));
        Assert.That(RandomArguments.Make(new TensorType(ElementKind.I32, [100]), 1, ArgumentRange.Uniform(-4, 4)).As<int>().ToArray(), Is.All.InRange(-4, 3).And.Some.Negative);
    }
}
