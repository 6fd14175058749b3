namespace I1Xla.Pjrt.Tests;

public unsafe class DlpackTests
{
    private PjrtClient client = null!;

    [SetUp]
    public void Open() => client = Plugins.CpuClient();

    [TearDown]
    public void Close() => client.Dispose();

    [Test]
    public void AnArrayGoesOutAndComesBackWithoutACopy()
    {
        long live = PjrtLiveObjects.Count(PjrtObjectKind.Buffer);
        PjrtBuffer buffer = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        nint tensor = PjrtDlpack.Export(buffer);
        nint data = *(nint*)tensor;
        Assert.That(data, Is.EqualTo(buffer.UnsafePointer()));
        buffer.Dispose();
        PjrtBuffer back = PjrtDlpack.Import(client, tensor);
        Assert.Multiple(() =>
        {
            Assert.That(back.ToArray<float>(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
            Assert.That(back.UnsafePointer(), Is.EqualTo(data));
            Assert.That(back.Dimensions.ToArray(), Is.EqualTo(new long[] { 2, 3 }));
        });
        back.Dispose();
        Assert.That(() => PjrtLiveObjects.Count(PjrtObjectKind.Buffer), Is.EqualTo(live).After(20).Seconds.PollEvery(10));
    }

    [Test]
    public void TheTensorIsAsTheHeaderLaysItOut()
    {
        using PjrtBuffer buffer = client.CreateBuffer<long>([7, 8], [2, 1]);
        nint tensor = PjrtDlpack.Export(buffer);
        var bytes = (byte*)tensor;
        Assert.Multiple(() =>
        {
            Assert.That(*(int*)(bytes + 8), Is.EqualTo(1), "kDLCPU");
            Assert.That(*(int*)(bytes + 16), Is.EqualTo(2), "ndim");
            Assert.That((bytes[20], bytes[21], *(ushort*)(bytes + 22)), Is.EqualTo(((byte)0, (byte)64, (ushort)1)), "dtype");
            Assert.That((*(long**)(bytes + 24))[0], Is.EqualTo(2), "shape");
            Assert.That((long)*(nint*)(bytes + 32), Is.Zero, "strides");
            Assert.That(*(ulong*)(bytes + 40), Is.Zero, "byte_offset");
        });
        (*(delegate* unmanaged<nint, void>*)(bytes + 56))(tensor);
    }

    [Test]
    public void WhatCannotBeTakenOverSaysWhy()
    {
        using PjrtBuffer buffer = client.CreateBuffer<float>([1, 2, 3, 4], [2, 2]);
        using PjrtBuffer small = client.CreateBuffer((byte[])[1, 0], PjrtElementType.S4, (long[])[2]);
        nint tensor = PjrtDlpack.Export(buffer);
        long* strides = stackalloc long[] { 4, 1 };
        *(nint*)(tensor + 32) = (nint)strides;
        Assert.Multiple(() =>
        {
            Assert.That(() => PjrtDlpack.Import(client, tensor), Throws.TypeOf<PjrtNotSupportedException>().With.Message.Contains("not dense"));
            Assert.That(() => PjrtDlpack.Export(small), Throws.TypeOf<PjrtNotSupportedException>().With.Message.Contains("S4"));
        });
        *(int*)(tensor + 8) = 2;
        Assert.That(() => PjrtDlpack.Import(client, tensor), Throws.TypeOf<PjrtNotSupportedException>().With.Message.Contains("type 2"));
        (*(delegate* unmanaged<nint, void>*)(tensor + 56))(tensor);
    }
}
