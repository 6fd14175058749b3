using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>From the bytes a caller sends to a compiled program.</summary>
internal static class ProgramSource
{
    /// <summary>Reads MLIR text, or a portable artifact.</summary>
    public static ModuleOp Read(byte[] code)
    {
        try
        {
            if (code.AsSpan().StartsWith((ReadOnlySpan<byte>)[(byte)'M', (byte)'L', 0xEF, (byte)'R']))
                return StableHlo.Bytecode.PortableArtifact.Read(code);
            return StableHlo.Text.MlirParser.ParseModule(code, "program");
        }
        catch (StableHlo.Text.ParseException e)
        {
            throw PluginException.Invalid(e.Message);
        }
        catch (StableHlo.Bytecode.BytecodeException e)
        {
            throw PluginException.Invalid(e.Message);
        }
    }

    /// <summary>Compiles the entry function, for one device or several.</summary>
    public static CompiledModule Compile(ModuleOp module, FuncOp main, CompileRequest request)
    {
        if (request.Replicas * request.Partitions > 1) return PartitionedModule.Compile(module, main, request);
        return new OptimizedModule(CpuCompiler.Compile(module, new CpuCompileOptions { Entry = main.Name }))
        {
            Parameters = Tensors(main.Type.Inputs, "argument"),
            Results = Tensors(main.Type.Results, "result"),
        };
    }

    /// <summary>The types as tensors; anything else cannot be passed.</summary>
    internal static TensorType[] Tensors(ValueArray<IrType> types, string what) =>
        [.. types.Select((t, i) => t as TensorType ?? throw PluginException.Unimplemented($"The program's {what} {i} is {t}; only tensors can be passed."))];
}
