using System.Runtime.InteropServices;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>Between the opaque pointers of the C API and the objects they stand for.</summary>
internal static unsafe class Handle
{
    /// <summary>A new pointer to an object; it lives until <see cref="Free"/>.</summary>
    public static nint New(object target) => GCHandle.ToIntPtr(GCHandle.Alloc(target));

    /// <summary>The object behind a pointer.</summary>
    public static T Get<T>(void* handle)
        where T : class
    {
        if (handle is null) throw PluginException.Invalid($"A null {typeof(T).Name} was passed.");
        return GCHandle.FromIntPtr((nint)handle).Target as T ?? throw PluginException.Invalid($"The pointer passed is no {typeof(T).Name}.");
    }

    /// <summary>Ends a pointer. Returns the object it stood for; null for a null pointer.</summary>
    public static object? Free(void* handle)
    {
        if (handle is null) return null;
        GCHandle gc = GCHandle.FromIntPtr((nint)handle);
        object? target = gc.Target;
        gc.Free();
        return target;
    }
}
