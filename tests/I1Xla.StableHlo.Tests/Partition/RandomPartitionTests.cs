using System.Globalization;
using I1Xla.StableHlo.Conformance.RandomPrograms;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Tests.Partition;

/// <summary>Random programs with random shardings, run by as many processes as the mesh has devices, give what they give unsharded.</summary>
public sealed class RandomPartitionTests
{
    private static readonly long[][] s_meshes = [[2], [4], [2, 2], [2, 4], [3, 2], [6]];

    // I1XLA_PARTITION_SWEEP: how many programs.
    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("I1XLA_PARTITION_SWEEP"), CultureInfo.InvariantCulture, out int count) ? count : 150;

    private static int First => int.TryParse(Environment.GetEnvironmentVariable("I1XLA_PARTITION_FIRST"), CultureInfo.InvariantCulture, out int first) ? first : 0;

    [Test]
    public void GiveTheUnshardedResult()
    {
        var wrong = new List<string>();
        int cut = 0;
        for (int seed = First; seed < First + Count && wrong.Count < 4; seed++)
        {
            int at = seed;
            string? problem = RandomComparison.Run(seed, (module, arguments) =>
            {
                var random = new Random(at);
                long[] mesh = s_meshes[random.Next(s_meshes.Length)];
                ModuleOp annotated = RandomShardings.Annotate(module, mesh, random);
                if (RandomShardings.HasSharding(annotated))
                {
                    cut++;
                }
                try
                {
                    return ProcessRun.Run(annotated, arguments, (int)mesh.Aggregate(1L, (x, y) => x * y));
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"{e.Message}\n{MlirPrinter.Print(annotated)}", e);
                }
            });
            if (problem is not null)
            {
                wrong.Add(problem);
            }
        }
        Assert.That(wrong, Is.Empty, string.Join("\n\n", wrong));
        Assert.That(cut, Is.GreaterThan(Count / 2), "most programs have something to cut");
    }
}
