using I1Xla.Cpu;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>What the embedded CPU compiler makes of a program.</summary>
public static class CpuInspection
{
    /// <summary>The passes whose result can be seen, in order.</summary>
    public static IReadOnlyList<string> Passes { get; } = [.. Rewrites, "fuse", "constants", "memory", "steps"];

    // Each is the whole program; those after the first write nothing where they change nothing: the program is as it was before.
    private static IReadOnlyList<string> Rewrites => ["import", "attention", "products", "lookup", "pieces"];

    /// <summary>The program after a pass, as text.</summary>
    /// <exception cref="UserErrorException">There is no such pass, or the program never reaches it.</exception>
    public static string AfterPass(ModuleOp module, string pass)
    {
        Check(pass);
        var texts = new List<string>();
        string[] before = Rewrites.Contains(pass) ? [.. Rewrites.TakeWhile(rewrite => rewrite != pass)] : [];
        using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions
        {
            OnPass = (name, text) =>
            {
                if (before.Contains(name) || (name == pass && before.Length > 0))
                {
                    texts = [text];
                }
                else if (name == pass)
                {
                    texts.Add(text);
                }
            },
        });
        return texts.Count > 0 ? string.Join("\n\n", texts) : throw new UserErrorException($"The program does not get as far as '{pass}': {string.Join("; ", executable.Explain())}.");
    }

    /// <summary>For <see cref="CpuCompileOptions.OnPass"/>: hands on the text of one pass.</summary>
    /// <exception cref="UserErrorException">There is no such pass.</exception>
    public static Action<string, string> Dumping(string pass, Action<string> write)
    {
        Check(pass);
        return (at, text) =>
        {
            if (at == pass)
            {
                write(text);
            }
        };
    }

    private static void Check(string pass)
    {
        if (!Passes.Contains(pass))
        {
            throw new UserErrorException($"The CPU compiler has no pass '{pass}'; it has {string.Join(", ", Passes)}.");
        }
    }

    /// <summary>Which operations run slowly and why, a line each.</summary>
    public static IReadOnlyList<string> Explain(ModuleOp module, string function = "main")
    {
        using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Entry = function });
        return executable.Explain();
    }

    /// <summary>Compiles for a run that checks each operation's results and indices.</summary>
    public static CpuExecutable CompileChecked(ModuleOp module, string function) =>
        CpuCompiler.Compile(module, new CpuCompileOptions { Entry = function, Fuse = false, CheckNaN = true, CheckBounds = true });

    /// <summary>Runs on literals.</summary>
    /// <exception cref="UserErrorException">A check did not hold.</exception>
    public static IReadOnlyList<Literal> Run(CpuExecutable executable, IReadOnlyList<Literal> arguments)
    {
        CpuBuffer[] buffers = [.. arguments.Select(a => new CpuBuffer(a))];
        CpuBuffer[] results = [];
        try
        {
            results = executable.Execute(buffers);
            return [.. results.Select(r => r.ToLiteral())];
        }
        catch (Exception e) when (e is CpuNaNException or CpuBoundsException)
        {
            throw new UserErrorException(e.Message, e);
        }
        finally
        {
            foreach (CpuBuffer buffer in buffers.Concat(results))
            {
                buffer.Dispose();
            }
        }
    }
}
