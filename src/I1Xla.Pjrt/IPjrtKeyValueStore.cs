using System.Collections.Concurrent;

namespace I1Xla.Pjrt;

/// <summary>
/// The store that the processes of one job share while their clients come up. Implementations are called from the plugin's
/// threads, several at a time.
/// </summary>
public interface IPjrtKeyValueStore
{
    /// <summary>Waits for a key; throws <see cref="PjrtDeadlineExceededException"/> when it is not there in time.</summary>
    byte[] Get(string key, TimeSpan timeout);

    /// <summary>The value of a key, or null when it is not there now.</summary>
    byte[]? TryGet(string key);

    /// <summary>Sets a key.</summary>
    void Put(string key, ReadOnlySpan<byte> value);
}

/// <summary>A key-value store within this process, for tests and for several clients in one process.</summary>
public sealed class InMemoryKeyValueStore : IPjrtKeyValueStore
{
    private readonly ConcurrentDictionary<string, byte[]> values = new();
    private readonly object changed = new();

    /// <inheritdoc/>
    public byte[] Get(string key, TimeSpan timeout)
    {
        long end = Environment.TickCount64 + (long)Math.Min(timeout.TotalMilliseconds, int.MaxValue);
        lock (changed)
        {
            while (true)
            {
                if (values.TryGetValue(key, out byte[]? value))
                {
                    return value;
                }
                long left = end - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(changed, (int)left))
                {
                    return values.TryGetValue(key, out value)
                        ? value
                        : throw new PjrtDeadlineExceededException($"The key '{key}' was not put within {timeout.TotalSeconds:0.###} s.");
                }
            }
        }
    }

    /// <inheritdoc/>
    public byte[]? TryGet(string key) => values.GetValueOrDefault(key);

    /// <inheritdoc/>
    public void Put(string key, ReadOnlySpan<byte> value)
    {
        lock (changed)
        {
            values[key] = value.ToArray();
            Monitor.PulseAll(changed);
        }
    }
}
