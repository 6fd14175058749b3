using I1Xla.Cpu.PjrtTable;
using I1Xla.Cpu.Runtime;

namespace I1Xla.Cpu.Ffi;

/// <summary>What a handler can ask about the execution that calls it: <c>XLA_FFI_ExecutionContext</c>.</summary>
internal sealed class ForeignContext(IHostTransfers? host, int device, int threads)
{
    private static long s_runs;

    /// <summary>The device that runs.</summary>
    public int Device => device;

    /// <summary>Threads of the pool.</summary>
    public int Threads => threads;

    /// <summary>A number that no other call has.</summary>
    public long Run { get; } = Interlocked.Increment(ref s_runs);

    /// <summary>The user data that came with the execution, of which there is one.</summary>
    /// <exception cref="PluginException">There is none, or several.</exception>
    public nint OnlyUserData => host?.OnlyUserData is { } data and not 0
        ? data : throw new PluginException(Pjrt.PjrtErrorCode.NotFound, "The execution came without the Python functions that the program calls.");

    /// <summary>The user data of a type that came with the execution.</summary>
    /// <exception cref="PluginException">There is none.</exception>
    public nint UserData(long type) => host?.UserData(type) is { } data and not 0
        ? data : throw new PluginException(Pjrt.PjrtErrorCode.NotFound, $"The execution came with no user data of the type {type}.");
}

/// <summary>The end of a call that goes on after its handler has returned: <c>XLA_FFI_Future</c>.</summary>
internal sealed class ForeignFuture
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the call, with an error or without.</summary>
    public void Complete(PluginException? error)
    {
        if (error is null) _done.TrySetResult();
        else _done.TrySetException(error);
    }

    /// <summary>Blocks until the end; throws its error.</summary>
    public void Wait() => _done.Task.GetAwaiter().GetResult();
}
