using System.Globalization;
using System.Text;
using I1Xla.StableHlo.Conformance.RandomPrograms;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Benchmarking;

/// <summary>Random programs of large tensors to compare on: what nobody thought of is where a compiler is slow.</summary>
public static class RandomBenchmarks
{
    private const string Prefix = "random_";

    /// <summary>The programs of some seeds, named <c>random_</c> and the seed; each is that of <c>conform random --shapes large</c>, with its arguments.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<BenchmarkProgram> Of(int first, int count) => [.. Enumerable.Range(first, count).Select(Program)];

    /// <summary>The program of a name that <see cref="Of"/> gives; null for any other.</summary>
    public static BenchmarkProgram? Find(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int seed) ? Program(seed) : null;

    private static BenchmarkProgram Program(int seed) => new(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{seed}"), () =>
    {
        RandomProgram program = RandomProgram.Create(seed, RandomShapes.Large);
        return new LoadedProgram(MlirParser.ParseModule(program.Text), Encoding.UTF8.GetBytes(program.Text), _ => program.Arguments);
    });
}
