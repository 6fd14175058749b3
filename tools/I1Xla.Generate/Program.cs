using I1Xla.Generate;

string? root = Directory.GetCurrentDirectory();
while (root is not null && !File.Exists(Path.Combine(root, "I1Xla.sln")))
{
    root = Path.GetDirectoryName(root);
}
if (args is not ["ops" or "configuration"] || root is null)
{
    Console.Error.WriteLine("usage, from inside the repository: dotnet run --project tools/I1Xla.Generate -- ops|configuration");
    return 2;
}
IEnumerable<(string Path, string Text)> files;
if (args[0] == "ops")
{
    string folder = Path.Combine(root, "src", "I1Xla.StableHlo", "Ops");
    files = OpGenerator.Generate(File.ReadAllText(Path.Combine(folder, "ops.table"))).Select(f => (Path.Combine(folder, f.Key), f.Value));
}
else
{
    files = [(Path.Combine(root, "docs", "configuration.md"), ConfigurationPage.Write(File.ReadAllText(Path.Combine(root, "src", "I1Xla.Host", "Configuration", "RunConfig.cs"))))];
}
foreach ((string path, string text) in files)
{
    File.WriteAllText(path, text);
    Console.WriteLine(path);
}
return 0;
