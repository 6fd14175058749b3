namespace I1Xla.Cpu.PjrtTable;

/// <summary>A buffer that stands for one which comes later: when that is named, its contents are copied as soon as they are there.</summary>
internal sealed unsafe class AliasObject
{
    private readonly BufferStorage _storage;

    public AliasObject(BufferObject buffer, BufferStorage storage)
    {
        Buffer = buffer;
        _storage = storage.Hold();
    }

    public BufferObject Buffer { get; }

    /// <summary>Names the buffer.</summary>
    public void Fulfill(BufferObject source)
    {
        if (source.Type != Buffer.Type || !source.Dimensions.AsSpan().SequenceEqual(Buffer.Dimensions))
        {
            string problem = $"The alias is {Buffer.Type}[{string.Join(',', Buffer.Dimensions)}]; the buffer is {source.Type}[{string.Join(',', source.Dimensions)}].";
            Fail(new PluginError(I1Xla.Pjrt.PjrtErrorCode.InvalidArgument, problem));
            throw PluginException.Invalid(problem);
        }
        BufferStorage from = source.Hold();
        source.Ready.Then(error =>
        {
            if (error is null) BufferObject.Copy(from.Data, source.Strides, _storage.Data, Buffer.Strides, Buffer.Dimensions, Buffer.ElementBytes);
            from.Release();
            Fail(error);
        });
    }

    /// <summary>Ends the alias with an error; well when it is null.</summary>
    public void Fail(PluginError? error)
    {
        _storage.Release();
        Buffer.Ready.Complete(error);
    }
}
