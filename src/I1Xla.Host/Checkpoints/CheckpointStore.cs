using System.Runtime.InteropServices;
using I1Xla.Data.Npy;

namespace I1Xla.Host.Checkpoints;

/// <summary>
/// The checkpoint of a work directory: <c>checkpoint.npz</c>, replaced whole or not at all (temporary name, flush, rename),
/// and permanent copies <c>checkpoint.npz-000050000</c> (spec 5.2). Saving happens on a background thread; the next save
/// waits for the one before.
/// </summary>
public sealed class CheckpointStore : IDisposable
{
    private const string TemporarySuffix = "-TEMPORARY";
    private readonly Func<string, Stream> _create;
    private Task _pending = Task.CompletedTask;

    /// <summary>The store of a work directory, which is made if need be.</summary>
    /// <param name="workdir">The folder.</param>
    /// <param name="create">Opens the temporary file; replaced in tests to stand for a failing disk.</param>
    public CheckpointStore(string workdir, Func<string, Stream>? create = null)
    {
        Workdir = workdir;
        _create = create ?? (path => new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20));
        try
        {
            Directory.CreateDirectory(workdir);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"Cannot make the work directory {workdir}: {e.Message} Choose another with --workdir.", e);
        }
    }

    /// <summary>The folder.</summary>
    public string Workdir { get; }

    /// <summary>The file that resuming starts from.</summary>
    public string MainPath => Path.Combine(Workdir, "checkpoint.npz");

    /// <summary>The permanent copy of a step.</summary>
    public string CopyPath(long step) => $"{MainPath}-{step:D9}";

    /// <summary>The steps that have permanent copies, ascending.</summary>
    public IReadOnlyList<long> Copies() =>
        Directory.Exists(Workdir)
            ? Directory.GetFiles(Workdir, "checkpoint.npz-*")
                .Select(f => f[(f.LastIndexOf('-') + 1)..])
                .Where(s => s.Length == 9 && s.All(char.IsAsciiDigit)).Select(long.Parse).Order().ToArray()
            : [];

    /// <summary>Starts saving. The entries' bytes must stay as they are until the save is done.</summary>
    /// <param name="entries">Members, in i1's order.</param>
    /// <param name="step">The global step, for the copy's name.</param>
    /// <param name="keepCopy">Whether a permanent copy is due too.</param>
    /// <param name="timeout">How long to wait for the save before this one.</param>
    /// <exception cref="UserErrorException">The save before failed, or took longer than <paramref name="timeout"/>.</exception>
    public void BeginSave(IReadOnlyList<CheckpointEntry> entries, long step, bool keepCopy, TimeSpan timeout)
    {
        Wait(timeout);
        _pending = Task.Run(() => Save(entries, step, keepCopy));
    }

    /// <summary>Waits for the save in progress, and throws what it threw.</summary>
    public void Wait(TimeSpan timeout)
    {
        Task pending = _pending;
        bool done;
        try
        {
            done = pending.Wait(timeout);
        }
        catch (AggregateException e)
        {
            _pending = Task.CompletedTask;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
        if (!done)
        {
            throw new UserErrorException($"Saving {MainPath} has taken longer than {timeout.TotalSeconds:0} s. If the storage is that slow, raise ckpt_timeout.");
        }
    }

    /// <summary>Saves now, on this thread.</summary>
    public void Save(IReadOnlyList<CheckpointEntry> entries, long step, bool keepCopy)
    {
        string temporary = MainPath + TemporarySuffix;
        try
        {
            using (Stream stream = _create(temporary))
            using (var writer = new NpzWriter(stream))
            {
                foreach (CheckpointEntry entry in entries)
                {
                    writer.Write(entry.Spec.Key, entry.Spec.Descr, entry.Spec.Shape, entry.Data.Span);
                }
                writer.Complete();
            }
            File.Move(temporary, MainPath, overwrite: true);
            if (keepCopy)
            {
                Copy(step);
            }
            FlushDirectory(Workdir);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            long bytes = entries.Sum(x => (long)x.Data.Length);
            string kept = File.Exists(MainPath) ? $"The checkpoint saved before it, {MainPath}, is untouched." : "No checkpoint was there before.";
            throw new UserErrorException($"Could not save the checkpoint of step {step} ({bytes / 1e6:0.0} MB) to {MainPath}: {e.Message} {kept} Free space there or choose another --workdir, then run the same command again: it resumes.", e);
        }
    }

    /// <summary>Makes the permanent copy of the main file, if it is missing.</summary>
    public void Copy(long step)
    {
        string target = CopyPath(step), temporary = target + TemporarySuffix;
        File.Copy(MainPath, temporary, overwrite: true);
        using (FileStream stream = File.OpenWrite(temporary))
        {
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Removes what an interrupted save left behind; returns the names, for a note to the user.</summary>
    public IReadOnlyList<string> RemoveLeftovers()
    {
        string[] leftovers = Directory.Exists(Workdir) ? Directory.GetFiles(Workdir, "checkpoint.npz*" + TemporarySuffix) : [];
        foreach (string file in leftovers)
        {
            TryDelete(file);
        }
        return leftovers;
    }

    /// <summary>Waits for the save in progress; errors were for <see cref="Wait"/> to report.</summary>
    public void Dispose()
    {
        try
        {
            _pending.Wait();
        }
        catch (AggregateException)
        {
            // Reported by Wait, which every orderly end calls first.
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover that cannot be removed is harmless: the next save replaces it.
        }
    }

    // After a rename the directory entry itself must reach the disk for the file to survive a power cut.
    private static void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }
        int fd = open(path, 0);
        if (fd >= 0)
        {
            _ = fsync(fd);
            _ = close(fd);
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int fd);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int fd);
}
