using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace I1Xla.Pjrt;

/// <summary>How often a cache was asked and how it answered.</summary>
/// <param name="Hits">Executables loaded from the cache.</param>
/// <param name="Misses">Programs compiled because the cache did not have them.</param>
/// <param name="Damaged">Entries thrown away because they were damaged or the plugin would not load them.</param>
/// <param name="Unserializable">Programs compiled and not kept because the plugin does not serialize executables.</param>
public sealed record PjrtCompileCacheStatistics(long Hits, long Misses, long Damaged, long Unserializable);

/// <summary>
/// Compiled programs kept in a folder across processes. The key is the content: program, options, plugin with version, devices
/// and the environment's compiler flags. Entries are checksummed and appear whole or not at all; a damaged one is thrown away
/// and compiled again; when the folder grows past its bound, the entries used longest ago go first. Any number of processes may
/// share the folder; one of them compiles a given program while the others wait for it.
/// </summary>
public sealed class PjrtCompileCache
{
    private const int HeaderBytes = 48;
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(30);
    private readonly string directory;
    private readonly long maxBytes;
    private long hits;
    private long misses;
    private long damaged;
    private long unserializable;

    /// <summary>Opens (and makes) a cache folder that holds at most <paramref name="maxBytes"/>.</summary>
    public PjrtCompileCache(string directory, long maxBytes = 8L << 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        this.directory = Path.GetFullPath(directory);
        this.maxBytes = maxBytes;
        Directory.CreateDirectory(this.directory);
    }

    private static ReadOnlySpan<byte> Magic => "I1XLAPX1"u8;

    /// <summary>The counts since this object was made.</summary>
    public PjrtCompileCacheStatistics Statistics => new(Interlocked.Read(ref hits), Interlocked.Read(ref misses), Interlocked.Read(ref damaged), Interlocked.Read(ref unserializable));

    /// <summary>Loads the program from the cache, or compiles it and keeps it.</summary>
    public PjrtLoadedExecutable Compile(PjrtClient client, PjrtProgram program, PjrtCompileOptions? options = null)
    {
        options ??= new PjrtCompileOptions();
        string path = Path.Combine(directory, Key(client, program, options) + ".pjrt");
        if (TryLoad(client, path) is { } found)
        {
            return found;
        }
        using FileStream? turn = TakeTurn(path + ".lock");
        if (turn is not null && TryLoad(client, path) is { } made)
        {
            return made;
        }
        PjrtLoadedExecutable executable = client.Compile(program, options);
        Interlocked.Increment(ref misses);
        try
        {
            Store(path, executable.Serialize());
        }
        catch (PjrtException)
        {
            Interlocked.Increment(ref unserializable);
        }
        catch (IOException)
        {
            // A full or vanished disk costs the entry, not the run.
        }
        return executable;
    }

    /// <summary>The content key of a program on a client, in hexadecimal.</summary>
    public static string Key(PjrtClient client, PjrtProgram program, PjrtCompileOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "format 1"u8);
        Add(hash, program.Code);
        Add(hash, Encoding.UTF8.GetBytes(program.Format));
        Add(hash, options.ToBytes());
        Add(hash, Encoding.UTF8.GetBytes($"{client.PlatformName}\n{client.PlatformVersion}\n{client.Plugin.ApiVersion}"));
        foreach ((string name, PjrtValue value) in client.Plugin.Api.Has(Abi.PjrtFunction.Plugin_Attributes) ? client.Plugin.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal) : Enumerable.Empty<KeyValuePair<string, PjrtValue>>())
        {
            Add(hash, Encoding.UTF8.GetBytes($"{name}={value}"));
        }
        if (client.Plugin.Path is { } file && new FileInfo(file) is { Exists: true } info)
        {
            Add(hash, Encoding.UTF8.GetBytes($"{info.Length} {info.LastWriteTimeUtc.Ticks}"));
        }
        foreach (PjrtDevice device in client.Devices)
        {
            Add(hash, Encoding.UTF8.GetBytes($"{device.Id} {device.Description.ProcessIndex} {device.Description.Kind}"));
        }
        Add(hash, Encoding.UTF8.GetBytes($"process {client.ProcessIndex}"));
        foreach (string name in new[] { "XLA_FLAGS", "LIBTPU_INIT_ARGS" })
        {
            Add(hash, Encoding.UTF8.GetBytes($"{name}={Environment.GetEnvironmentVariable(name)}"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }

    private PjrtLoadedExecutable? TryLoad(PjrtClient client, string path)
    {
        byte[] entry;
        try
        {
            entry = File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return null;
        }
        if (Payload(entry) is { } payload)
        {
            try
            {
                PjrtLoadedExecutable executable = client.Deserialize(payload.Span);
                Interlocked.Increment(ref hits);
                Touch(path);
                return executable;
            }
            catch (PjrtException)
            {
                // The plugin would not have it: as good as damaged.
            }
        }
        Interlocked.Increment(ref damaged);
        Remove(path);
        return null;
    }

    private static ReadOnlyMemory<byte>? Payload(byte[] entry)
    {
        if (entry.Length < HeaderBytes || !entry.AsSpan(0, 8).SequenceEqual(Magic) || BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(8)) != entry.Length - HeaderBytes)
        {
            return null;
        }
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(entry.AsSpan(HeaderBytes), digest);
        return digest.SequenceEqual(entry.AsSpan(16, 32)) ? entry.AsMemory(HeaderBytes) : null;
    }

    private void Store(string path, byte[] payload)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), payload.Length);
        SHA256.HashData(payload, header.AsSpan(16));
        string temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(header);
                file.Write(payload);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            Remove(temporary);
        }
        Trim(path);
    }

    private void Trim(string keep)
    {
        FileInfo[] entries = [.. new DirectoryInfo(directory).EnumerateFiles("*.pjrt").OrderBy(f => f.LastWriteTimeUtc)];
        long total = entries.Sum(f => f.Length);
        foreach (FileInfo entry in entries)
        {
            if (total <= maxBytes)
            {
                break;
            }
            if (entry.FullName != keep)
            {
                total -= entry.Length;
                Remove(entry.FullName);
            }
        }
        foreach (FileInfo left in new DirectoryInfo(directory).EnumerateFiles("*.tmp").Where(f => f.LastWriteTimeUtc < DateTime.UtcNow.AddHours(-1)))
        {
            Remove(left.FullName);
        }
    }

    // Waits until no other process compiles the same program; null when it cannot be waited for, and then both compile.
    private static FileStream? TakeTurn(string path)
    {
        DateTime end = DateTime.UtcNow + LockPatience;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (UnauthorizedAccessException)
            {
                return null;
            }
            catch (IOException) when (DateTime.UtcNow < end && Directory.Exists(Path.GetDirectoryName(path)))
            {
                Thread.Sleep(20);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process removed it meanwhile, or the folder is read-only: the hit stands.
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else is about to, or the folder is read-only.
        }
    }
}
