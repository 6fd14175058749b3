using I1Xla.Pjrt;
using I1Xla.Testing;

namespace I1Xla.Graph.Tests;

/// <summary>libtpu, which compiles for chips that are not here.</summary>
internal static class LibTpu
{
    private static readonly Lazy<PjrtPlugin> s_plugin = new(() =>
    {
        NativeEnvironment.Set("ALLOW_MULTIPLE_LIBTPU_LOAD", "1");
        NativeEnvironment.Set("TPU_STDERR_LOG_LEVEL", "3");
        NativeEnvironment.Set("TPU_MIN_LOG_LEVEL", "3");
        return PjrtPlugin.Load(SharedAssets.Plugin("libtpu"));
    });

    /// <summary>The plugin.</summary>
    public static PjrtPlugin Plugin => s_plugin.Value;
}
