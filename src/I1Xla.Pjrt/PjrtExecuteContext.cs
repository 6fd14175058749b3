using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>Carries user data to the foreign functions of an execution.</summary>
public sealed unsafe class PjrtExecuteContext : PjrtHandle
{
    private PjrtExecuteContext(PjrtApi api, PJRT_ExecuteContext* native)
        : base(api, (nint)native, PjrtObjectKind.ExecuteContext, null)
    {
    }

    /// <summary>Makes an empty context.</summary>
    public static PjrtExecuteContext Create(PjrtPlugin plugin)
    {
        var args = plugin.Api.Sized<PJRT_ExecuteContext_Create_Args>();
        plugin.Api.Call(PjrtFunction.ExecuteContext_Create, &args);
        return new PjrtExecuteContext(plugin.Api, args.Context);
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_ExecuteContext_Destroy_Args>();
        args.Context = (PJRT_ExecuteContext*)handle;
        Api.CallQuietly(PjrtFunction.ExecuteContext_Destroy, &args);
    }
}
