using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>
/// A plugin's function table with its version: calls functions, sizes args structs for the plugin's own version, turns
/// errors into exceptions. A function that the table does not have is a <see cref="PjrtNotSupportedException"/>.
/// </summary>
public sealed unsafe class PjrtApi
{
    private readonly nint[] functions = new nint[PjrtFunctions.Count];

    internal PjrtApi(PJRT_Api* table, string name)
    {
        if (table is null)
        {
            throw new InvalidOperationException($"{name}: GetPjrtApi returned null.");
        }
        Name = name;
        Table = table;
        Major = table->PjrtApiVersion.MajorVersion;
        Minor = table->PjrtApiVersion.MinorVersion;
        if (Major != PjrtFunctions.Major || Minor < PjrtFunctions.OldestMinor)
        {
            throw new PjrtNotSupportedException(
                $"{name} speaks version {Major}.{Minor} of the PJRT C API; this runtime speaks {PjrtFunctions.Major}.{PjrtFunctions.OldestMinor} to {PjrtFunctions.Major}.{PjrtFunctions.Minor} and later versions of {PjrtFunctions.Major}. Install a newer plugin.");
        }
        TableSize = table->StructSize;
        EntryCount = (int)((TableSize - PjrtFunctions.TableOffset) / 8);
        var slots = (nint*)((byte*)table + PjrtFunctions.TableOffset);
        for (int i = 0; i < Math.Min(EntryCount, functions.Length); i++)
        {
            functions[i] = slots[i];
        }
    }

    /// <summary>What the plugin is called in messages.</summary>
    public string Name { get; }

    /// <summary>Major version of the plugin's interface.</summary>
    public int Major { get; }

    /// <summary>Minor version of the plugin's interface.</summary>
    public int Minor { get; }

    /// <summary>Bytes of the plugin's function table.</summary>
    public nuint TableSize { get; }

    /// <summary>How many functions the plugin's table has room for (it may have more than this runtime knows).</summary>
    public int EntryCount { get; }

    /// <summary>The native table, valid for the life of the process.</summary>
    public PJRT_Api* Table { get; }

    /// <summary>Whether the plugin's table has the function.</summary>
    public bool Has(PjrtFunction function) => functions[(int)function] != 0;

    /// <summary>The function's address in the plugin, 0 when absent.</summary>
    public nint Address(PjrtFunction function) => functions[(int)function];

    /// <summary>A zeroed struct whose <c>struct_size</c> is what the plugin's minor version expects.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Sized<T>()
        where T : unmanaged, IPjrtSized
    {
        T value = default;
        *(nuint*)&value = T.SizeAt(Minor);
        return value;
    }

    /// <summary>Calls a function; an error it returns is thrown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Call<T>(PjrtFunction function, T* args)
        where T : unmanaged
    {
        nint address = functions[(int)function];
        if (address == 0)
        {
            throw Missing(function);
        }
        PJRT_Error* error = ((delegate* unmanaged<void*, PJRT_Error*>)address)(args);
        if (error is not null)
        {
            throw TakeError(error, PjrtFunctions.Name(function));
        }
    }

    /// <summary>Calls a destroy function. There is nobody to tell of an error in one, so it is freed and forgotten.</summary>
    internal void CallQuietly<T>(PjrtFunction function, T* args)
        where T : unmanaged
    {
        nint address = functions[(int)function];
        if (address != 0)
        {
            PJRT_Error* error = ((delegate* unmanaged<void*, PJRT_Error*>)address)(args);
            if (error is not null)
            {
                DestroyError(error);
            }
        }
    }

    /// <summary>Throws when <paramref name="error"/> is one; frees it.</summary>
    internal void Check(PJRT_Error* error, string? function)
    {
        if (error is not null)
        {
            throw TakeError(error, function);
        }
    }

    /// <summary>Reads and frees a native error.</summary>
    internal PjrtException TakeError(PJRT_Error* error, string? function)
    {
        var message = Sized<PJRT_Error_Message_Args>();
        message.Error = error;
        ((delegate* unmanaged<void*, void>)Required(PjrtFunction.Error_Message))(&message);
        string text = Text(message.Message, message.MessageSize);

        var code = Sized<PJRT_Error_GetCode_Args>();
        code.Error = error;
        PJRT_Error* second = ((delegate* unmanaged<void*, PJRT_Error*>)Required(PjrtFunction.Error_GetCode))(&code);
        if (second is not null)
        {
            code.Code = PjrtErrorCode.Unknown;
            DestroyError(second);
        }
        IReadOnlyDictionary<string, byte[]>? payloads = Payloads(error);
        DestroyError(error);
        return PjrtException.Create(code.Code, text, function, payloads);
    }

    internal PjrtNotSupportedException Missing(PjrtFunction function)
    {
        int since = PjrtFunctions.Since(function);
        string why = since > Minor ? $"it was added in {Major}.{since}" : "its entry is empty";
        return new PjrtNotSupportedException($"the plugin {Name} (PJRT C API {Major}.{Minor}) does not have this function: {why}.", PjrtFunctions.Name(function)) { IsFunctionMissing = true };
    }

    internal static string Text(byte* text, nuint size) => text is null ? "" : Encoding.UTF8.GetString(text, checked((int)size));

    private nint Required(PjrtFunction function) => functions[(int)function] is not 0 and nint address ? address : throw Missing(function);

    private void DestroyError(PJRT_Error* error)
    {
        var destroy = Sized<PJRT_Error_Destroy_Args>();
        destroy.Error = error;
        ((delegate* unmanaged<void*, void>)Required(PjrtFunction.Error_Destroy))(&destroy);
    }

    private Dictionary<string, byte[]>? Payloads(PJRT_Error* error)
    {
        if (!Has(PjrtFunction.Error_ForEachPayload))
        {
            return null;
        }
        var found = new Dictionary<string, byte[]>();
        var handle = GCHandle.Alloc(found);
        try
        {
            var args = Sized<PJRT_Error_ForEachPayload_Args>();
            args.Error = error;
            args.Visitor = &VisitPayload;
            args.UserArg = (void*)GCHandle.ToIntPtr(handle);
            CallQuietly(PjrtFunction.Error_ForEachPayload, &args);
        }
        finally
        {
            handle.Free();
        }
        return found.Count == 0 ? null : found;
    }

    [UnmanagedCallersOnly]
    private static void VisitPayload(byte* key, nuint keySize, byte* value, nuint valueSize, void* userArg)
    {
        var found = (Dictionary<string, byte[]>)GCHandle.FromIntPtr((nint)userArg).Target!;
        found[Text(key, keySize)] = new ReadOnlySpan<byte>(value, checked((int)valueSize)).ToArray();
    }
}
