using System.Runtime.InteropServices;

namespace I1Xla.Pjrt.Tests;

/// <summary>Arrays between host and device: every element type, layouts, asynchronous and in place.</summary>
public class HostBufferTests
{
    private PjrtClient client = null!;

    [SetUp]
    public void Open() => client = Plugins.CpuClient();

    [TearDown]
    public void Close() => client.Dispose();

    private static IEnumerable<PjrtElementType> Types => Enum.GetValues<PjrtElementType>()
        .Where(t => t is not (PjrtElementType.Invalid or PjrtElementType.Token or PjrtElementType.S1 or PjrtElementType.U1));

    [TestCaseSource(nameof(Types))]
    public void EveryElementTypeComesBackAsItWent(PjrtElementType type)
    {
        // Values of 0 and 1 in every byte are good in every type, also in those below a byte.
        byte[] bytes = [.. Enumerable.Range(0, 6 * type.HostBytes()).Select(i => (byte)(i % 3 == 0 ? 1 : 0))];
        using PjrtBuffer buffer = client.CreateBuffer(bytes, type, (long[])[2, 3]);
        Assert.Multiple(() =>
        {
            Assert.That(buffer.ElementType, Is.EqualTo(type));
            Assert.That(buffer.ToBytes(), Is.EqualTo(bytes));
            Assert.That(buffer.OnDeviceBytes, Is.EqualTo(((6 * type.Bits()) + 7) / 8), "types below a byte are packed on the device");
            Assert.That(type.ToElementKind().ToPjrt(), Is.EqualTo(type));
        });
    }

    [Test]
    public void HostLayoutsAreFollowed()
    {
        using PjrtBuffer buffer = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        Assert.Multiple(() =>
        {
            Assert.That(Read(PjrtLayout.ColumnMajor(2), 24), Is.EqualTo(new float[] { 1, 4, 2, 5, 3, 6 }));
            Assert.That(Read(PjrtLayout.RowMajor(2), 24), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
            Assert.That(Read(PjrtLayout.Strided([16, 4]), 32), Is.EqualTo(new float[] { 1, 2, 3, 0, 4, 5, 6, 0 }), "padded rows");
            Assert.That(() => Read(PjrtLayout.Strided([16, 4]), 24), Throws.ArgumentException.With.Message.Contains("28 bytes"));
            Assert.That(() => Read(PjrtLayout.Strided([4]), 24), Throws.ArgumentException);
            Assert.That(() => Read(PjrtLayout.Tiled([1, 0], [8, 128]), 24), Throws.ArgumentException);
        });

        float[] Read(PjrtLayout layout, int bytes)
        {
            var destination = new byte[bytes];
            buffer.CopyTo(destination, layout);
            return MemoryMarshal.Cast<byte, float>(destination).ToArray();
        }
    }

    [Test]
    public void ByteStridesAreFollowed()
    {
        float[] data = [1, 2, 3, 0, 4, 5, 6, 0];
        using PjrtBuffer buffer = client.CreateBuffer(MemoryMarshal.AsBytes(data.AsSpan()), PjrtElementType.F32, [2, 3], new PjrtHostBufferOptions { ByteStrides = [16, 4] });
        Assert.That(buffer.ToArray<float>(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
    }

    [Test]
    public async Task ATransferHoldsTheHostArrayUntilItIsDone()
    {
        var data = new byte[1 << 20];
        new Random(1).NextBytes(data);
        using PjrtBuffer buffer = client.CreateBufferAsync(data, PjrtElementType.U8, (long[])[1 << 20], out Task free);
        await free;
        var back = new byte[1 << 20];
        await buffer.CopyToAsync(back);
        Assert.That(back, Is.EqualTo(data));
        var part = new byte[100];
        await buffer.CopyRawToAsync(part, 50);
        Assert.That(part, Is.EqualTo(data[50..150]));
    }

    [Test]
    public async Task ABufferCanUseTheHostArrayInPlace()
    {
        using var memory = new Pjrt.Conformance.AlignedMemory(4096);
        using var manager = new NativeManager(memory.Address, 4096);
        memory.Floats[0] = 3;
        PjrtBuffer buffer = client.CreateBufferZeroCopy(manager.Memory, PjrtElementType.F32, (long[])[1024], out Task free);
        Assert.That(buffer.UnsafePointer(), Is.EqualTo(memory.Address), "no copy was made");
        Assert.That(free.IsCompleted, Is.False);
        buffer.Dispose();
        await free;
    }

    [Test]
    public async Task ViewsAndReferencesDoNotCopy()
    {
        using var memory = new Pjrt.Conformance.AlignedMemory(64);
        memory.Floats[5] = 7;
        var released = new TaskCompletionSource();
        PjrtBuffer view = client.CreateView(memory.Address, PjrtElementType.F32, [16], () => released.SetResult());
        Assert.That(view.ToArray<float>()[5], Is.EqualTo(7));
        using (PjrtBufferReference held = view.Hold())
        {
            Assert.That(held.Pointer, Is.EqualTo(memory.Address));
        }
        view.Dispose();
        await released.Task;
    }

    [Test]
    public async Task ATransferManagerFillsBuffersPieceByPiece()
    {
        using var manager = PjrtTransferManager.Create(client, [new PjrtShape(PjrtElementType.F32, [4]), new PjrtShape(PjrtElementType.S32, [2, 2])]);
        using PjrtBuffer first = manager.RetrieveBuffer(0);
        using PjrtBuffer second = manager.RetrieveBuffer(1);
        float[] floats = [1, 2, 3, 4];
        byte[] bytes = MemoryMarshal.AsBytes(floats.AsSpan()).ToArray();
        using PjrtEvent ready = first.Ready();
        Task a = manager.Transfer(0, bytes.AsMemory(0, 8), 0, isLast: false);
        Assert.That(ready.IsReady, Is.False, "half of it is not there");
        Task b = manager.Transfer(0, bytes.AsMemory(8), 8, isLast: true);
        manager.SetError(1, PjrtErrorCode.DataLoss, "the file ended early");
        await Task.WhenAll(a, b);
        await ready;
        Assert.Multiple(() =>
        {
            Assert.That(first.ToArray<float>(), Is.EqualTo(floats));
            Assert.That(manager.BufferCount, Is.EqualTo(2));
            Assert.That(manager.BufferBytes(1), Is.EqualTo(16));
            Assert.That(() => second.ToArray<int>(), Throws.InstanceOf<PjrtException>().With.Message.Contains("the file ended early"));
        });
    }

    [Test]
    public void AnAliasStandsForALaterBuffer()
    {
        PjrtAlias alias;
        try
        {
            alias = client.CreateAlias(PjrtElementType.F32, [2]);
        }
        catch (PjrtNotSupportedException e)
        {
            Assert.That(e.IsFunctionMissing, Is.False, "the XLA CPU plugin of 0.81 has the function and refuses");
            return;
        }
        using PjrtBuffer value = client.CreateBuffer<float>([5, 6], [2]);
        alias.Fulfill(value);
        Assert.That(alias.Buffer.ToArray<float>(), Is.EqualTo(new float[] { 5, 6 }));
        Assert.That(() => alias.Fulfill(value), Throws.InvalidOperationException);
        alias.Buffer.Dispose();
    }

    private sealed unsafe class NativeManager(nint address, int bytes) : System.Buffers.MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new((void*)address, bytes);

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => new((byte*)address + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
