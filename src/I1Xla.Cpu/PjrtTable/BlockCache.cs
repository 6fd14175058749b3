using I1Xla.Cpu.Kernels;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>Freed blocks kept for reuse by their size, up to a total; beyond it those that were freed first go back to the system.</summary>
internal sealed unsafe class BlockCache(long most)
{
    private readonly Lock _lock = new();
    // The oldest first; each size's blocks are in the same order.
    private readonly LinkedList<(nint Block, long Bytes)> _blocks = [];
    private readonly Dictionary<long, List<LinkedListNode<(nint Block, long Bytes)>>> _bySize = [];

    /// <summary>Bytes kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes the block of exactly so many bytes that was freed last; null when there is none.</summary>
    public void* Take(long bytes)
    {
        lock (_lock)
        {
            if (!_bySize.TryGetValue(bytes, out List<LinkedListNode<(nint Block, long Bytes)>>? same) || same.Count == 0) return null;
            LinkedListNode<(nint Block, long Bytes)> node = same[^1];
            same.RemoveAt(same.Count - 1);
            Remove(node);
            return (void*)node.Value.Block;
        }
    }

    /// <summary>Keeps a block from <see cref="LargeMemory.Allocate"/> that nobody uses, or frees it when it is larger than all that may be kept.</summary>
    public void Keep(void* block, long bytes)
    {
        if (bytes > most)
        {
            LargeMemory.Free(block);
            return;
        }
        List<nint>? evicted = null;
        lock (_lock)
        {
            while (Bytes + bytes > most)
            {
                LinkedListNode<(nint Block, long Bytes)> oldest = _blocks.First!;
                List<LinkedListNode<(nint Block, long Bytes)>> same = _bySize[oldest.Value.Bytes];
                same.RemoveAt(0);
                if (same.Count == 0) _bySize.Remove(oldest.Value.Bytes);
                Remove(oldest);
                (evicted ??= []).Add(oldest.Value.Block);
            }
            if (!_bySize.TryGetValue(bytes, out List<LinkedListNode<(nint Block, long Bytes)>>? list)) _bySize[bytes] = list = [];
            list.Add(_blocks.AddLast(((nint)block, bytes)));
            Bytes += bytes;
        }
        foreach (nint old in evicted ?? []) LargeMemory.Free((void*)old);
    }

    private void Remove(LinkedListNode<(nint Block, long Bytes)> node)
    {
        _blocks.Remove(node);
        Bytes -= node.Value.Bytes;
    }
}
