using System.Runtime.InteropServices;

namespace I1Xla.Pjrt;

/// <summary>
/// The environment variables that native code sees. .NET keeps its own copy: <see cref="Environment.SetEnvironmentVariable(string, string)"/>
/// does not reach a plugin on Unix, so both are set here.
/// </summary>
public static partial class NativeEnvironment
{
    /// <summary>Sets a variable for native code and for .NET; null removes it.</summary>
    public static void Set(string name, string? value)
    {
        Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows())
        {
            int result = value is null ? UnsetEnv(name) : SetEnv(name, value, 1);
            if (result != 0)
            {
                throw new InvalidOperationException($"The environment variable '{name}' cannot be set (error {Marshal.GetLastPInvokeError()}).");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int UnsetEnv(string name);
}
