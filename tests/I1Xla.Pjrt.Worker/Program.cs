using System.Globalization;
using I1Xla.Pjrt;

// The other process of tests that need two.
//   load PLUGIN FILE              loads a serialized executable, doubles 1..6 with it, prints the result
//   cache PLUGIN FOLDER PROGRAM   compiles a program through a cache folder, prints the cache's counts
PjrtPlugin plugin = PjrtPlugin.Load(args[1]);
using PjrtClient client = plugin.CreateClient();
switch (args[0])
{
    case "load":
        using (PjrtLoadedExecutable add = client.Deserialize(File.ReadAllBytes(args[2])))
        using (PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]))
        using (PjrtBuffer sum = add.Execute(a, a)[0])
        {
            Console.WriteLine(string.Join(' ', sum.ToArray<float>().Select(v => v.ToString(CultureInfo.InvariantCulture))));
        }
        break;
    case "cache":
        var cache = new PjrtCompileCache(args[2]);
        cache.Compile(client, File.ReadAllText(args[3])).Dispose();
        Console.WriteLine($"{cache.Statistics.Hits} {cache.Statistics.Misses}");
        break;
    default:
        throw new ArgumentException($"'{args[0]}' is not something this worker does.");
}
