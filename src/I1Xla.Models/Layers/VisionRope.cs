using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>Rotary embedding over rows and columns, of the cross-attention backbone (spec 1.2.3); theta is 10000.</summary>
internal sealed class VisionRope
{
    private readonly float[] _cos;
    private readonly float[] _sin;
    private readonly int _tokens;
    private readonly int _half;

    /// <summary>Tables for a grid: the first half of a head's pairs turns with the row, the second with the column.</summary>
    public VisionRope(DiTConfig config)
    {
        int hw = config.GridSize, dim = config.HeadDim / 2, count = dim / 2;
        _tokens = hw * hw;
        _half = 2 * count;
        _cos = new float[_tokens * _half];
        _sin = new float[_tokens * _half];
        float scale = 256f / config.ImageResolution;
        for (int token = 0; token < _tokens; token++)
        {
            for (int j = 0; j < _half; j++)
            {
                float position = (j < count ? token / hw : token % hw) * scale;
                float angle = position * (1f / MathF.Pow(10000f, (float)(2 * (j % count)) / dim));
                _cos[(token * _half) + j] = MathF.Cos(angle);
                _sin[(token * _half) + j] = MathF.Sin(angle);
            }
        }
    }

    /// <summary>Rotates (B, N, nh, hd); the layout of the result is that of <see cref="MultimodalRope.Rotate"/>.</summary>
    public Tensor Rotate(Tensor x) =>
        MultimodalRope.From(Jnp.Constant(_cos, [1, _tokens, 1, _half]), Jnp.Constant(_sin, [1, _tokens, 1, _half])).Rotate(x);
}
