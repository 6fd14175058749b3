using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>The shardings of a program's parameters and outputs as serialized <c>xla.OpSharding</c>s (0.91 and later).</summary>
public sealed unsafe class ShardingsExtension
{
    private readonly ExtensionTable table;

    private ShardingsExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static ShardingsExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.Shardings) is { } found ? new ShardingsExtension(found) : null;

    /// <summary>The shardings of the parameters; empty when the program has none.</summary>
    public IReadOnlyList<byte[]> OfParameters(PjrtExecutable executable)
    {
        var args = table.Api.Sized<PJRT_Shardings_PJRT_Executable_ParameterShardings_Args>();
        args.Executable = executable.NativeExecutable;
        table.Call(0, "PJRT_Shardings_PJRT_Executable_ParameterShardings", &args);
        IReadOnlyList<byte[]> result = Read(args.Shardings, args.ShardingSizes, args.NumParameters);
        GC.KeepAlive(executable);
        return result;
    }

    /// <summary>The shardings of the outputs; empty when the program has none.</summary>
    public IReadOnlyList<byte[]> OfOutputs(PjrtExecutable executable)
    {
        var args = table.Api.Sized<PJRT_Shardings_PJRT_Executable_OutputShardings_Args>();
        args.Executable = executable.NativeExecutable;
        table.Call(1, "PJRT_Shardings_PJRT_Executable_OutputShardings", &args);
        IReadOnlyList<byte[]> result = Read(args.Shardings, args.ShardingSizes, args.NumOutputs);
        GC.KeepAlive(executable);
        return result;
    }

    private static byte[][] Read(byte** shardings, nuint* sizes, nuint count)
    {
        if (shardings is null)
        {
            return [];
        }
        var result = new byte[checked((int)count)][];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = new ReadOnlySpan<byte>(shardings[i], checked((int)sizes[i])).ToArray();
        }
        return result;
    }
}
