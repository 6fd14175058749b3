using I1Xla.Benchmarks;

// One suite a name: dotnet run -c Release --project benchmarks/I1Xla.Benchmarks -- NAME [ARGUMENTS]
var suites = new Dictionary<string, Action<string[]>>
{
    ["text"] = TextSuite.Run,
    ["artifacts"] = ArtifactSuite.Run,
    ["call-overhead"] = CallOverhead.Run,
    ["kernels"] = KernelSuite.Run,
    ["products"] = ProductSuite.Run,
    ["streams"] = StreamSuite.Run,
    ["factorizations"] = FactorizationSuite.Run,
};
if (args.Length == 0 || !suites.TryGetValue(args[0], out Action<string[]>? suite))
{
    Console.Error.WriteLine($"usage: I1Xla.Benchmarks SUITE [ARGUMENTS]; suites: {string.Join(", ", suites.Keys)}");
    return 2;
}
try
{
    suite(args[1..]);
    return 0;
}
catch (UsageException wrong)
{
    Console.Error.WriteLine($"{args[0]}: {wrong.Message}");
    return 2;
}
