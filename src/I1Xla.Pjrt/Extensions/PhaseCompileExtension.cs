using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>Compilation in named phases, each taking and giving serialized <c>xla.PjRtPartialProgramProto</c>s (experimental in the C API).</summary>
public sealed unsafe class PhaseCompileExtension
{
    private readonly ExtensionTable table;

    private PhaseCompileExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static PhaseCompileExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.PhaseCompile) is { } found ? new PhaseCompileExtension(found) : null;

    /// <summary>Makes a compiler; a plugin may offer the extension without one.</summary>
    public PhaseCompiler CreateCompiler()
    {
        var args = table.Api.Sized<PJRT_PhaseCompile_Get_Compiler_Args>();
        table.Call(0, "PJRT_PhaseCompile_Get_Compiler", &args);
        return new PhaseCompiler(table, args.PhaseCompiler);
    }
}

/// <summary>A compiler that works in phases.</summary>
public sealed unsafe class PhaseCompiler : PjrtHandle
{
    private readonly ExtensionTable table;

    internal PhaseCompiler(ExtensionTable table, PJRT_PhaseCompiler* native)
        : base(table.Api, (nint)native, PjrtObjectKind.ExtensionObject, null) => this.table = table;

    /// <summary>The phases in their order.</summary>
    public IReadOnlyList<string> PhaseNames()
    {
        var args = Api.Sized<PJRT_PhaseCompile_Get_PhaseNames_Args>();
        args.PhaseCompiler = (PJRT_PhaseCompiler*)Native;
        table.Call(3, "PJRT_PhaseCompile_Get_PhaseNames", &args);
        string[] names = PjrtExecutable.Texts(args.PhaseNames, args.PhaseNamesSizes, args.NumPhaseNames);
        Free(args.PhaseNames, args.PhaseNamesSizes, args.NumPhaseNames);
        GC.KeepAlive(this);
        return names;
    }

    /// <summary>Runs phases on serialized partial programs.</summary>
    public IReadOnlyList<byte[]> Run(IReadOnlyList<byte[]> programs, IReadOnlyList<string> phases, PjrtCompileOptions options, PjrtTopology topology)
    {
        byte[] optionBytes = options.ToBytes();
        using var input = new NativeBytes(programs);
        using var names = new NativeBytes([.. phases.Select(p => Encoding.UTF8.GetBytes(p))]);
        fixed (byte* optionPointer = optionBytes)
        {
            var args = Api.Sized<PJRT_PhaseCompile_Run_Phase_Args>();
            args.PhaseCompiler = (PJRT_PhaseCompiler*)Native;
            args.InputPrograms = input.Pointers;
            args.InputProgramsSizes = input.Sizes;
            args.NumInputPrograms = (nuint)programs.Count;
            args.PhasesToRun = names.Pointers;
            args.PhasesToRunSizes = names.Sizes;
            args.NumPhasesToRun = (nuint)phases.Count;
            args.CompileOptions = optionPointer;
            args.CompileOptionsSize = (nuint)optionBytes.Length;
            args.Topology = topology.NativeTopology;
            table.Call(2, "PJRT_PhaseCompile_Run_Phase", &args);
            var result = new byte[checked((int)args.NumOutputPrograms)][];
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = new ReadOnlySpan<byte>(args.OutputPrograms[i], checked((int)args.OutputProgramsSizes[i])).ToArray();
            }
            Free(args.OutputPrograms, args.OutputProgramsSizes, args.NumOutputPrograms);
            GC.KeepAlive(topology);
            GC.KeepAlive(this);
            return result;
        }
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_PhaseCompile_Destroy_Compiler_Args>();
        args.PhaseCompiler = (PJRT_PhaseCompiler*)handle;
        if (table.Has(1))
        {
            table.CallVoid(1, "PJRT_PhaseCompile_Destroy_Compiler", &args);
        }
    }

    private void Free(byte** buffers, nuint* sizes, nuint count)
    {
        if (table.Has(4))
        {
            var args = Api.Sized<PJRT_PhaseCompile_C_Buffers_Destroy_Args>();
            args.CharBuffers = buffers;
            args.CharBufferSizes = sizes;
            args.NumCharBuffers = count;
            table.CallVoid(4, "PJRT_PhaseCompile_C_Buffers_Destroy", &args);
        }
    }

    private sealed class NativeBytes : IDisposable
    {
        private readonly List<GCHandle> pins = [];

        public NativeBytes(IReadOnlyList<byte[]> buffers)
        {
            Pointers = (byte**)NativeMemory.AllocZeroed((nuint)((buffers.Count + 1) * sizeof(void*)));
            Sizes = (nuint*)NativeMemory.AllocZeroed((nuint)((buffers.Count + 1) * sizeof(nuint)));
            for (int i = 0; i < buffers.Count; i++)
            {
                var pin = GCHandle.Alloc(buffers[i], GCHandleType.Pinned);
                pins.Add(pin);
                Pointers[i] = (byte*)pin.AddrOfPinnedObject();
                Sizes[i] = (nuint)buffers[i].Length;
            }
        }

        public byte** Pointers { get; }

        public nuint* Sizes { get; }

        public void Dispose()
        {
            pins.ForEach(p => p.Free());
            NativeMemory.Free(Pointers);
            NativeMemory.Free(Sizes);
        }
    }
}
