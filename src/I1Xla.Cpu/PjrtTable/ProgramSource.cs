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
                throw PluginException.Unimplemented("Portable artifacts are not read yet.");
            return StableHlo.Text.MlirParser.ParseModule(code, "program");
        }
        catch (StableHlo.Text.ParseException e)
        {
            throw PluginException.Invalid(e.Message);
        }
    }

    /// <summary>Compiles the entry function: with the compiler for one device, for the interpreter's processes for several.</summary>
    public static CompiledModule Compile(ModuleOp module, FuncOp main, CompileRequest request)
    {
        TensorType[] parameters = Tensors(main.Type.Inputs, "argument"), results = Tensors(main.Type.Results, "result");
        return request.Replicas * request.Partitions == 1
            ? new OptimizedModule(CpuCompiler.Compile(module, new CpuCompileOptions { Entry = main.Name })) { Parameters = parameters, Results = results }
            : new InterpretedModule(module, main.Name, request.Replicas, request.Partitions) { Parameters = parameters, Results = results };
    }

    private static TensorType[] Tensors(ValueArray<IrType> types, string what) =>
        [.. types.Select((t, i) => t as TensorType ?? throw PluginException.Unimplemented($"The program's {what} {i} is {t}; only tensors can be passed."))];
}
