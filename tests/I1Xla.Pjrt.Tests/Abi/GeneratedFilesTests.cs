using I1Xla.Testing;
using I1Xla.Tools.PjrtAbi;

namespace I1Xla.Pjrt.Tests.Abi;

/// <summary>The checked-in C# is what the generator writes from the facts today.</summary>
public class GeneratedFilesTests
{
    [Test]
    public void CheckedInFilesAreWhatTheGeneratorWrites()
    {
        foreach ((string path, string text) in new AbiWriter(AbiFacts.Table).Files())
        {
            string checkedIn = File.ReadAllText(Path.Combine(SharedAssets.RepositoryRoot, path));
            Assert.That(checkedIn, Is.EqualTo(text), $"{path} is stale: dotnet run --project tools/I1Xla.Tools.PjrtAbi");
        }
    }

    [Test]
    public void TheTableDescribes138FunctionsOfVersion0_116()
    {
        Assert.Multiple(() =>
        {
            Assert.That(AbiFacts.Table.Api, Has.Count.EqualTo(138));
            Assert.That((AbiFacts.Table.Major, AbiFacts.Table.Minor), Is.EqualTo((0, 116)));
            Assert.That(AbiFacts.Table.Api.Count(f => f.Since <= 81), Is.EqualTo(118), "0.81 has 118 functions");
            Assert.That(AbiFacts.Table.Api.Select(f => f.Since), Is.Ordered, "functions are only ever appended");
        });
    }

    [TestCase("struct X\n  int", "line 2")]
    [TestCase("nonsense X", "line 1")]
    [TestCase("struct X\n  union u\n    int a", "line 2")]
    public void AFactsFileThatCannotBeReadSaysWhere(string text, string where) =>
        Assert.That(() => AbiTable.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(where));
}
