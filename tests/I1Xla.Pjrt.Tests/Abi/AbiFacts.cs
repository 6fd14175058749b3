using I1Xla.Testing;
using I1Xla.Tools.PjrtAbi;

namespace I1Xla.Pjrt.Tests.Abi;

/// <summary>The facts file of the repository, read once.</summary>
internal static class AbiFacts
{
    public static AbiTable Table { get; } = AbiTable.Parse(File.ReadAllText(Path.Combine(SharedAssets.RepositoryRoot, "src", "I1Xla.Pjrt", "Abi", "pjrt.abi")));

    public static AbiLayout Layout { get; } = new(Table);
}
