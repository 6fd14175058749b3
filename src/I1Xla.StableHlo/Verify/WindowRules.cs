using I1Xla.StableHlo.Ir;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>One dimension of a window.</summary>
internal readonly record struct WindowDimension(long Size, long Stride, long PaddingLow, long PaddingHigh, long BaseDilation, long WindowDilation);

/// <summary>The names that an op's specification gives to the constraints on its window.</summary>
internal readonly record struct WindowConstraints(
    string Positive, string StrideSize, string Stride, string BaseSize, string Base, string DilationSize, string Dilation, string Padding, string Reversal);

/// <summary>Windows: constraints on their attributes, and the shapes they give.</summary>
internal static class WindowRules
{
    public static readonly WindowConstraints Convolution = new("C18", "C2", "C3", "C5", "C6", "C7", "C8", "C4", "C9");
    public static readonly WindowConstraints ReduceWindow = new("C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "");
    public static readonly WindowConstraints SelectAndScatter = new("C5", "C6", "C7", "", "", "", "", "C8", "");

    /// <summary>The pairs of a padding attribute of shape {N, 2}; empty when absent.</summary>
    public static (long Low, long High)[] Padding(string constraint, DenseElementsAttr? padding)
    {
        if (padding is null)
        {
            return [];
        }
        Shape shape = padding.Type.Shape;
        if (shape.Rank != 2 || shape[1] != 2)
        {
            throw Violation(constraint, $"expects the shape of padding-attribute to be {{N, 2}}, but got {{{List(shape.Dims)}}}.");
        }
        return Pairs(Integers(padding));
    }

    /// <summary>Consecutive values as pairs.</summary>
    public static (long, long)[] Pairs(long[] values)
    {
        var pairs = new (long, long)[values.Length / 2];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = (values[2 * i], values[(2 * i) + 1]);
        }
        return pairs;
    }

    /// <summary>Checks the window's attributes; an empty one stands for its default.</summary>
    public static WindowDimension[] Verify(
        WindowConstraints c, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, (long Low, long High)[] padding,
        ReadOnlySpan<long> baseDilations, ReadOnlySpan<long> windowDilations, int reversalLength)
    {
        SameSize(c.StrideSize, strides.Length, sizes.Length, "window-strides");
        SameSize(c.BaseSize, baseDilations.Length, sizes.Length, "base-dilation factors");
        SameSize(c.DilationSize, windowDilations.Length, sizes.Length, "window-dilation factors");
        SameSize(c.Padding, padding.Length, sizes.Length, "padding-entries");
        SameSize(c.Reversal, reversalLength, sizes.Length, "window-reversal");
        var window = new WindowDimension[sizes.Length];
        for (int i = 0; i < window.Length; i++)
        {
            if (sizes[i] != Shape.Dynamic && sizes[i] <= 0)
            {
                throw Violation(c.Positive, $"expects window to have positive value for {i}-th window dimension, but got {sizes[i]}.");
            }
            long stride = strides.IsEmpty ? 1 : strides[i];
            if (stride <= 0)
            {
                throw Violation(c.Stride, $"expects window to have positive stride for {i}-th window dimension, but got {stride}.");
            }
            long baseDilation = baseDilations.IsEmpty ? 1 : baseDilations[i];
            if (baseDilation <= 0)
            {
                throw Violation(c.Base, $"expects window to have positive base dilation factor for {i}-th window dimension, but got {baseDilation}.");
            }
            long windowDilation = windowDilations.IsEmpty ? 1 : windowDilations[i];
            if (windowDilation <= 0)
            {
                throw Violation(c.Dilation, $"expects window to have positive window dilation factor for {i}-th window dimension, but got {windowDilation}.");
            }
            (long low, long high) = padding.Length == 0 ? (0, 0) : padding[i];
            window[i] = new WindowDimension(sizes[i], stride, low, high, baseDilation, windowDilation);
        }
        return window;
    }

    /// <summary>How many windows fit in each dimension.</summary>
    public static long[] OutputShape(ReadOnlySpan<long> baseShape, WindowDimension[] window)
    {
        long[] shape = new long[window.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            WindowDimension w = window[i];
            if (baseShape[i] == Shape.Dynamic || w.Size == Shape.Dynamic)
            {
                shape[i] = Shape.Dynamic;
                continue;
            }
            long padded = unchecked(w.PaddingLow + Dilated(baseShape[i], w.BaseDilation) + w.PaddingHigh);
            long size = Dilated(w.Size, w.WindowDilation);
            shape[i] = padded <= 0 || size > padded ? 0 : ((padded - size) / w.Stride) + 1;
        }
        return shape;
    }

    private static long Dilated(long size, long dilation) => size == 0 ? 0 : unchecked(((size - 1) * dilation) + 1);

    private static void SameSize(string constraint, int length, int window, string name)
    {
        if (length != 0 && length != window)
        {
            throw Violation(constraint, $"expects {name} to have same dimension-size as size of window dimensions ({window}), but got: {length}.");
        }
    }
}
