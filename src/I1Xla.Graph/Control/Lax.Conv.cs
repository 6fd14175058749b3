using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Lax
{
    /// <summary>
    /// Convolution in any layout (<c>lax.conv_general_dilated</c>). Without a layout: channels last, kernel (spatial…, in, out).
    /// </summary>
    /// <param name="x">Input.</param>
    /// <param name="kernel">Kernel.</param>
    /// <param name="strides">Window strides; 1 when not given.</param>
    /// <param name="padding">Padding; none when not given.</param>
    /// <param name="inputDilation">Gaps between input elements (transposed convolution); 1 when not given.</param>
    /// <param name="kernelDilation">Gaps between kernel elements; 1 when not given.</param>
    /// <param name="featureGroups">Groups of channels convolved apart.</param>
    /// <param name="batchGroups">Groups of the batch convolved apart.</param>
    /// <param name="layout">Such as <c>NCHW,OIHW->NCHW</c>: N batch, C channels, I and O kernel channels, other letters spatial.</param>
    /// <param name="precision">Multiplication precision.</param>
    /// <param name="preferredType">The kind of accumulation and result; that of the operands when not given.</param>
    /// <param name="windowReversal">Which spatial dimensions of the kernel are taken backwards (StableHLO's window_reversal); none when not given.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    public static Tensor Conv(
        Tensor x, Tensor kernel, ReadOnlySpan<long> strides = default, Padding? padding = null, ReadOnlySpan<long> inputDilation = default,
        ReadOnlySpan<long> kernelDilation = default, long featureGroups = 1, long batchGroups = 1, string? layout = null,
        Precision precision = Precision.Default, ElementKind? preferredType = null, ReadOnlySpan<bool> windowReversal = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (x, kernel) = Jnp.PromoteKinds(x, kernel);
        if (x.Rank != kernel.Rank || x.Rank < 2)
        {
            throw Tracer.Error("conv", $"input {x.Shape} and kernel {kernel.Shape} need the same number of dimensions, at least two");
        }
        int spatial = x.Rank - 2;
        ConvDimensionNumbersAttr numbers = Numbers(layout, spatial);
        long[] stride = OrOnes(strides, spatial, "strides"), dilateX = OrOnes(inputDilation, spatial, "inputDilation"), dilateK = OrOnes(kernelDilation, spatial, "kernelDilation");
        long[] sizes = new long[spatial], windows = new long[spatial];
        for (int i = 0; i < spatial; i++)
        {
            sizes[i] = Hlo.Dilate(x.Shape[(int)numbers.InputSpatialDimensions[i]], dilateX[i]);
            windows[i] = Hlo.Dilate(kernel.Shape[(int)numbers.KernelSpatialDimensions[i]], dilateK[i]);
        }
        long channels = x.Shape[(int)numbers.InputFeatureDimension], perGroup = kernel.Shape[(int)numbers.KernelInputFeatureDimension];
        if (channels != perGroup * featureGroups)
        {
            throw Tracer.Error("conv", $"input {x.Shape} has {channels} channels, and kernel {kernel.Shape} takes {perGroup} in each of {featureGroups} groups");
        }
        long outputs = kernel.Shape[(int)numbers.KernelOutputFeatureDimension];
        if (outputs % featureGroups != 0 || outputs % batchGroups != 0 || x.Shape[(int)numbers.InputBatchDimension] % batchGroups != 0)
        {
            throw Tracer.Error("conv", $"input {x.Shape} and kernel {kernel.Shape} do not divide into {featureGroups} feature groups and {batchGroups} batch groups");
        }
        if (windowReversal.Length != 0 && windowReversal.Length != spatial)
        {
            throw Tracer.Error("conv", $"{windowReversal.Length} values of windowReversal for {spatial} spatial dimensions");
        }
        long[] reversal = new long[spatial];
        for (int i = 0; i < windowReversal.Length; i++)
        {
            reversal[i] = windowReversal[i] ? 1 : 0;
        }
        long[] pad = (padding ?? Padding.Valid).Resolve(sizes, windows, stride, "conv");
        return Hlo.Convolution(x, kernel, new ConvolutionConfig(
            numbers, new ValueArray<long>(stride), new ValueArray<long>(pad), new ValueArray<long>(dilateX), new ValueArray<long>(dilateK),
            new ValueArray<long>(reversal), featureGroups, batchGroups, precision, preferredType));
    }

    /// <summary>A slice whose start is computed; starts are clamped so that the slice fits.</summary>
    public static Tensor DynamicSlice(Tensor x, ReadOnlySpan<Tensor> starts, ReadOnlySpan<long> sizes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (starts.Length != x.Rank || sizes.Length != x.Rank)
        {
            throw Tracer.Error("dynamic_slice", $"{starts.Length} starts and {sizes.Length} sizes for shape {x.Shape}");
        }
        return Hlo.DynamicSlice(x, Indices(starts), sizes);
    }

    /// <summary>Replaces a slice whose start is computed; starts are clamped so that the slice fits.</summary>
    public static Tensor DynamicUpdateSlice(Tensor x, Tensor update, ReadOnlySpan<Tensor> starts, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (starts.Length != x.Rank || update.Rank != x.Rank)
        {
            throw Tracer.Error("dynamic_update_slice", $"{starts.Length} starts and an update of shape {update.Shape} for shape {x.Shape}");
        }
        return Hlo.DynamicUpdateSlice(x, Jnp.CastTo(update, x.DType), Indices(starts));
    }

    /// <summary>The slice at a computed place of the leading dimension, that dimension dropped.</summary>
    public static Tensor DynamicIndex(Tensor x, Tensor index, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.DynamicIndex(x, Indices([index])[0]);
    }

    /// <summary>The largest k elements along the last dimension, in falling order, and their places.</summary>
    public static (Tensor Values, Tensor Indices) TopK(Tensor x, long k, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (x.Rank == 0 || k > x.Shape[^1])
        {
            throw Tracer.Error("top_k", $"k = {k} of shape {x.Shape}");
        }
        Shape shape = [.. x.Shape.Dims[..^1], k];
        Tensor[] results = Hlo.Several(HloOps.TopK, [new TensorType(x.DType, shape), new TensorType(ElementKind.I32, shape)], [x],
            new AttributeMap { { "k", IntegerAttr.I64(k) } });
        return (results[0], results[1]);
    }

    private static Tensor[] Indices(ReadOnlySpan<Tensor> starts)
    {
        var result = new Tensor[starts.Length];
        for (int i = 0; i < result.Length; i++)
        {
            Tensor start = Hlo.Materialize(starts[i]);
            result[i] = start.Rank == 0 && start.DType.IsInteger() ? Hlo.Convert(start, ElementKind.I32)
                : throw Tracer.Error("dynamic_slice", $"start {i} is {start}, not an integer scalar");
        }
        return result;
    }

    private static long[] OrOnes(ReadOnlySpan<long> given, int count, string what)
    {
        if (given.Length == 0)
        {
            long[] ones = new long[count];
            Array.Fill(ones, 1);
            return ones;
        }
        return given.Length == count ? given.ToArray() : throw Tracer.Error("conv", $"{given.Length} {what} for {count} spatial dimensions");
    }

    private static ConvDimensionNumbersAttr Numbers(string? layout, int spatial)
    {
        if (layout is null)
        {
            ValueArray<long> middle = Enumerable.Range(1, spatial).Select(i => (long)i).ToValueArray();
            ValueArray<long> first = Enumerable.Range(0, spatial).Select(i => (long)i).ToValueArray();
            return new ConvDimensionNumbersAttr(0, spatial + 1, middle, spatial, spatial + 1, first, 0, spatial + 1, middle);
        }
        string[] parts = layout.Replace("->", ",").Split(',');
        if (parts.Length != 3 || parts.Any(p => p.Length != spatial + 2))
        {
            throw Tracer.Error("conv", $"layout \"{layout}\" does not name {spatial + 2} dimensions three times, as in NCHW,OIHW->NCHW");
        }
        string letters = new([.. parts[0].Where(c => c is not 'N' and not 'C')]);
        long Place(string part, char letter) => part.IndexOf(letter) is var at and >= 0 ? at : throw Tracer.Error("conv", $"layout \"{layout}\": '{letter}' is missing in {part}");
        ValueArray<long> Spatial(string part) => letters.Select(c => Place(part, c)).ToValueArray();
        return new ConvDimensionNumbersAttr(
            Place(parts[0], 'N'), Place(parts[0], 'C'), Spatial(parts[0]),
            Place(parts[1], 'I'), Place(parts[1], 'O'), Spatial(parts[1]),
            Place(parts[2], 'N'), Place(parts[2], 'C'), Spatial(parts[2]));
    }
}
