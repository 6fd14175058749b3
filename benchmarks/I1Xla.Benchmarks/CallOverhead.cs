using System.Diagnostics;
using System.Globalization;
using I1Xla.Pjrt;

namespace I1Xla.Benchmarks;

/// <summary>
/// What a call through this runtime costs over the same loop in C, against the same plugin: an empty program, run and its output
/// destroyed. The two take turns, so that a busy machine disturbs both alike; the medians are compared.
/// </summary>
internal static class CallOverhead
{
    private const int Executions = 20000;
    private const int Rounds = 15;

    public static void Run(string[] args)
    {
        if (args.Length != 1)
        {
            throw new UsageException("give the path of a PJRT plugin, and nothing else");
        }
        string folder = Directory.CreateTempSubdirectory("i1xla-overhead-").FullName;
        try
        {
            string binary = Path.Combine(folder, "call_overhead");
            CLibrary.Compile("call_overhead.c", binary, ["-ldl"]);
            Compare(binary, args[0]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string binary, string path)
    {
        var start = new ProcessStartInfo(binary, [Path.GetFullPath(path), Executions.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process c = Process.Start(start)!;
        using PjrtClient client = PjrtPlugin.Load(path).CreateClient();
        using PjrtLoadedExecutable empty = client.Compile("module @empty { func.func public @main(%a: tensor<f32>) -> (tensor<f32>) { return %a : tensor<f32> } }");
        using PjrtBuffer one = client.CreateScalar(1f);
        var ours = new List<double>();
        var theirs = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            c.StandardInput.WriteLine();
            c.StandardInput.Flush();
            double native = double.Parse(c.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
            double managed = Measure(empty, one);
            if (round >= 3)
            {
                theirs.Add(native);
                ours.Add(managed);
            }
        }
        c.StandardInput.Close();
        c.WaitForExit();
        double csharp = Timing.Median(ours);
        double gcc = Timing.Median(theirs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"C# {csharp:0} ns, C {gcc:0} ns a call (medians of {ours.Count} rounds of {Executions}): {csharp / gcc:0.00}x; best {ours.Min():0} and {theirs.Min():0} ns"));
    }

    private static double Measure(PjrtLoadedExecutable program, PjrtBuffer input)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Executions; i++)
        {
            program.Execute(input)[0].Dispose();
        }
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Executions;
    }
}
