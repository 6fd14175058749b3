using System.Diagnostics;
using System.Runtime.InteropServices;

namespace I1Xla.Benchmarks;

/// <summary>C code of this folder, compiled when a suite starts, for what the machine can do without any of ours.</summary>
internal sealed class CLibrary : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("i1xla-benchmarks-").FullName;
    private readonly nint _handle;

    /// <summary>Compiles a file and loads it.</summary>
    /// <param name="source">Its name in this folder.</param>
    /// <param name="flags">More arguments for gcc.</param>
    /// <exception cref="InvalidOperationException">gcc cannot compile it.</exception>
    public CLibrary(string source, params string[] flags)
    {
        string library = Path.Combine(_folder, Path.ChangeExtension(source, ".so"));
        Compile(source, library, ["-shared", "-fPIC", .. flags, "-lpthread"]);
        _handle = NativeLibrary.Load(library);
    }

    /// <summary>Compiles a file of this folder.</summary>
    /// <exception cref="InvalidOperationException">gcc cannot compile it.</exception>
    public static void Compile(string source, string to, string[] flags)
    {
        using Process compiler = Process.Start("gcc", ["-std=c11", "-D_GNU_SOURCE", "-O2", "-o", to, Path.Combine(AppContext.BaseDirectory, "../../..", source), .. flags]);
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            throw new InvalidOperationException($"gcc could not compile {source}.");
        }
    }

    /// <summary>The address of a function.</summary>
    public nint Function(string name) => NativeLibrary.GetExport(_handle, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeLibrary.Free(_handle);
        Directory.Delete(_folder, recursive: true);
    }
}
