using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>Where a tensor of a convolution lies: strides in elements for its two non-spatial dimensions and its spatial ones.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Outer">Stride of the batch dimension; for a kernel, of the input features.</param>
/// <param name="Feature">Stride of the features; for a kernel, of the output features.</param>
/// <param name="Spatial">Strides of the spatial dimensions, in the order of the shape.</param>
public sealed record ConvolutionLayout(MatmulType Type, long Outer, long Feature, long[] Spatial)
{
    internal int ElementBytes => Type switch { MatmulType.F64 => 8, MatmulType.F32 => 4, _ => 2 };
}

/// <summary>
/// The sizes and attributes of a convolution as StableHLO's <c>convolution</c> has them, with dimensions already named: any number of spatial
/// dimensions. A gradient is the same operation with other numbers.
/// </summary>
public sealed record ConvolutionShape
{
    /// <summary>Batch size of the input.</summary>
    public required long Batch { get; init; }

    /// <summary>Features of the input.</summary>
    public required long InputFeatures { get; init; }

    /// <summary>Features of the output.</summary>
    public required long OutputFeatures { get; init; }

    /// <summary>Spatial sizes of the input.</summary>
    public required long[] InputSpatial { get; init; }

    /// <summary>Spatial sizes of the kernel.</summary>
    public required long[] KernelSpatial { get; init; }

    /// <summary>Spatial sizes of the output.</summary>
    public required long[] OutputSpatial { get; init; }

    /// <summary>Steps of the window.</summary>
    public required long[] Strides { get; init; }

    /// <summary>Zeros before the (dilated) input; negative crops. What follows the input comes from <see cref="OutputSpatial"/>.</summary>
    public required long[] PadLow { get; init; }

    /// <summary>Spacing of the input's elements (<c>lhs_dilation</c>).</summary>
    public required long[] BaseDilation { get; init; }

    /// <summary>Spacing of the kernel's elements (<c>rhs_dilation</c>).</summary>
    public required long[] WindowDilation { get; init; }

    /// <summary>Which kernel dimensions run backwards.</summary>
    public required bool[] Reversal { get; init; }

    /// <summary>Groups of features that see only each other.</summary>
    public long FeatureGroups { get; init; } = 1;

    /// <summary>Groups of the batch that make separate output features.</summary>
    public long BatchGroups { get; init; } = 1;

    /// <summary>Multiply-adds, counting those with padding.</summary>
    public double MultiplyAdds => (double)Batch / BatchGroups * OutputSpatial.Aggregate(1.0, (x, y) => x * y) * OutputFeatures
        * KernelSpatial.Aggregate(1.0, (x, y) => x * y) * InputFeatures / FeatureGroups;
}
