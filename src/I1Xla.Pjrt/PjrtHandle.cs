namespace I1Xla.Pjrt;

/// <summary>
/// A native object of a plugin, owned: <see cref="Dispose()"/> ends its use at once (using it afterwards is a
/// <see cref="PjrtDisposedException"/>) and destroys it in the plugin as soon as nothing made from it is alive any more, so
/// the order in which a client and its buffers are disposed does not matter.
/// </summary>
public abstract class PjrtHandle : IDisposable
{
    private readonly PjrtHandle? owner;
    private readonly PjrtObjectKind kind;
    private readonly nint native;
    private readonly FinalizerGuard guard;
    private int references = 1;
    private int disposed;

    private protected PjrtHandle(PjrtApi api, nint native, PjrtObjectKind kind, PjrtHandle? owner)
    {
        if (native == 0)
        {
            throw new InvalidOperationException($"{api.Name} returned a null {kind} without an error.");
        }
        Api = api;
        this.native = native;
        this.kind = kind;
        this.owner = owner;
        owner?.AddReference();
        PjrtLiveObjects.Created(kind);
        guard = FinalizerGuard.Rent(this);
    }

    /// <summary>Whether <see cref="Dispose()"/> has been called.</summary>
    public bool IsDisposed => Volatile.Read(ref disposed) != 0;

    /// <summary>The functions of the plugin the object belongs to.</summary>
    internal PjrtApi Api { get; }

    /// <summary>The native pointer; throws when disposed.</summary>
    internal nint Native => Volatile.Read(ref disposed) == 0 ? native : throw new PjrtDisposedException(GetType().Name);

    /// <summary>Ends the use of the object. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            guard.Return();
            Release();
        }
    }

    /// <summary>Keeps the native object alive until <see cref="Release"/>, whatever happens to this handle.</summary>
    internal void AddReference() => Interlocked.Increment(ref references);

    /// <summary>Undoes one <see cref="AddReference"/>; the last one destroys the native object.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            Destroy(native);
            PjrtLiveObjects.Destroyed(kind);
            owner?.Release();
        }
    }

    /// <summary>Destroys the native object; must not throw.</summary>
    private protected abstract void Destroy(nint handle);

    // Nobody disposed the handle, and nobody can any more.
    private void Forgotten()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            PjrtLiveObjects.WasFinalized();
            Release();
        }
    }

    /// <summary>
    /// Carries the finalizer of a handle. An object with a finalizer is dear to allocate, and handles come with every execution, so
    /// guards are used again: a disposed handle gives its guard back.
    /// </summary>
    private sealed class FinalizerGuard
    {
        private const int MaxSpare = 256;

        [ThreadStatic]
        private static Stack<FinalizerGuard>? spare;

        private PjrtHandle? handle;

        ~FinalizerGuard() => handle?.Forgotten();

        public static FinalizerGuard Rent(PjrtHandle handle)
        {
            FinalizerGuard guard = spare is { Count: > 0 } stack ? stack.Pop() : new FinalizerGuard();
            guard.handle = handle;
            return guard;
        }

        public void Return()
        {
            handle = null;
            Stack<FinalizerGuard> stack = spare ??= new Stack<FinalizerGuard>();
            if (stack.Count < MaxSpare)
            {
                stack.Push(this);
            }
        }
    }
}
