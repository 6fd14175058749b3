using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The edge between C and C#: every function of the table runs inside, so that no exception crosses.</summary>
internal static unsafe class Guard
{
    /// <summary>What a function of the table does with its arguments.</summary>
    public delegate void Body<T>(T* args)
        where T : unmanaged;

    /// <summary>Runs <paramref name="body"/>; what it throws becomes the error returned. Arguments smaller than the oldest header's are refused.</summary>
    public static PJRT_Error* Run<T>(T* args, Body<T> body)
        where T : unmanaged, IPjrtSized
    {
        try
        {
            if (args is null) throw PluginException.Invalid($"{typeof(T).Name} is null.");
            nuint size = *(nuint*)args;
            if (size < T.SizeAt(0)) throw PluginException.Invalid($"{typeof(T).Name} has struct_size {size}; expected at least {T.SizeAt(0)}.");
            body(args);
            return null;
        }
        catch (Exception e)
        {
            return PluginError.From(e).ToHandle();
        }
    }
}
