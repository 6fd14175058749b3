namespace I1Xla.Cpu.Threading;

/// <summary>
/// One running loop. The state word holds the generation in its high half, and in its low one how many chunks were claimed from the front (16 bits)
/// and from the back (15 bits), so a claim made against an older use of the same slot fails its compare-and-swap. Threads that claim from opposite ends
/// get about the same part of each of several loops over the same data, and find it in their caches.
/// </summary>
internal sealed unsafe class ParallelJob
{
    /// <summary>The most chunks of a loop.</summary>
    public const int MostChunks = 0x7fff;

    private const long Closed = int.MaxValue;
    private const long OneFromFront = 1, OneFromBack = 1 << 16;

    private delegate*<void*, long, long, void> _body;
    private void* _context;
    private long _count;
    private long _chunk;
    private int _chunks;
    private int _done;
    private int _inUse;
    private long _state;
    private Exception? _failure;

    public bool TryAcquire() => Volatile.Read(ref _inUse) == 0 && Interlocked.CompareExchange(ref _inUse, 1, 0) == 0;

    public void Release() => Volatile.Write(ref _inUse, 0);

    public void Publish(delegate*<void*, long, long, void> body, void* context, long count, long chunk, int chunks)
    {
        // Closing the slot first makes every claim against the generation before fail while the fields change.
        long generation = ((Volatile.Read(ref _state) >>> 32) + 1) << 32;
        Interlocked.Exchange(ref _state, generation | Closed);
        _body = body;
        _context = context;
        _count = count;
        _chunk = chunk;
        _done = 0;
        _failure = null;
        Volatile.Write(ref _chunks, chunks);
        Interlocked.Exchange(ref _state, generation);
    }

    /// <summary>Claims and runs chunks, from the front or from the back, until none is left. Returns whether any ran.</summary>
    public bool RunChunks(bool fromBack)
    {
        bool ran = false;
        while (true)
        {
            long state = Volatile.Read(ref _state);
            int front = (int)(state & 0xffff), back = (int)((state >>> 16) & 0x7fff), chunks = Volatile.Read(ref _chunks);
            if (front + back >= chunks) return ran;
            if (Interlocked.CompareExchange(ref _state, state + (fromBack ? OneFromBack : OneFromFront), state) != state) continue;
            RunChunk(fromBack ? chunks - 1 - back : front);
            ran = true;
        }
    }

    public void WaitDone()
    {
        var spin = new SpinWait();
        while (Volatile.Read(ref _done) != _chunks) spin.SpinOnce(sleep1Threshold: -1);
    }

    public Exception? TakeFailure()
    {
        Exception? failure = _failure;
        _failure = null;
        return failure;
    }

    private void RunChunk(int index)
    {
        if (Volatile.Read(ref _failure) is null)
        {
            WorkerPool.EnterBody();
            try
            {
                long begin = index * _chunk;
                _body(_context, begin, Math.Min(_count, begin + _chunk));
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }
            finally
            {
                WorkerPool.LeaveBody();
            }
        }
        Interlocked.Increment(ref _done);
    }
}
