using I1Xla.Data.Images;

namespace I1Xla.Host.Reports;

/// <summary>Pictures of one size in a grid with a margin around each.</summary>
public static class ContactSheet
{
    /// <summary>Lays pictures out row by row.</summary>
    /// <param name="pictures">Pictures, all of one size, three channels.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="scale">Each pixel becomes a square of this many pixels.</param>
    /// <param name="margin">Pixels between pictures and around them.</param>
    public static RgbImage Build(IReadOnlyList<RgbImage> pictures, int columns, int scale = 1, int margin = 4)
    {
        if (pictures.Count == 0)
        {
            throw new ArgumentException("A contact sheet needs at least one picture.", nameof(pictures));
        }
        int width = pictures[0].Width, height = pictures[0].Height;
        columns = Math.Min(columns, pictures.Count);
        int rows = (pictures.Count + columns - 1) / columns;
        int cellWidth = (width * scale) + margin, cellHeight = (height * scale) + margin;
        var sheet = new RgbImage((columns * cellWidth) + margin, (rows * cellHeight) + margin);
        sheet.Pixels.AsSpan().Fill(24);
        for (int i = 0; i < pictures.Count; i++)
        {
            RgbImage picture = pictures[i];
            if (picture.Width != width || picture.Height != height || picture.Channels != 3)
            {
                throw new ArgumentException($"Picture {i} is {picture.Width}×{picture.Height}×{picture.Channels}; the first is {width}×{height}×3.", nameof(pictures));
            }
            int left = margin + (i % columns * cellWidth), top = margin + (i / columns * cellHeight);
            for (int y = 0; y < height * scale; y++)
            {
                int to = (((top + y) * sheet.Width) + left) * 3;
                int from = y / scale * width * 3;
                for (int x = 0; x < width * scale; x++)
                {
                    picture.Pixels.AsSpan(from + (x / scale * 3), 3).CopyTo(sheet.Pixels.AsSpan(to + (x * 3), 3));
                }
            }
        }
        return sheet;
    }
}
