using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// Rotary embedding over three axes, time, row and column (spec 1.2.2). Text token j has time j (0 where masked); image
/// tokens have the number of valid text tokens as time, and their row and column.
/// </summary>
public sealed class MultimodalRope
{
    private MultimodalRope(Tensor cos, Tensor sin) => (Cos, Sin) = (cos, sin);

    /// <summary>Cosines, (B, n, 1, hd/2).</summary>
    public Tensor Cos { get; }

    /// <summary>Sines, (B, n, 1, hd/2).</summary>
    public Tensor Sin { get; }

    /// <summary>An embedding from its two tensors, as they pass through function boundaries.</summary>
    public static MultimodalRope From(Tensor cos, Tensor sin) => new(cos, sin);

    /// <summary>Head dimensions by axis: as configured, or half for time and a quarter each for row and column, all even.</summary>
    public static IReadOnlyList<int> AxesDims(DiTConfig config)
    {
        if (config.RopeAxesDims is { } given)
        {
            return given;
        }
        int time = config.HeadDim / 2;
        time -= time % 2;
        int rest = config.HeadDim - time, row = rest / 2, column = rest - row;
        if (row % 2 != 0)
        {
            (row, column) = (row - 1, column + 1);
        }
        if (column % 2 != 0)
        {
            (row, column) = (row + 1, column - 1);
        }
        return [time, row, column];
    }

    /// <summary>The embeddings of the image and of the text tokens.</summary>
    /// <param name="config">Switches.</param>
    /// <param name="textMask">(B, L) of booleans, after repetition.</param>
    public static (MultimodalRope Image, MultimodalRope Text) Build(DiTConfig config, Tensor textMask)
    {
        long b = textMask.Shape[0], l = textMask.Shape[1], hw = config.GridSize, n = hw * hw;
        Tensor valid = Jnp.Cast(textMask, ElementKind.I32);
        Tensor textTime = Jnp.Where(textMask, Jnp.Iota([b, l], 1), 0);
        Tensor imageTime = Jnp.BroadcastTo(Jnp.Sum(valid, 1, keepDims: true), [b, n]);
        Tensor index = Jnp.Iota([b, n], 1);
        Tensor row = Jnp.FloorDivide(index, (int)hw), column = Jnp.Remainder(index, (int)hw);
        Tensor zeros = Jnp.Zeros([b, l], ElementKind.I32);
        return (FromPositions(config, [imageTime, row, column]), FromPositions(config, [textTime, zeros, zeros]));
    }

    /// <summary>
    /// Rotates (B, n, nh, hd). Pairs are adjacent dimensions; the result keeps the pairs' first halves together and then the
    /// second, which queries and keys share, so that their products are those of the interleaved layout.
    /// </summary>
    public Tensor Rotate(Tensor x)
    {
        Shape s = x.Shape;
        Tensor pairs = Jnp.Reshape(x, [s[0], s[1], s[2], s[3] / 2, 2]);
        Tensor a = pairs[Slice.Ellipsis, 0], b = pairs[Slice.Ellipsis, 1];
        return Jnp.Concatenate([(a * Cos) - (b * Sin), (a * Sin) + (b * Cos)], -1);
    }

    /// <summary>
    /// One axis's cosines and sines of every position, (length, dim / 2) row-major, as i1's PyTorch model stores them.
    /// </summary>
    public static (float[] Cos, float[] Sin, int Length, int Pairs) Table(DiTConfig config, int axis)
    {
        float[] bases = Bases(config, axis);
        int length = AxesLens(config)[axis];
        float scale = axis > 0 ? ImageScale(config) : 1;
        float[] cos = new float[length * bases.Length], sin = new float[cos.Length];
        for (int i = 0; i < cos.Length; i++)
        {
            float angle = i / bases.Length * scale * bases[i % bases.Length];
            (sin[i], cos[i]) = MathF.SinCos(angle);
        }
        return (cos, sin, length, bases.Length);
    }

    private static IReadOnlyList<int> AxesLens(DiTConfig config) =>
        config.RopeAxesLens ?? [(config.TextTokens * (config.RepeatText ? 2 : 1)) + 1, config.GridSize, config.GridSize];

    private static float ImageScale(DiTConfig config) => (float)(256.0 / config.ImageResolution);

    private static float[] Bases(DiTConfig config, int axis)
    {
        int dim = AxesDims(config)[axis];
        return [.. Enumerable.Range(0, dim / 2).Select(j => 1f / MathF.Pow((float)config.RopeTheta, (float)(2 * j) / dim))];
    }

    private static MultimodalRope FromPositions(DiTConfig config, Tensor[] positions)
    {
        IReadOnlyList<int> lens = AxesLens(config);
        float imageScale = ImageScale(config);
        var angles = new Tensor[positions.Length];
        for (int axis = 0; axis < angles.Length; axis++)
        {
            Tensor position = Jnp.Cast(Jnp.Clip(positions[axis], 0, lens[axis] - 1), ElementKind.F32);
            if (axis > 0 && imageScale != 1)
            {
                position *= imageScale;
            }
            angles[axis] = position[Slice.All, Slice.All, Slice.NewAxis] * Jnp.Constant(Bases(config, axis));
        }
        Tensor angle = Jnp.Concatenate(angles, -1)[Slice.All, Slice.All, Slice.NewAxis, Slice.All];
        return new MultimodalRope(Jnp.Cos(angle), Jnp.Sin(angle));
    }
}
