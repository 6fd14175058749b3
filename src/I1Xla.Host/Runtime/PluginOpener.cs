using I1Xla.Pjrt;

namespace I1Xla.Host.Runtime;

/// <summary>Opens the plugin that a command line names.</summary>
public static class PluginOpener
{
    /// <summary>The name of the CPU plugin that is part of this program.</summary>
    public const string Embedded = "cpu";

    /// <summary>Opens a plugin by name or path; the embedded one when nothing is named.</summary>
    /// <exception cref="UserErrorException">The file is missing or is no plugin.</exception>
    public static PjrtPlugin Open(string? nameOrPath)
    {
        if (nameOrPath is null or Embedded)
        {
            throw new UserErrorException("The built-in CPU plugin is not part of this build; give a plugin with --plugin.");
        }
        if (!File.Exists(nameOrPath))
        {
            throw new UserErrorException($"There is no plugin {nameOrPath}. Give the path of a PJRT plugin (a shared library that exports GetPjrtApi), or '{Embedded}' for the built-in one.");
        }
        try
        {
            return PjrtPlugin.Load(nameOrPath);
        }
        catch (Exception e) when (e is PjrtException or DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new UserErrorException($"{nameOrPath} cannot be used as a PJRT plugin: {e.Message} Give a shared library that exports GetPjrtApi, or '{Embedded}' for the built-in one.", e);
        }
    }
}
