using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Tests;

/// <summary>The store that a job's processes share, and its C callbacks as a plugin calls them.</summary>
public unsafe class KeyValueStoreTests
{
    [Test]
    public void AGetWaitsForItsPut()
    {
        var store = new InMemoryKeyValueStore();
        Task<byte[]> waiting = Task.Run(() => store.Get("key", TimeSpan.FromSeconds(30)));
        store.Put("key", "value"u8);
        Assert.That(waiting.GetAwaiter().GetResult(), Is.EqualTo("value"u8.ToArray()));
        Assert.That(store.TryGet("key"), Is.EqualTo("value"u8.ToArray()));
        Assert.That(store.TryGet("other"), Is.Null);
        Assert.That(() => store.Get("other", TimeSpan.FromMilliseconds(20)), Throws.TypeOf<PjrtDeadlineExceededException>().With.Message.Contains("other"));
    }

    [Test]
    public void ThePluginReachesTheStoreThroughItsCallbacks()
    {
        var store = new InMemoryKeyValueStore();
        using var callbacks = new KeyValueCallbacks(store);
        PJRT_Client_Create_Args args = default;
        callbacks.Fill(&args, 116);
        byte[] key = Encoding.UTF8.GetBytes("cpu:topology/1");
        byte[] value = [1, 0, 2, 255];
        fixed (byte* keyPointer = key, valuePointer = value)
        {
            var put = new PJRT_KeyValuePutCallback_Args { Key = keyPointer, KeySize = (nuint)key.Length, Value = valuePointer, ValueSize = 4, UserArg = args.KvPutUserArg };
            Assert.That(args.KvPutCallback(&put) is null, Is.True);
            var get = new PJRT_KeyValueGetCallback_Args { Key = keyPointer, KeySize = (nuint)key.Length, TimeoutInMs = 1000, UserArg = args.KvGetUserArg };
            Assert.That(args.KvGetCallback(&get) is null, Is.True);
            Assert.That(new ReadOnlySpan<byte>(get.Value, (int)get.ValueSize).ToArray(), Is.EqualTo(value));
            get.ValueDeleterCallback(get.Value);
            var tryGet = new PJRT_KeyValueTryGetCallback_Args { Key = keyPointer, KeySize = (nuint)key.Length, UserArg = args.KvTryGetUserArg };
            Assert.That(args.KvTryGetCallback(&tryGet) is null, Is.True);
            tryGet.ValueDeleterCallback(tryGet.Value);
        }
    }

    [Test]
    public void AMissingKeyIsAnErrorOfThePluginsMaking()
    {
        using var callbacks = new KeyValueCallbacks(new InMemoryKeyValueStore());
        PJRT_Client_Create_Args args = default;
        callbacks.Fill(&args, 116);
        delegate* unmanaged<PjrtErrorCode, byte*, nuint, PJRT_Error*> maker = &MakeError;
        byte[] key = [(byte)'k'];
        fixed (byte* keyPointer = key)
        {
            var tryGet = new PJRT_KeyValueTryGetCallback_Args { Key = keyPointer, KeySize = 1, UserArg = args.KvTryGetUserArg, CallbackError = &maker };
            Assert.That((nint)args.KvTryGetCallback(&tryGet), Is.EqualTo((nint)PjrtErrorCode.NotFound));
            var get = new PJRT_KeyValueGetCallback_Args { Key = keyPointer, KeySize = 1, TimeoutInMs = 5, UserArg = args.KvGetUserArg, CallbackError = &maker };
            Assert.That((nint)args.KvGetCallback(&get), Is.EqualTo((nint)PjrtErrorCode.DeadlineExceeded));
        }
    }

    // Stands for the plugin's error maker: the "error" is the code itself.
    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* MakeError(PjrtErrorCode code, byte* message, nuint size) => size > 0 ? (PJRT_Error*)(nint)code : null;
}
