using I1Xla.Host.Programs;
using I1Xla.StableHlo.Conformance.RandomPrograms;

namespace I1Xla.Host.Tests.Programs;

/// <summary>Random programs with odd and large shapes on several threads against the reference interpreter.</summary>
public class RandomRunTests
{
    [TestCase(RandomShapes.Odd, 60)]
    [TestCase(RandomShapes.Large, 3)]
    public void ProgramsAgreeOnEveryNumberOfThreads(RandomShapes shapes, int count)
    {
        var problems = new List<string>();
        (int passed, int failed) = ConformanceRun.RunRandom(0, count, shapes, "cpu", problems.Add);
        Assert.That(problems, Is.Empty);
        Assert.That((passed, failed), Is.EqualTo((count, 0)));
    }

    [Test]
    public void ShapesAreAsLargeAsTheySay()
    {
        long Most(RandomShapes shapes, int seed) => RandomProgram.Create(seed, shapes).Arguments.Max(a => a.Type.Shape.Aggregate(1L, (n, d) => n * d));
        Assert.That(Enumerable.Range(0, 20).Max(s => Most(RandomShapes.Small, s)), Is.LessThanOrEqualTo(4096));
        Assert.That(Enumerable.Range(0, 20).Max(s => Most(RandomShapes.Odd, s)), Is.InRange(16384, 65536));
        Assert.That(Enumerable.Range(0, 5).Max(s => Most(RandomShapes.Large, s)), Is.GreaterThan(1 << 20));
    }
}
