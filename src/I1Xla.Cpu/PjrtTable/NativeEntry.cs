using System.Runtime.InteropServices;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>What the native library calls once it has started the runtime.</summary>
public static class NativeEntry
{
    /// <summary>The address of the plugin's function table.</summary>
    [UnmanagedCallersOnly]
    public static nint GetPjrtApi()
    {
        try
        {
            return CpuPlugin.GetApi();
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"i1xla_pjrt_cpu: the plugin does not start: {e}");
            return 0;
        }
    }
}
