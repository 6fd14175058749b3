using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.Ffi;

/// <summary>The handlers of custom calls, and the types of user data, that callers have registered in this process; they stay.</summary>
internal static class ForeignFunctions
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, nint> s_handlers = [];
    private static readonly Dictionary<string, long> s_types = [];

    /// <summary>Registers the address of an <c>XLA_FFI_Handler</c> for a target.</summary>
    /// <exception cref="PluginException">The target has another handler, or the platform is not this one.</exception>
    public static void Register(string target, string platform, nint handler)
    {
        if (!platform.Equals("host", StringComparison.OrdinalIgnoreCase) && !platform.Equals("cpu", StringComparison.OrdinalIgnoreCase))
            throw PluginException.Invalid($"The foreign function {target} is for the platform {platform}; this plugin's is \"Host\" or \"cpu\".");
        if (handler == 0) throw PluginException.Invalid($"The handler of the foreign function {target} is null.");
        lock (s_lock)
        {
            if (!s_handlers.TryAdd(target, handler) && s_handlers[target] != handler)
                throw new PluginException(PjrtErrorCode.AlreadyExists, $"The foreign function {target} has another handler already.");
        }
    }

    /// <summary>The handler of a target, of JAX's callbacks to Python the plugin's own where none was registered; 0 when there is none.</summary>
    public static nint Find(string target)
    {
        lock (s_lock)
        {
            if (s_handlers.TryGetValue(target, out nint handler)) return handler;
        }
        return PythonCallbacks.Find(target);
    }

    /// <summary>The number of a type, a new one for a new name when <paramref name="id"/> is 0.</summary>
    /// <exception cref="PluginException">The type has another number, or the number is another type's.</exception>
    public static long RegisterType(string name, long id)
    {
        lock (s_lock)
        {
            if (s_types.TryGetValue(name, out long known))
            {
                if (id != 0 && id != known) throw PluginException.Invalid($"The type {name} has the number {known}, not {id}.");
                return known;
            }
            if (id != 0 && s_types.ContainsValue(id)) throw PluginException.Invalid($"The number {id} is that of another type than {name}.");
            if (id == 0) id = s_types.Count == 0 ? 1 : s_types.Values.Max() + 1;
            s_types.Add(name, id);
            return id;
        }
    }
}
