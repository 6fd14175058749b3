using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>The fixed sinusoidal position table (spec 1.2.1).</summary>
public static class PositionTable
{
    /// <summary>The table as the first value of a parameter (1, N, H).</summary>
    public static Initializer Initializer(DiTConfig config) =>
        new("position_table", (_, _, values) => Fill(values, config.HiddenSize, config.GridSize, config.ImageResolution));

    /// <summary>
    /// Writes the table (1, N, H), row-major: float64 arithmetic on grid coordinates that are f32 and scaled by 256 / resolution, the
    /// column's code first, then the row's.
    /// </summary>
    public static void Fill(Span<float> table, int hiddenSize, int gridSize, int imageResolution)
    {
        int d = hiddenSize / 2, half = d / 2;
        var omega = new double[half];
        for (int i = 0; i < half; i++)
        {
            omega[i] = 1.0 / Math.Pow(10000, i / (d / 2.0));
        }
        float scale = imageResolution == 256 ? 1 : (float)(256.0 / imageResolution);
        for (int row = 0; row < gridSize; row++)
        {
            for (int column = 0; column < gridSize; column++)
            {
                Span<float> token = table.Slice(((row * gridSize) + column) * hiddenSize, hiddenSize);
                Encode(token[..d], column * scale);
                Encode(token[d..], row * scale);
            }
        }

        void Encode(Span<float> code, float position)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = position * omega[i];
                code[i] = (float)Math.Sin(angle);
                code[half + i] = (float)Math.Cos(angle);
            }
        }
    }
}
