using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.PjrtTable;

namespace I1Xla.Cpu.Tests.PjrtTable;

public unsafe class BlockCacheTests
{
    [Test]
    public void TheLastFreedBlockOfASizeComesBackAndTheOldestGoWhenThereIsNoRoom()
    {
        var cache = new BlockCache(300);
        nint[] blocks = [.. Enumerable.Range(0, 4).Select(_ => (nint)LargeMemory.Allocate(150))];
        for (int i = 0; i < 3; i++) cache.Keep((void*)blocks[i], 100);
        Assert.That(cache.Bytes, Is.EqualTo(300));
        Assert.That(cache.Take(50) is null);
        void* last = cache.Take(100);
        Assert.That((nint)last, Is.EqualTo(blocks[2]));
        cache.Keep(last, 100);

        // Another size takes the place of what was freed first, whatever its size.
        cache.Keep((void*)blocks[3], 150);
        Assert.That(cache.Bytes, Is.EqualTo(250));
        Assert.That((nint)cache.Take(150), Is.EqualTo(blocks[3]));
        Assert.That((nint)cache.Take(100), Is.EqualTo(blocks[2]));
        Assert.That(cache.Take(100) is null);
        Assert.That(cache.Bytes, Is.Zero);
        LargeMemory.Free((void*)blocks[2]);
        LargeMemory.Free((void*)blocks[3]);

        // More than may be kept is freed at once.
        cache.Keep(LargeMemory.Allocate(400), 400);
        Assert.That(cache.Bytes, Is.Zero);
    }
}
