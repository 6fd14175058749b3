using System.Runtime.InteropServices;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Faults;

/// <summary>What an injected fault does to a call.</summary>
/// <param name="Function">The function it strikes.</param>
public sealed record PjrtFault(PjrtFunction Function)
{
    /// <summary>The error to return; null lets the call through (a delay alone).</summary>
    public PjrtErrorCode? Code { get; init; }

    /// <summary>The error's message.</summary>
    public string Message { get; init; } = "injected fault";

    /// <summary>How long to hold the call up first.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How many calls to let through before striking.</summary>
    public int After { get; init; }

    /// <summary>How many calls to strike; then the fault is over.</summary>
    public int Times { get; init; } = int.MaxValue;
}

/// <summary>
/// A plugin around another one that fails on demand: chosen error codes, delays, an older interface version with its shorter
/// table, missing functions, lost devices. For tests of everything that must live through such things.
/// </summary>
public sealed unsafe class FaultInjector
{
    private static readonly Lock Gate = new();
    private static FaultInjector? current;
    private readonly nint[] inner = new nint[PjrtFunctions.Count];
    private readonly PjrtApi innerApi;
    private readonly int version;
    private readonly List<Armed> faults = [];
    private readonly long[] calls = new long[PjrtFunctions.Count];
    private bool lost;

    private FaultInjector(PjrtPlugin plugin, int? minor, IReadOnlyCollection<PjrtFunction> missing)
    {
        innerApi = plugin.Api;
        version = Math.Min(minor ?? plugin.Api.Minor, plugin.Api.Minor);
        var table = (PJRT_Api*)NativeMemory.AllocZeroed((nuint)sizeof(PJRT_Api));
        table->ExtensionStart = plugin.Api.Table->ExtensionStart;
        table->PjrtApiVersion = plugin.Api.Table->PjrtApiVersion;
        table->PjrtApiVersion.MinorVersion = version;
        var slots = (nint*)((byte*)table + PjrtFunctions.TableOffset);
        int entries = 0;
        for (int i = 0; i < PjrtFunctions.Count; i++)
        {
            var function = (PjrtFunction)i;
            inner[i] = plugin.Api.Address(function);
            if (PjrtFunctions.Since(function) > version)
            {
                continue;
            }
            entries = i + 1;
            if (inner[i] != 0 && !missing.Contains(function))
            {
                slots[i] = Trampolines.Of(function);
            }
        }
        table->StructSize = (nuint)(PjrtFunctions.TableOffset + (8 * entries));
        Table = (nint)table;
    }

    /// <summary>The function table; live as long as the process.</summary>
    public nint Table { get; }

    /// <summary>The plugin that fails on demand.</summary>
    public PjrtPlugin Plugin { get; private set; } = null!;

    /// <summary>
    /// Wraps a plugin. One injector is active at a time in a process (a C function pointer has no room for more): a new one takes
    /// the place of the last, whose faults are over.
    /// </summary>
    /// <param name="plugin">The plugin to wrap.</param>
    /// <param name="minor">An older minor version to claim, with its shorter table; null keeps the plugin's.</param>
    /// <param name="missing">Functions to leave out.</param>
    public static FaultInjector Wrap(PjrtPlugin plugin, int? minor = null, params IReadOnlyCollection<PjrtFunction> missing)
    {
        var injector = new FaultInjector(plugin, minor, missing);
        lock (Gate)
        {
            current = injector;
        }
        injector.Plugin = PjrtPlugin.FromTable(injector.Table, $"{plugin.Name} with faults");
        return injector;
    }

    /// <summary>Arms a fault.</summary>
    public void Arm(PjrtFault fault)
    {
        lock (faults)
        {
            faults.Add(new Armed(fault));
        }
    }

    /// <summary>Takes all faults away.</summary>
    public void Disarm()
    {
        lock (faults)
        {
            faults.Clear();
            lost = false;
        }
    }

    /// <summary>From now on the devices are gone: running, copying, compiling and waiting fail with UNAVAILABLE until <see cref="Disarm"/>.</summary>
    public void LoseDevices()
    {
        lock (faults)
        {
            lost = true;
        }
    }

    /// <summary>How often a function has been called.</summary>
    public long Calls(PjrtFunction function) => Interlocked.Read(ref calls[(int)function]);

    /// <summary>Every call of the wrapped table comes here.</summary>
    internal static void* Dispatch(PjrtFunction function, void* args)
    {
        FaultInjector injector = current ?? throw new InvalidOperationException("No fault injector is active.");
        Interlocked.Increment(ref injector.calls[(int)function]);
        PjrtFault? strike = injector.Strike(function);
        if (strike is not null)
        {
            if (strike.Delay > TimeSpan.Zero)
            {
                Thread.Sleep(strike.Delay);
            }
            if (strike.Code is { } code)
            {
                return InjectedError.Create(code, strike.Message);
            }
        }
        return function switch
        {
            PjrtFunction.Error_Message when InjectedError.TryMessage((PJRT_Error_Message_Args*)args) => null,
            PjrtFunction.Error_GetCode when InjectedError.TryCode((PJRT_Error_GetCode_Args*)args) => null,
            PjrtFunction.Error_Destroy when InjectedError.TryDestroy((PJRT_Error_Destroy_Args*)args) => null,
            PjrtFunction.Error_ForEachPayload when InjectedError.Is(((PJRT_Error_ForEachPayload_Args*)args)->Error) => null,
            PjrtFunction.Error_Message or PjrtFunction.Error_Destroy => injector.CallVoid(function, args),
            _ => injector.version < injector.innerApi.Minor ? injector.CallAsOlder(function, args) : injector.CallInner(function, args),
        };
    }

    private void* CallInner(PjrtFunction function, void* args) => ((delegate* unmanaged<void*, void*>)inner[(int)function])(args);

    // Plays a plugin of an older version: insists on that version's struct size as real plugins do, then gives the wrapped
    // plugin the size of its own version.
    private void* CallAsOlder(PjrtFunction function, void* args)
    {
        nuint expected = PjrtFunctions.ArgsSize(function, version);
        nuint given = *(nuint*)args;
        if (given != expected)
        {
            return InjectedError.Create(PjrtErrorCode.InvalidArgument, $"Unexpected {PjrtFunctions.Name(function)}_Args size: expected {expected}, got {given}.");
        }
        nuint full = PjrtFunctions.ArgsSize(function, innerApi.Minor);
        byte* copy = stackalloc byte[(int)full];
        new Span<byte>(copy, (int)full).Clear();
        new ReadOnlySpan<byte>(args, (int)given).CopyTo(new Span<byte>(copy, (int)full));
        *(nuint*)copy = full;
        PJRT_ExecuteOptions options = default;
        if (function == PjrtFunction.LoadedExecutable_Execute)
        {
            PJRT_ExecuteOptions* old = ((PJRT_LoadedExecutable_Execute_Args*)args)->Options;
            new ReadOnlySpan<byte>(old, (int)PJRT_ExecuteOptions.SizeAt(version)).CopyTo(new Span<byte>(&options, sizeof(PJRT_ExecuteOptions)));
            options.StructSize = PJRT_ExecuteOptions.SizeAt(innerApi.Minor);
            ((PJRT_LoadedExecutable_Execute_Args*)copy)->Options = &options;
        }
        void* result = CallInner(function, copy);
        if (function == PjrtFunction.LoadedExecutable_Execute)
        {
            ((PJRT_LoadedExecutable_Execute_Args*)copy)->Options = ((PJRT_LoadedExecutable_Execute_Args*)args)->Options;
        }
        *(nuint*)copy = given;
        new ReadOnlySpan<byte>(copy, (int)given).CopyTo(new Span<byte>(args, (int)given));
        return result;
    }

    private void* CallVoid(PjrtFunction function, void* args)
    {
        ((delegate* unmanaged<void*, void>)inner[(int)function])(args);
        return null;
    }

    private PjrtFault? Strike(PjrtFunction function)
    {
        lock (faults)
        {
            if (lost && function is (PjrtFunction.LoadedExecutable_Execute or PjrtFunction.Client_BufferFromHostBuffer or PjrtFunction.Buffer_ToHostBuffer or PjrtFunction.Client_Compile or PjrtFunction.Event_Await))
            {
                return new PjrtFault(function) { Code = PjrtErrorCode.Unavailable, Message = "the device is lost" };
            }
            foreach (Armed armed in faults)
            {
                if (armed.Fault.Function == function && armed.Strikes())
                {
                    return armed.Fault;
                }
            }
            return null;
        }
    }

    private sealed class Armed(PjrtFault fault)
    {
        private int seen;

        public PjrtFault Fault => fault;

        public bool Strikes()
        {
            int call = seen++;
            return call >= fault.After && call - fault.After < fault.Times;
        }
    }
}
