using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using I1Xla.Pjrt.Plugins;

namespace I1Xla.Pjrt.Tests.Finding;

/// <summary>Installing from a wheel, by file and through a local index server.</summary>
public class PluginInstallerTests
{
    private string folder = null!;
    private IndexServer server = null!;

    [SetUp]
    public void Open()
    {
        folder = Directory.CreateTempSubdirectory("i1xla-install-").FullName;
        server = new IndexServer();
    }

    [TearDown]
    public void Close()
    {
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task AWheelFromTheIndexIsInstalledOnce([Values] bool html)
    {
        server.Html = html;
        server.Publish("libtpu", "libtpu-0.0.51-cp311-cp311-manylinux_2_31_x86_64.whl", Wheel("libtpu/libtpu.so"));
        server.Publish("libtpu", "libtpu-0.0.52-cp311-cp311-manylinux_2_31_x86_64.whl", Wheel("libtpu/libtpu.so"));
        var steps = new List<string>();
        var request = new PluginInstallRequest("tpu") { Index = server.Address, CacheFolder = Cache };
        InstalledPlugin plugin = await new PluginInstaller().InstallAsync(request, new Recorder(steps));
        InstalledPlugin again = await new PluginInstaller().InstallAsync(request);
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Version, Is.EqualTo("0.0.51"), "the pinned version");
            Assert.That(File.ReadAllBytes(plugin.Path), Is.EqualTo(Library));
            Assert.That(File.Exists(Path.Combine(Path.GetDirectoryName(plugin.Path)!, "LICENSE")), Is.True);
            Assert.That(again, Is.EqualTo(plugin));
            Assert.That(server.Downloads, Is.EqualTo(1));
            Assert.That(steps, Does.Contain("downloading").And.Contain("unpacking"));
            Assert.That(new PluginFinder(new PluginSearchOptions { Variable = _ => null, PythonFolders = [], CacheFolder = Cache }).Find("tpu").Path, Is.EqualTo(plugin.Path));
        });
    }

    [Test]
    public async Task ALocalFileIsInstalled()
    {
        string wheel = Path.Combine(folder, "xla_cpu_pjrt-0.0.1-py3-none-manylinux_2_28_x86_64.whl");
        File.WriteAllBytes(wheel, Wheel("xla_cpu_pjrt/libpjrt_cpu.so"));
        InstalledPlugin plugin = await new PluginInstaller().InstallAsync(new PluginInstallRequest("cpu") { Wheel = wheel, CacheFolder = Cache });
        Assert.That(plugin, Is.EqualTo(new InstalledPlugin("cpu", "0.0.1", Path.Combine(Cache, "cpu", "0.0.1", "libpjrt_cpu.so"), Digest(File.ReadAllBytes(wheel)), wheel)));
    }

    [Test]
    public async Task ManyAtOnceDownloadOnce()
    {
        server.Publish("libtpu", "libtpu-0.0.51-py3-none-manylinux_2_31_x86_64.whl", Wheel("libtpu/libtpu.so"));
        var request = new PluginInstallRequest("tpu") { Index = server.Address, CacheFolder = Cache };
        InstalledPlugin[] plugins = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new PluginInstaller().InstallAsync(request))));
        Assert.That(plugins.Distinct().Count(), Is.EqualTo(1));
        Assert.That(server.Downloads, Is.EqualTo(1));
    }

    [Test]
    public void AWrongHashInstallsNothing()
    {
        server.Publish("libtpu", "libtpu-0.0.51-py3-none-manylinux_2_31_x86_64.whl", Wheel("libtpu/libtpu.so"), sha256: new string('0', 64));
        Assert.That(() => new PluginInstaller().InstallAsync(new PluginInstallRequest("tpu") { Index = server.Address, CacheFolder = Cache }),
            Throws.TypeOf<PluginInstallException>().With.Message.Contains("SHA-256").And.Message.Contains("Nothing was installed"));
        Assert.That(PluginCache.Installed(Cache), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(Cache, "tpu")).Select(Path.GetFileName), Is.EqualTo(new[] { ".lock" }));
    }

    [Test]
    public void ADownloadThatIsCutOffInstallsNothing()
    {
        server.CutOff = true;
        server.Publish("libtpu", "libtpu-0.0.51-py3-none-manylinux_2_31_x86_64.whl", Wheel("libtpu/libtpu.so"));
        Assert.That(() => new PluginInstaller().InstallAsync(new PluginInstallRequest("tpu") { Index = server.Address, CacheFolder = Cache }),
            Throws.TypeOf<PluginInstallException>().With.Message.Contains("cannot be downloaded"));
        Assert.That(PluginCache.Installed(Cache), Is.Empty);
    }

    [Test]
    public void WhatCannotBeInstalledSaysWhy()
    {
        server.Publish("libtpu", "libtpu-0.0.50-py3-none-manylinux_2_31_x86_64.whl", Wheel("libtpu/libtpu.so"));
        string noPlugin = Path.Combine(folder, "a-1-py3-none-any.whl");
        File.WriteAllBytes(noPlugin, Wheel("a/readme.txt"));
        string noLibrary = Path.Combine(folder, "b-1-py3-none-any.whl");
        File.WriteAllBytes(noLibrary, Wheel("b/my_plugin.so", "just text GetPjrtApi"u8.ToArray()));
        string noFunction = Path.Combine(folder, "c-1-py3-none-any.whl");
        File.WriteAllBytes(noFunction, Wheel("c/my_plugin.so", [0x7f, .. "ELF and nothing else"u8]));
        string noZip = Path.Combine(folder, "d-1-py3-none-any.whl");
        File.WriteAllText(noZip, "no zip");
        Assert.Multiple(() =>
        {
            Fails(new PluginInstallRequest("tpu") { Index = server.Address }, "no wheel of version 0.0.51");
            Fails(new PluginInstallRequest("tpu") { Index = server.Address + "/absent" }, "cannot be read");
            Fails(new PluginInstallRequest("x") { Wheel = noPlugin }, "holds no PJRT plugin");
            Fails(new PluginInstallRequest("x") { Wheel = noLibrary }, "not a Linux shared library");
            Fails(new PluginInstallRequest("x") { Wheel = noFunction }, "no function GetPjrtApi");
            Fails(new PluginInstallRequest("x") { Wheel = noZip }, "not a readable wheel");
            Fails(new PluginInstallRequest("x") { Wheel = Path.Combine(folder, "absent.whl") }, "no wheel at");
            Fails(new PluginInstallRequest("../x"), "cannot be a plugin's name");
            Assert.That(() => new PluginInstaller().InstallAsync(new PluginInstallRequest("quantum") { CacheFolder = Cache }), Throws.ArgumentException.With.Message.Contains("cpu, tpu, cuda"));
        });

        void Fails(PluginInstallRequest request, string why) =>
            Assert.That(() => new PluginInstaller().InstallAsync(request with { CacheFolder = Cache }), Throws.TypeOf<PluginInstallException>().With.Message.Contains(why));
    }

    private string Cache => Path.Combine(folder, "cache");

    // Long enough that the search for the function's name crosses a buffer's edge.
    private static byte[] Library { get; } = [0x7f, .. "ELF"u8, .. new byte[(1 << 20) - 8], .. "GetPjrtApi"u8, .. new byte[5000]];

    private static byte[] Wheel(string path, byte[]? content = null)
    {
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            Add(path, content ?? Library);
            Add("x-1.dist-info/LICENSE", "terms"u8.ToArray());

            void Add(string name, byte[] bytes)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }
        return memory.ToArray();
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class Recorder(List<string> steps) : IProgress<PluginInstallProgress>
    {
        public void Report(PluginInstallProgress value) => steps.Add(value.Step);
    }

    private sealed class IndexServer : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly Dictionary<string, (string Package, byte[] Bytes, string Sha256)> files = [];
        private int downloads;

        public IndexServer()
        {
            for (int port = 20000 + (Environment.ProcessId % 10000); ; port++)
            {
                try
                {
                    Address = $"http://127.0.0.1:{port}/simple";
                    listener.Prefixes.Clear();
                    listener.Prefixes.Add($"http://127.0.0.1:{port}/");
                    listener.Start();
                    break;
                }
                catch (HttpListenerException)
                {
                    listener = new HttpListener();
                }
            }
            _ = Serve();
        }

        public string Address { get; }

        public bool Html { get; set; }

        public bool CutOff { get; set; }

        public int Downloads => downloads;

        public void Publish(string package, string name, byte[] bytes, string? sha256 = null) => files[name] = (package, bytes, sha256 ?? Digest(bytes));

        public void Dispose() => listener.Close();

        private async Task Serve()
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                Answer(context);
            }
        }

        private void Answer(HttpListenerContext context)
        {
            string path = context.Request.Url!.AbsolutePath;
            string package = path["/simple/".Length..].Trim('/');
            if (path.StartsWith("/simple/files/", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref downloads);
                byte[] bytes = files[path["/simple/files/".Length..]].Bytes;
                context.Response.ContentLength64 = bytes.Length;
                context.Response.OutputStream.Write(bytes, 0, CutOff ? bytes.Length / 2 : bytes.Length);
                if (CutOff)
                {
                    context.Response.Abort();
                    return;
                }
            }
            else if (files.Values.Any(f => f.Package == package))
            {
                var entries = files.Where(f => f.Value.Package == package);
                context.Response.ContentType = Html ? "text/html" : "application/vnd.pypi.simple.v1+json";
                string text = Html
                    ? string.Concat(entries.Select(f => $"<a href=\"../files/{f.Key}#sha256={f.Value.Sha256}\">{f.Key}</a>\n"))
                    : "{\"files\":[" + string.Join(',', entries.Select(f => $"{{\"filename\":\"{f.Key}\",\"url\":\"../files/{f.Key}\",\"hashes\":{{\"sha256\":\"{f.Value.Sha256}\"}}}}")) + "]}";
                context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(text));
            }
            else
            {
                context.Response.StatusCode = 404;
            }
            context.Response.Close();
        }
    }
}
