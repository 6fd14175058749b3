using I1Xla.Generate;

string? root = Directory.GetCurrentDirectory();
while (root is not null && !File.Exists(Path.Combine(root, "I1Xla.sln")))
{
    root = Path.GetDirectoryName(root);
}
if (args is not ["ops"] || root is null)
{
    Console.Error.WriteLine("usage, from inside the repository: dotnet run --project tools/I1Xla.Generate -- ops");
    return 2;
}
string folder = Path.Combine(root, "src", "I1Xla.StableHlo", "Ops");
foreach ((string name, string text) in OpGenerator.Generate(File.ReadAllText(Path.Combine(folder, "ops.table"))))
{
    File.WriteAllText(Path.Combine(folder, name), text);
    Console.WriteLine(Path.Combine(folder, name));
}
return 0;
