using System.IO.Compression;
using System.Security.Cryptography;

namespace I1Xla.Pjrt.Plugins;

/// <summary>What to install.</summary>
/// <param name="Name">The name the plugin will answer to, such as <c>cpu</c>, <c>tpu</c> or <c>cuda</c>.</param>
public sealed record PluginInstallRequest(string Name)
{
    /// <summary>A wheel, as a file or an http(s) URL, instead of the published one.</summary>
    public string? Wheel { get; init; }

    /// <summary>A mirror of the package index (a "simple" index); null: <c>I1XLA_PLUGIN_INDEX</c>, or the public index.</summary>
    public string? Index { get; init; }

    /// <summary>A version instead of the pinned one.</summary>
    public string? Version { get; init; }

    /// <summary>The wheel's SHA-256 in hexadecimal; null: the one that the index states.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The cache folder; null is <see cref="PluginCache.DefaultFolder"/>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Install anew even when this version is there.</summary>
    public bool Force { get; init; }
}

/// <summary>How far an installation is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Bytes">Bytes done.</param>
/// <param name="TotalBytes">Bytes in all, null when not known.</param>
public sealed record PluginInstallProgress(string Step, long Bytes = 0, long? TotalBytes = null);

/// <summary>A plugin could not be installed; the message says why and what to do.</summary>
public sealed class PluginInstallException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Takes a plugin out of its published wheel into this project's cache: the version is pinned, the wheel's hash is checked, and
/// the files appear whole or not at all. Several processes may install at once; one downloads, the others find it there.
/// </summary>
public sealed class PluginInstaller(HttpClient? client = null)
{
    private static readonly Lazy<HttpClient> SharedClient = new(() => new HttpClient { Timeout = Timeout.InfiniteTimeSpan });
    private readonly HttpClient http = client ?? SharedClient.Value;

    /// <summary>Installs a plugin, or finds it installed.</summary>
    public async Task<InstalledPlugin> InstallAsync(PluginInstallRequest request, IProgress<PluginInstallProgress>? progress = null, CancellationToken cancellation = default)
    {
        string folder = Path.GetFullPath(request.CacheFolder ?? PluginCache.DefaultFolder());
        if (request.Name.Length == 0 || request.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
        {
            throw new PluginInstallException($"'{request.Name}' cannot be a plugin's name: letters, digits, - and _ only.");
        }
        Directory.CreateDirectory(Path.Combine(folder, request.Name));
        progress?.Report(new PluginInstallProgress("waiting for other installations"));
        await using FileStream turn = await TakeTurnAsync(Path.Combine(folder, request.Name, ".lock"), cancellation).ConfigureAwait(false);
        foreach (string left in Directory.EnumerateDirectories(Path.Combine(folder, request.Name), ".*.tmp"))
        {
            Directory.Delete(left, recursive: true);
        }
        WheelOrigin origin = await ResolveAsync(request, progress, cancellation).ConfigureAwait(false);
        string home = Path.Combine(folder, request.Name, origin.Version);
        if (!request.Force && PluginCache.Read(Path.Combine(home, PluginCache.Manifest)) is { } present && (origin.Sha256 is null || present.Sha256.Equals(origin.Sha256, StringComparison.OrdinalIgnoreCase)))
        {
            return present;
        }
        string temporary = Path.Combine(folder, request.Name, $".{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(temporary);
        try
        {
            string wheel = origin.File ?? Path.Combine(temporary, "wheel.zip");
            string digest = origin.File is null
                ? await DownloadAsync(origin.Url!, wheel, progress, cancellation).ConfigureAwait(false)
                : await DigestAsync(origin.File, progress, cancellation).ConfigureAwait(false);
            if (origin.Sha256 is { } expected && !digest.Equals(expected, StringComparison.OrdinalIgnoreCase))
            {
                throw new PluginInstallException($"The wheel {origin.Source} has SHA-256 {digest}, expected {expected.ToLowerInvariant()}: it is damaged or not the file it claims to be. Nothing was installed.");
            }
            progress?.Report(new PluginInstallProgress("unpacking"));
            string content = Path.Combine(temporary, "content");
            Directory.CreateDirectory(content);
            string file = Unpack(wheel, content, origin.Source);
            PluginCache.Write(content, request.Name, origin.Version, file, digest, origin.Source);
            cancellation.ThrowIfCancellationRequested();
            if (Directory.Exists(home))
            {
                // A process may have the old file loaded: it keeps its inode, only the name goes.
                Directory.Move(home, Path.Combine(temporary, "old"));
            }
            Directory.Move(content, home);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
        return PluginCache.Read(Path.Combine(home, PluginCache.Manifest)) ?? throw new PluginInstallException($"{home} was written and cannot be read back.");
    }

    private async Task<WheelOrigin> ResolveAsync(PluginInstallRequest request, IProgress<PluginInstallProgress>? progress, CancellationToken cancellation)
    {
        if (request.Wheel is { } wheel)
        {
            bool remote = wheel.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || wheel.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
            if (!remote && !File.Exists(wheel))
            {
                throw new PluginInstallException($"There is no wheel at {wheel}.");
            }
            string name = remote ? Uri.UnescapeDataString(new Uri(wheel).Segments[^1]) : Path.GetFileName(wheel);
            string version = request.Version ?? PackageIndex.VersionOf(name) ?? "local";
            return new WheelOrigin(wheel, version, remote ? new Uri(wheel) : null, remote ? null : Path.GetFullPath(wheel), request.Sha256);
        }
        PluginPackage package = PluginPackage.Of(request.Name);
        string index = request.Index ?? Environment.GetEnvironmentVariable("I1XLA_PLUGIN_INDEX") ?? PackageIndex.Public;
        progress?.Report(new PluginInstallProgress($"asking {index} for {package.Package}"));
        IndexedWheel found = await new PackageIndex(http, index).FindWheelAsync(package.Package, request.Version ?? package.Version, cancellation).ConfigureAwait(false);
        string? sha256 = request.Sha256 ?? found.Sha256;
        return sha256 is null
            ? throw new PluginInstallException($"{index} states no SHA-256 for {found.FileName}; give it (--sha256) or take another index.")
            : new WheelOrigin(found.Url.ToString(), request.Version ?? package.Version, found.Url, null, sha256);
    }

    private async Task<string> DownloadAsync(Uri url, string file, IProgress<PluginInstallProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            long? total = response.Content.Headers.ContentLength;
            await using Stream source = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using var target = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            return await CopyAsync(source, target, "downloading", total, progress, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new PluginInstallException($"{url} cannot be downloaded: {e.Message}. Check the network, or give a mirror (--index) or a wheel file (--wheel).", e);
        }
    }

    private static async Task<string> DigestAsync(string file, IProgress<PluginInstallProgress>? progress, CancellationToken cancellation)
    {
        await using FileStream source = File.OpenRead(file);
        return await CopyAsync(source, Stream.Null, "checking", source.Length, progress, cancellation).ConfigureAwait(false);
    }

    private static async Task<string> CopyAsync(Stream source, Stream target, string step, long? total, IProgress<PluginInstallProgress>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        long done = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            done += read;
            progress?.Report(new PluginInstallProgress(step, done, total));
        }
        if (total is { } expected && done != expected)
        {
            throw new IOException($"the connection ended after {done} of {expected} bytes");
        }
        await target.FlushAsync(cancellation).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Unpack(string wheel, string folder, string source)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(wheel);
            ZipArchiveEntry plugin = zip.Entries.Where(e => WheelLayout.IsPluginFile(e.FullName)).MaxBy(e => e.Length)
                ?? throw new PluginInstallException($"{source} holds no PJRT plugin (no libtpu.so, *pjrt*.so or *_plugin.so).");
            string file = Path.Combine(folder, plugin.Name);
            plugin.ExtractToFile(file);
            CheckPlugin(file, source);
            foreach (ZipArchiveEntry licence in zip.Entries.Where(e => e.FullName.Contains(".dist-info/", StringComparison.Ordinal) && e.Name.Length > 0 && (e.Name.Contains("LICENSE", StringComparison.OrdinalIgnoreCase) || e.Name.Contains("NOTICE", StringComparison.OrdinalIgnoreCase) || e.Name == "METADATA")))
            {
                licence.ExtractToFile(Path.Combine(folder, licence.Name), overwrite: true);
            }
            return plugin.Name;
        }
        catch (InvalidDataException e)
        {
            throw new PluginInstallException($"{source} is not a readable wheel: {e.Message}", e);
        }
    }

    // A shared library of this machine's kind that mentions the one function every plugin exports.
    private static void CheckPlugin(string file, string source)
    {
        Span<byte> magic = stackalloc byte[4];
        using FileStream stream = File.OpenRead(file);
        if (stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) < 4 || !magic.SequenceEqual("\u007fELF"u8))
        {
            throw new PluginInstallException($"{Path.GetFileName(file)} in {source} is not a Linux shared library.");
        }
        var buffer = new byte[(1 << 20) + 16];
        int kept = 0;
        int read;
        while ((read = stream.Read(buffer, kept, 1 << 20)) > 0)
        {
            if (buffer.AsSpan(0, kept + read).IndexOf("GetPjrtApi"u8) >= 0)
            {
                return;
            }
            int end = kept + read;
            kept = Math.Min(10, end);
            buffer.AsSpan(end - kept, kept).CopyTo(buffer);
        }
        throw new PluginInstallException($"{Path.GetFileName(file)} in {source} is not a PJRT plugin: it has no function GetPjrtApi.");
    }

    private static async Task<FileStream> TakeTurnAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(50, cancellation).ConfigureAwait(false);
            }
        }
    }

    private sealed record WheelOrigin(string Source, string Version, Uri? Url, string? File, string? Sha256);
}
