using I1Xla.Tools.PjrtAbi;

// Usage: dotnet run --project tools/I1Xla.Tools.PjrtAbi [repository root]
string root = args.Length > 0 ? args[0] : ".";
AbiTable table = AbiTable.Parse(File.ReadAllText(Path.Combine(root, "src", "I1Xla.Pjrt", "Abi", "pjrt.abi")));
foreach ((string path, string text) in new AbiWriter(table).Files())
{
    string full = Path.Combine(root, path);
    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
    File.WriteAllText(full, text);
    Console.WriteLine($"{path}: {text.Length} characters");
}
