using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>
/// The devices that a program is compiled for. A plugin can describe devices that are not here (a TPU pod), and
/// <see cref="Compile"/> then needs no device at all.
/// </summary>
public sealed unsafe class PjrtTopology : PjrtHandle
{
    private readonly bool owned;

    internal PjrtTopology(PjrtApi api, PJRT_TopologyDescription* native, PjrtHandle? owner, bool owned)
        : base(api, (nint)native, PjrtObjectKind.Topology, owner) => this.owned = owned;

    /// <summary>The platform, such as <c>tpu</c> or <c>cpu</c>.</summary>
    public string PlatformName
    {
        get
        {
            var args = Api.Sized<PJRT_TopologyDescription_PlatformName_Args>();
            args.Topology = NativeTopology;
            Api.Call(PjrtFunction.TopologyDescription_PlatformName, &args);
            string text = PjrtApi.Text(args.PlatformName, args.PlatformNameSize);
            GC.KeepAlive(this);
            return text;
        }
    }

    /// <summary>The version of the platform's software.</summary>
    public string PlatformVersion
    {
        get
        {
            var args = Api.Sized<PJRT_TopologyDescription_PlatformVersion_Args>();
            args.Topology = NativeTopology;
            Api.Call(PjrtFunction.TopologyDescription_PlatformVersion, &args);
            string text = PjrtApi.Text(args.PlatformVersion, args.PlatformVersionSize);
            GC.KeepAlive(this);
            return text;
        }
    }

    /// <summary>The devices.</summary>
    public IReadOnlyList<PjrtDeviceDescription> Devices
    {
        get
        {
            var args = Api.Sized<PJRT_TopologyDescription_GetDeviceDescriptions_Args>();
            args.Topology = NativeTopology;
            Api.Call(PjrtFunction.TopologyDescription_GetDeviceDescriptions, &args);
            var devices = new PjrtDeviceDescription[checked((int)args.NumDescriptions)];
            for (int i = 0; i < devices.Length; i++)
            {
                devices[i] = new PjrtDeviceDescription(this, args.Descriptions[i]);
            }
            GC.KeepAlive(this);
            return devices;
        }
    }

    /// <summary>What the plugin tells of the topology.</summary>
    public IReadOnlyDictionary<string, PjrtValue> Attributes
    {
        get
        {
            var args = Api.Sized<PJRT_TopologyDescription_Attributes_Args>();
            args.Topology = NativeTopology;
            Api.Call(PjrtFunction.TopologyDescription_Attributes, &args);
            IReadOnlyDictionary<string, PjrtValue> result = PjrtValue.Read(args.Attributes, args.NumAttributes);
            GC.KeepAlive(this);
            return result;
        }
    }

    /// <summary>A number that two equal topologies share (0.101 and later).</summary>
    public ulong Fingerprint
    {
        get
        {
            var args = Api.Sized<PJRT_TopologyDescription_Fingerprint_Args>();
            args.Topology = NativeTopology;
            Api.Call(PjrtFunction.TopologyDescription_Fingerprint, &args);
            GC.KeepAlive(this);
            return args.Fingerprint;
        }
    }

    /// <summary>The numbers of the memory kinds of the topology's devices (0.111 and later).</summary>
    public IReadOnlyList<int> MemoryKindIds
    {
        get
        {
            var args = Api.Sized<PJRT_TopologyDescription_GetMemorySpaceKindIds_Args>();
            args.Topology = NativeTopology;
            Api.Call(PjrtFunction.TopologyDescription_GetMemorySpaceKindIds, &args);
            int[] ids = new ReadOnlySpan<int>(args.MemorySpaceKindIds, checked((int)args.NumMemorySpaceKindIds)).ToArray();
            GC.KeepAlive(this);
            return ids;
        }
    }

    internal PJRT_TopologyDescription* NativeTopology => (PJRT_TopologyDescription*)Native;

    /// <summary>The shape, with the layout the device would choose, as a serialized <c>xla.ShapeProto</c> (0.111 and later).</summary>
    public byte[] CanonicalShape(int memoryKindId, PjrtElementType type, ReadOnlySpan<long> dimensions, PjrtLayout? layout = null)
    {
        using var nativeLayout = new PjrtLayout.Native(Api, layout);
        fixed (long* dims = dimensions)
        {
            var args = Api.Sized<PJRT_TopologyDescription_MakeCanonicalShapeForMemorySpace_Args>();
            args.Topology = NativeTopology;
            args.MemorySpaceKindId = memoryKindId;
            args.Dims = dims;
            args.NumDims = (nuint)dimensions.Length;
            args.ElementType = type;
            args.Layout = nativeLayout.Pointer;
            Api.Call(PjrtFunction.TopologyDescription_MakeCanonicalShapeForMemorySpace, &args);
            byte[] bytes = new ReadOnlySpan<byte>(args.SerializedShape, checked((int)args.SerializedShapeSize)).ToArray();
            if (args.SerializedShapeDeleter is not null)
            {
                args.SerializedShapeDeleter(args.SerializedShape);
            }
            GC.KeepAlive(this);
            return bytes;
        }
    }

    /// <summary>The topology as bytes that <see cref="PjrtPlugin.DeserializeTopology"/> of the same plugin reads.</summary>
    public byte[] Serialize()
    {
        var args = Api.Sized<PJRT_TopologyDescription_Serialize_Args>();
        args.Topology = NativeTopology;
        Api.Call(PjrtFunction.TopologyDescription_Serialize, &args);
        byte[] bytes = new ReadOnlySpan<byte>(args.SerializedBytes, checked((int)args.SerializedBytesSize)).ToArray();
        if (args.SerializedTopologyDeleter is not null)
        {
            args.SerializedTopologyDeleter(args.SerializedTopology);
        }
        GC.KeepAlive(this);
        return bytes;
    }

    /// <summary>Compiles a program for the topology's devices, with no client unless the plugin wants one.</summary>
    public PjrtExecutable Compile(PjrtProgram program, PjrtCompileOptions? options = null, PjrtClient? client = null)
    {
        byte[] format = Encoding.ASCII.GetBytes(program.Format);
        byte[] serialized = (options ?? new PjrtCompileOptions()).ToBytes();
        fixed (byte* code = program.Code, formatName = format, compileOptions = serialized)
        {
            var native = Api.Sized<PJRT_Program>();
            native.Code = code;
            native.CodeSize = (nuint)program.Code.Length;
            native.Format = formatName;
            native.FormatSize = (nuint)format.Length;
            var args = Api.Sized<PJRT_Compile_Args>();
            args.Topology = NativeTopology;
            args.Program = &native;
            args.CompileOptions = compileOptions;
            args.CompileOptionsSize = (nuint)serialized.Length;
            args.Client = client is null ? null : (PJRT_Client*)client.Native;
            Api.Call(PjrtFunction.Compile, &args);
            GC.KeepAlive(client);
            GC.KeepAlive(this);
            return new PjrtExecutable(Api, args.Executable, client is null ? this : client);
        }
    }

    private protected override void Destroy(nint handle)
    {
        if (owned)
        {
            var args = Api.Sized<PJRT_TopologyDescription_Destroy_Args>();
            args.Topology = (PJRT_TopologyDescription*)handle;
            Api.CallQuietly(PjrtFunction.TopologyDescription_Destroy, &args);
        }
    }
}
