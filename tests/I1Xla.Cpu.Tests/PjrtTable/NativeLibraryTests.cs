using System.Diagnostics;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.Tests.PjrtTable;

/// <summary>The native library, driven by a C program and by this project's own runtime.</summary>
public sealed class NativeLibraryTests
{
    private static readonly string s_root = FindRoot();
    private string _folder = "";

    [OneTimeSetUp]
    public void Build()
    {
        string compiler = Environment.GetEnvironmentVariable("CC") is { Length: > 0 } cc ? cc : "cc";
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, compiler))) || File.Exists(compiler);
        if (OperatingSystem.IsWindows() || !found) Assert.Ignore("There is no C compiler here.");
        _folder = Directory.CreateTempSubdirectory("i1xla-native-").FullName;
        (int status, string output) = Run("/bin/bash", Path.Combine(s_root, "native", "build.sh"), "--native-only", _folder);
        Assert.That(status, Is.Zero, output);
        foreach (string file in Directory.GetFiles(Home)) File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
    }

    [OneTimeTearDown]
    public void Clean()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, true);
    }

    [TestCase("load_and_run")]
    [TestCase("jax_session")]
    [TestCase("foreign_call")]
    public void ACProgramLoadsCompilesAndRuns(string program)
    {
        (int status, string output) = Run(Path.Combine(_folder, program), Path.Combine(_folder, "libi1xla_pjrt_cpu.so"));
        Assert.That(status, Is.Zero, output);
        Assert.That(output.Trim(), Is.EqualTo("ok"));
    }

    // jax.pure_callback and jax.debug.print, without JAX: the functions come with the execution, and nobody registers a handler.
    [Test]
    public void ProgramsCallTheirPythonBack()
    {
        const string Script = """
            import ctypes, sys
            import numpy
            def scale(x, s):
                assert not x.flags.writeable and x.dtype == numpy.float32 and s.shape == ()
                return (x * s,)
            def wrong(x, s):
                raise KeyError('no such thing')
            def short(x, s):
                return (x[:2],)
            test = ctypes.CDLL(sys.argv[1] + '/python_callback.so')
            test.run.restype = ctypes.c_double
            plugin = (sys.argv[1] + '/libi1xla_pjrt_cpu.so').encode()
            at = lambda f: ctypes.c_void_p(id(f))
            assert test.run(plugin, at(scale)) == 120
            assert test.fails(plugin, at(wrong), b"KeyError: 'no such thing'")
            assert test.fails(plugin, at(short), b'returned 8 bytes for a result of float32[3]')
            assert test.run(plugin, at(scale)) == 120
            print('ok')
            """;
        string? python = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "python3")).FirstOrDefault(p => File.Exists(p) && Run(p, "-c", "import numpy").Status == 0);
        if (python is null) Assert.Ignore("There is no python3 with NumPy here.");
        (int status, string output) = Run(python!, "-c", Script, _folder);
        Assert.That(status, Is.Zero, output);
        Assert.That(output.Trim(), Is.EqualTo("ok"));
    }

    [Test]
    public void AMissingManagedPartIsOneClearLine()
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, "load_and_run"), [Path.Combine(_folder, "libi1xla_pjrt_cpu.so")]) { RedirectStandardError = true, UseShellExecute = false };
        start.Environment["I1XLA_CPU_HOME"] = "/nowhere";
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Not.Zero);
        Assert.That(error, Does.Contain("I1XLA_CPU_HOME has no I1Xla.Cpu.dll: /nowhere"));
    }

    [Test]
    public void OurOwnRuntimeLoadsItLikeAnyPlugin()
    {
        PjrtPlugin plugin = PjrtPlugin.Load(Path.Combine(_folder, "libi1xla_pjrt_cpu.so"));
        using PjrtClient client = plugin.CreateClient();
        using PjrtLoadedExecutable program = client.Compile("module { func.func @main(%a: tensor<3xi32>) -> tensor<3xi32> { %0 = stablehlo.add %a, %a : tensor<3xi32> return %0 : tensor<3xi32> } }");
        using PjrtBuffer a = client.CreateBuffer<int>([1, 2, 3], [3]);
        using PjrtBuffer result = program.Execute(a)[0];
        Assert.That(result.ToArray<int>(), Is.EqualTo(new[] { 2, 4, 6 }));
    }

    // What the project's own build left: the assembly, what it depends on, and the runtime configuration.
    private static string Home => Path.Combine(s_root, "src", "I1Xla.Cpu", "bin", "Release", "net10.0");

    private static (int Status, string Output) Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "I1Xla.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not lie inside the repository.");
    }
}
