using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>One output of a program: element type, dimensions and the kind of memory it ends in.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Dimensions">Dimensions on one device.</param>
public sealed record PjrtOutput(PjrtElementType Type, IReadOnlyList<long> Dimensions);

/// <summary>A compiled program, not bound to devices: what a compilation for a topology gives, and the description of a loaded one.</summary>
public sealed unsafe class PjrtExecutable : PjrtHandle
{
    internal PjrtExecutable(PjrtApi api, PJRT_Executable* native, PjrtHandle? owner)
        : base(api, (nint)native, PjrtObjectKind.Executable, owner)
    {
    }

    /// <summary>The program's name.</summary>
    public string Name
    {
        get
        {
            var args = Api.Sized<PJRT_Executable_Name_Args>();
            args.Executable = NativeExecutable;
            Api.Call(PjrtFunction.Executable_Name, &args);
            string text = PjrtApi.Text(args.ExecutableName, args.ExecutableNameSize);
            GC.KeepAlive(this);
            return text;
        }
    }

    /// <summary>How many replicas it was compiled for.</summary>
    public int Replicas
    {
        get
        {
            var args = Api.Sized<PJRT_Executable_NumReplicas_Args>();
            args.Executable = NativeExecutable;
            Api.Call(PjrtFunction.Executable_NumReplicas, &args);
            GC.KeepAlive(this);
            return checked((int)args.NumReplicas);
        }
    }

    /// <summary>How many partitions it was compiled for.</summary>
    public int Partitions
    {
        get
        {
            var args = Api.Sized<PJRT_Executable_NumPartitions_Args>();
            args.Executable = NativeExecutable;
            Api.Call(PjrtFunction.Executable_NumPartitions, &args);
            GC.KeepAlive(this);
            return checked((int)args.NumPartitions);
        }
    }

    /// <summary>How many outputs it has on each device.</summary>
    public int OutputCount
    {
        get
        {
            var args = Api.Sized<PJRT_Executable_NumOutputs_Args>();
            args.Executable = NativeExecutable;
            Api.Call(PjrtFunction.Executable_NumOutputs, &args);
            GC.KeepAlive(this);
            return checked((int)args.NumOutputs);
        }
    }

    /// <summary>Bytes of machine code.</summary>
    public long CodeBytes
    {
        get
        {
            var args = Api.Sized<PJRT_Executable_SizeOfGeneratedCodeInBytes_Args>();
            args.Executable = NativeExecutable;
            Api.Call(PjrtFunction.Executable_SizeOfGeneratedCodeInBytes, &args);
            GC.KeepAlive(this);
            return args.SizeInBytes;
        }
    }

    internal PJRT_Executable* NativeExecutable => (PJRT_Executable*)Native;

    /// <summary>The outputs on each device.</summary>
    public IReadOnlyList<PjrtOutput> Outputs()
    {
        var types = Api.Sized<PJRT_Executable_OutputElementTypes_Args>();
        types.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_OutputElementTypes, &types);
        var dims = Api.Sized<PJRT_Executable_OutputDimensions_Args>();
        dims.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_OutputDimensions, &dims);
        var outputs = new PjrtOutput[checked((int)types.NumOutputTypes)];
        long* at = dims.Dims;
        for (int i = 0; i < outputs.Length; i++)
        {
            int rank = checked((int)dims.DimSizes[i]);
            outputs[i] = new PjrtOutput(types.OutputTypes[i], new ReadOnlySpan<long>(at, rank).ToArray());
            at += rank;
        }
        GC.KeepAlive(this);
        return outputs;
    }

    /// <summary>The kind of memory of each output.</summary>
    public IReadOnlyList<string> OutputMemoryKinds()
    {
        var args = Api.Sized<PJRT_Executable_OutputMemoryKinds_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_OutputMemoryKinds, &args);
        string[] kinds = Texts(args.MemoryKinds, args.MemoryKindSizes, args.NumOutputs);
        GC.KeepAlive(this);
        return kinds;
    }

    /// <summary>The kind of memory of each parameter (0.102 and later).</summary>
    public IReadOnlyList<string> ParameterMemoryKinds()
    {
        var args = Api.Sized<PJRT_Executable_ParameterMemoryKinds_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_ParameterMemoryKinds, &args);
        string[] kinds = Texts(args.MemoryKinds, args.MemoryKindSizes, args.NumParameters);
        GC.KeepAlive(this);
        return kinds;
    }

    /// <summary>The compiler's count of the work: <c>flops</c>, <c>bytes accessed</c> and so on.</summary>
    public IReadOnlyDictionary<string, PjrtValue> CostAnalysis()
    {
        var args = Api.Sized<PJRT_Executable_GetCostAnalysis_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_GetCostAnalysis, &args);
        IReadOnlyDictionary<string, PjrtValue> result = PjrtValue.Read(args.Properties, args.NumProperties);
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>What the program needs on each device.</summary>
    public PjrtCompiledMemory CompiledMemory()
    {
        var a = Api.Sized<PJRT_Executable_GetCompiledMemoryStats_Args>();
        a.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_GetCompiledMemoryStats, &a);
        GC.KeepAlive(this);
        return new PjrtCompiledMemory
        {
            CodeBytes = a.GeneratedCodeSizeInBytes,
            ArgumentBytes = a.ArgumentSizeInBytes,
            OutputBytes = a.OutputSizeInBytes,
            AliasBytes = a.AliasSizeInBytes,
            TemporaryBytes = a.TempSizeInBytes,
            HostCodeBytes = a.HostGeneratedCodeSizeInBytes,
            HostArgumentBytes = a.HostArgumentSizeInBytes,
            HostOutputBytes = a.HostOutputSizeInBytes,
            HostAliasBytes = a.HostAliasSizeInBytes,
            HostTemporaryBytes = a.HostTempSizeInBytes,
            PeakBytes = a.PeakMemoryInBytes > 0 ? a.PeakMemoryInBytes : null,
        };
    }

    /// <summary>The program after the compiler's passes; its format is <c>hlo</c>, <c>hlo_with_config</c> or <c>mlir</c>.</summary>
    public PjrtProgram OptimizedProgram()
    {
        var program = Api.Sized<PJRT_Program>();
        var args = Api.Sized<PJRT_Executable_OptimizedProgram_Args>();
        args.Executable = NativeExecutable;
        args.Program = &program;
        Api.Call(PjrtFunction.Executable_OptimizedProgram, &args);
        var code = new byte[checked((int)program.CodeSize)];
        fixed (byte* pointer = code)
        {
            program.Code = pointer;
            Api.Call(PjrtFunction.Executable_OptimizedProgram, &args);
        }
        GC.KeepAlive(this);
        return new PjrtProgram(code, PjrtApi.Text(program.Format, program.FormatSize));
    }

    /// <summary>The executable as bytes that a client of the same plugin and version loads.</summary>
    public byte[] Serialize()
    {
        var args = Api.Sized<PJRT_Executable_Serialize_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_Serialize, &args);
        byte[] bytes = new ReadOnlySpan<byte>(args.SerializedBytes, checked((int)args.SerializedBytesSize)).ToArray();
        if (args.SerializedExecutableDeleter is not null)
        {
            args.SerializedExecutableDeleter(args.SerializedExecutable);
        }
        GC.KeepAlive(this);
        return bytes;
    }

    /// <summary>Bytes (often a digest, sometimes text) that equal programs share.</summary>
    public byte[] Fingerprint()
    {
        var args = Api.Sized<PJRT_Executable_Fingerprint_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_Fingerprint, &args);
        byte[] bytes = new ReadOnlySpan<byte>(args.ExecutableFingerprint, checked((int)args.ExecutableFingerprintSize)).ToArray();
        GC.KeepAlive(this);
        return bytes;
    }

    /// <summary>The options it was compiled with, as a serialized <c>xla.CompileOptionsProto</c> (0.87 and later).</summary>
    public byte[] CompileOptions()
    {
        var args = Api.Sized<PJRT_Executable_GetCompileOptions_Args>();
        args.Executable = NativeExecutable;
        Api.Call(PjrtFunction.Executable_GetCompileOptions, &args);
        byte[] bytes = new ReadOnlySpan<byte>(args.SerializedBytes, checked((int)args.SerializedBytesSize)).ToArray();
        if (args.SerializedCompileOptionsDeleter is not null)
        {
            args.SerializedCompileOptionsDeleter(args.SerializedCompileOptions);
        }
        GC.KeepAlive(this);
        return bytes;
    }

    internal static string[] Texts(byte** texts, nuint* sizes, nuint count)
    {
        var result = new string[checked((int)count)];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = texts[i] is null ? "" : Encoding.UTF8.GetString(texts[i], checked((int)sizes[i]));
        }
        return result;
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_Executable_Destroy_Args>();
        args.Executable = (PJRT_Executable*)handle;
        Api.CallQuietly(PjrtFunction.Executable_Destroy, &args);
    }
}
