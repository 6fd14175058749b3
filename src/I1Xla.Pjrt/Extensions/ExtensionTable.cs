using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>The function table of an extension: calls by place, and says by name when the plugin's table is too short.</summary>
internal sealed unsafe class ExtensionTable
{
    private readonly PJRT_Extension_Base* table;
    private readonly PjrtExtensionType type;

    private ExtensionTable(PjrtApi api, PJRT_Extension_Base* table)
    {
        Api = api;
        this.table = table;
        type = table->Type;
    }

    public PjrtApi Api { get; }

    public PJRT_Extension_Base* Table => table;

    public static ExtensionTable? TryFind(PjrtPlugin plugin, PjrtExtensionType type)
    {
        PJRT_Extension_Base* found = plugin.FindExtension(type);
        return found is null ? null : new ExtensionTable(plugin.Api, found);
    }

    public bool Has(int index) => 24 + (8 * (index + 1)) <= (int)table->StructSize && ((nint*)table)[3 + index] != 0;

    public nint Address(int index, string function) => Has(index)
        ? ((nint*)table)[3 + index]
        : throw new PjrtNotSupportedException($"the plugin {Api.Name} (PJRT C API {Api.Major}.{Api.Minor}) offers the extension {type} without this function.", function) { IsFunctionMissing = true };

    public void Call<T>(int index, string function, T* args)
        where T : unmanaged => Api.Check(((delegate* unmanaged<void*, PJRT_Error*>)Address(index, function))(args), function);

    public void CallVoid<T>(int index, string function, T* args)
        where T : unmanaged => ((delegate* unmanaged<void*, void>)Address(index, function))(args);

    /// <summary>Calls a destroy function, whose error there is nobody to tell of.</summary>
    public void CallQuietly<T>(int index, T* args)
        where T : unmanaged
    {
        if (Has(index))
        {
            try
            {
                Call(index, "", args);
            }
            catch (PjrtException)
            {
                // Nothing can be done about an object that will not go.
            }
        }
    }
}
