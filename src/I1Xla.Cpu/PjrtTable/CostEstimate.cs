using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>What <c>PJRT_Executable_GetCostAnalysis</c> reports: multiply-adds of contractions and one operation for each element of the rest; bytes that enter and leave.</summary>
internal static unsafe class CostEstimate
{
    private static readonly NativeBlock s_flops = NativeBlock.Text("flops");
    private static readonly NativeBlock s_bytes = NativeBlock.Text("bytes accessed");

    /// <summary>The properties as the C API wants them.</summary>
    public static NativeBlock NamedValues(ProgramObject program)
    {
        double flops = program.Module.Functions.Where(f => !f.IsDeclaration).Sum(f => Flops(f.Body));
        double bytes = program.ArgumentBytes + program.OutputBytes;
        return NativeBlock.Of<PJRT_NamedValue>(
        [
            ClientFunctions.Named(s_flops, PjrtNamedValueType.Float, new PJRT_NamedValue.ValueUnion { FloatValue = (float)flops }, 1),
            ClientFunctions.Named(s_bytes, PjrtNamedValueType.Float, new PJRT_NamedValue.ValueUnion { FloatValue = (float)bytes }, 1),
        ]);
    }

    /// <summary>Whether a whole module is sure to do less than that, counted in elements read, written and multiplied.</summary>
    public static bool IsBelow(ModuleOp module, double limit)
    {
        double sum = 0;
        foreach (FuncOp function in module.Functions)
        {
            if (!function.IsDeclaration) sum += Flops(function.Body) + Elements(function.Body);
        }
        return sum < limit;
    }

    // Infinite where the number of turns, or the work for each element, is not known.
    private static double Elements(Block block)
    {
        double sum = 0;
        foreach (Operation op in block.Operations)
        {
            if (op.Name.Full is "stablehlo.while" or "stablehlo.sort" or "stablehlo.fft" or "stablehlo.cholesky" or "stablehlo.triangular_solve" or "stablehlo.custom_call" or "stablehlo.reduce_window" or "stablehlo.send" or "stablehlo.recv")
                return double.PositiveInfinity;
            foreach (Value value in op.Operands.ToArray().Concat(op.Results.ToArray()))
            {
                if (value.Type is TensorType { Shape.IsStatic: true } type) sum += type.Shape.ElementCount;
            }
            foreach (Region region in op.Regions)
            {
                foreach (Block inner in region.Blocks) sum += Elements(inner);
            }
        }
        return sum;
    }

    /// <summary>Operations of a block, each region counted once.</summary>
    public static double Flops(Block block)
    {
        double sum = 0;
        foreach (Operation op in block.Operations)
        {
            foreach (Region region in op.Regions)
            {
                foreach (Block inner in region.Blocks) sum += Flops(inner);
            }
            if (op.Results.Length == 0 || op.Results[0].Type is not TensorType { Shape.IsStatic: true } result) continue;
            double elements = result.Shape.ElementCount;
            sum += op.Name.Full switch
            {
                "stablehlo.dot_general" => 2 * elements * Contracted(op),
                "stablehlo.convolution" => 2 * elements * Window(op),
                "stablehlo.constant" or "stablehlo.reshape" or "stablehlo.broadcast_in_dim" or "stablehlo.transpose" or "stablehlo.slice" or "stablehlo.iota" or "func.call" => 0,
                _ => elements,
            };
        }
        return sum;
    }

    private static double Contracted(Operation op)
    {
        if (op.Attributes.Get<DotDimensionNumbersAttr>("dot_dimension_numbers") is not { } numbers || op.Operands[0].Type is not TensorType left) return 1;
        double product = 1;
        foreach (long d in numbers.LhsContractingDimensions) product *= left.Shape[(int)d];
        return product;
    }

    private static double Window(Operation op)
    {
        if (op.Attributes.Get<ConvDimensionNumbersAttr>("dimension_numbers") is not { } numbers || op.Operands[1].Type is not TensorType kernel) return 1;
        double product = kernel.Shape[(int)numbers.KernelInputFeatureDimension];
        foreach (long d in numbers.KernelSpatialDimensions) product *= kernel.Shape[(int)d];
        return product;
    }
}
