using System.Diagnostics;
using System.Net;
using System.Text;
using I1Xla.Testing;

namespace I1Xla.Host.Tests;

/// <summary>build.sh on a machine without a fitting .NET SDK, with a local server standing in for Microsoft's.</summary>
public class BuildScriptTests
{
    private string _dir = "";

    [SetUp]
    public void CopyScript()
    {
        _dir = Directory.CreateTempSubdirectory("i1xla-build").FullName;
        File.Copy(Path.Combine(SharedAssets.RepositoryRoot, "build.sh"), Path.Combine(_dir, "build.sh"));
        File.Copy(Path.Combine(SharedAssets.RepositoryRoot, "global.json"), Path.Combine(_dir, "global.json"));
        // A PATH with the tools that the script needs and no dotnet.
        Directory.CreateDirectory(Path.Combine(_dir, "tools"));
        foreach (string tool in new[] { "bash", "sh", "sed", "head", "mktemp", "curl", "rm", "mkdir", "cat", "chmod", "dirname", "readlink", "env" })
        {
            string? path = new[] { "/usr/bin", "/bin" }.Select(d => Path.Combine(d, tool)).FirstOrDefault(File.Exists);
            if (path is not null)
            {
                File.CreateSymbolicLink(Path.Combine(_dir, "tools", tool), path);
            }
        }
    }

    [TearDown]
    public void RemoveCopy() => Directory.Delete(_dir, true);

    [Test]
    public async Task AMissingSdkIsFetchedIntoAFolderOfItsOwn()
    {
        const string InstallScript = """
            while [ $# -gt 0 ]; do case "$1" in --install-dir) dir=$2; shift;; --version) version=$2; shift;; esac; shift; done
            mkdir -p "$dir"; printf '#!/bin/bash\necho "ran dotnet $*"\n' > "$dir/dotnet"; chmod +x "$dir/dotnet"; echo "installed $version"
            """;
        using var server = new HttpListener();
        int port = Random.Shared.Next(20000, 60000);
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        Task serving = Task.Run(async () =>
        {
            HttpListenerContext context = await server.GetContextAsync();
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(InstallScript));
            context.Response.Close();
        });
        (int code, string output, string errors) = Run($"http://127.0.0.1:{port}/dotnet-install.sh");
        await serving;
        Assert.That(errors, Does.Contain("No .NET SDK here satisfies global.json").And.Contain("installed 10.0."));
        Assert.That(output, Does.Contain("ran dotnet build I1Xla.sln"));
        Assert.That(code, Is.EqualTo(0));
        Assert.That(File.Exists(Path.Combine(_dir, ".dotnet", "dotnet")));
    }

    [Test]
    public void WithoutANetworkItSaysWhatToInstallAndHow()
    {
        (int code, _, string errors) = Run("http://127.0.0.1:1/dotnet-install.sh");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("Install the .NET SDK 10.0.").And.Contain("apt-get install dotnet-sdk-10.0").And.Contain("unpack it into"));
    }

    private (int Code, string Output, string Errors) Run(string url)
    {
        var info = new ProcessStartInfo(Path.Combine(_dir, "tools", "bash"), [Path.Combine(_dir, "build.sh"), "build"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        info.Environment["PATH"] = Path.Combine(_dir, "tools");
        info.Environment["HOME"] = _dir;
        info.Environment["I1XLA_DOTNET_INSTALL_URL"] = url;
        using Process process = Process.Start(info)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
