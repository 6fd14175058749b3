using I1Xla.Data.Images;

namespace I1Xla.Data.Shapes;

/// <summary>What the classifier sees in a picture.</summary>
/// <param name="Colour">Colour of the shape, or null where it is near none of the known ones.</param>
/// <param name="Shape">The shape, or null where the figure fits none well enough.</param>
/// <param name="Ground">Colour of the ground, or null.</param>
/// <param name="Fit">How well the best shape's mask explains the figure, 1 is perfectly.</param>
public sealed record ShapeVerdict(string? Colour, string? Shape, string? Ground, double Fit)
{
    /// <summary>Whether colour and shape are those asked for (the ground is reported beside it).</summary>
    public bool Matches(ShapeCombination wanted) => Colour == wanted.Colour && Shape == wanted.Shape;
}

/// <summary>
/// Decides from pixels alone which shape in which colour a picture shows. The ground's colour is the border's median; the
/// figure's colour is the median of the pixels furthest from it; the figure's coverage is each pixel's place on the line
/// between the two; and the shape is the one whose rendered mask, fitted over place and size from the figure's moments,
/// leaves the least squared error. It knows nothing of how the picture was made.
/// </summary>
public sealed class ShapeClassifier
{
    /// <summary>A figure explained worse than this is called no shape.</summary>
    public const double MinimumFit = 0.78;

    // Beyond this RGB distance a colour is none of the known ones. Half the distance of most pairs of them.
    private const double MaximumColourDistance = 90;
    // The figure must stand out from the ground by this RGB distance.
    private const double MinimumContrast = 50;

    private readonly (string Name, ShapeKind Kind, double Area, double CentreX, double CentreY)[] shapes;
    private readonly NamedColour[] colours;

    /// <summary>A classifier over the given words.</summary>
    public ShapeClassifier(IEnumerable<string>? shapes = null, IEnumerable<string>? colours = null)
    {
        this.shapes = [.. (shapes ?? ShapesVocabulary.AllShapes).Select(Measure)];
        this.colours = [.. (colours ?? NamedColour.All.Select(c => c.Name)).Select(NamedColour.Find)];
    }

    /// <summary>Classifies a square or oblong RGB picture of any size from 12 pixels.</summary>
    public ShapeVerdict Classify(RgbImage image)
    {
        image = image.ToRgb();
        int size = Math.Min(image.Width, image.Height);
        if (image.Width != image.Height)
        {
            image = image.Crop((image.Width - size) / 2, (image.Height - size) / 2, size, size);
        }
        byte[] p = image.Pixels;
        double[] ground = Median(p, Border(size));
        double[] distance = [.. Enumerable.Range(0, size * size).Select(i => Distance(p, i, ground))];
        // The furthest twentieth of the picture is the inside of even a small figure.
        int[] furthest = [.. Enumerable.Range(0, size * size).OrderByDescending(i => distance[i]).Take(Math.Max(4, size * size / 20))];
        double[] figure = Median(p, furthest);
        string? groundName = Nearest(ground);
        double contrast = Distance(figure, ground);
        if (contrast < MinimumContrast)
        {
            return new ShapeVerdict(null, null, groundName, 0);
        }
        var coverage = new float[size * size];
        for (int i = 0; i < coverage.Length; i++)
        {
            double along = 0;
            for (int c = 0; c < 3; c++)
            {
                along += (p[(i * 3) + c] - ground[c]) * (figure[c] - ground[c]);
            }
            coverage[i] = (float)Math.Clamp(along / (contrast * contrast), 0, 1);
        }
        (string shape, double fit) = BestShape(coverage, size);
        return new ShapeVerdict(Nearest(figure), fit >= MinimumFit ? shape : null, groundName, fit);
    }

    /// <summary>Classifies float pixels in [-1, 1], height × width × 3, as the sampler makes them.</summary>
    public ShapeVerdict Classify(ReadOnlySpan<float> pixels, int size)
    {
        var image = new RgbImage(size, size);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)Math.Round(Math.Clamp((pixels[i] + 1) * 127.5, 0, 255));
        }
        return Classify(image);
    }

    private (string Shape, double Fit) BestShape(float[] coverage, int size)
    {
        // Faint pixels are noise on the ground: they would pull the moments about.
        double area = 0, sx = 0, sy = 0;
        for (int i = 0; i < coverage.Length; i++)
        {
            if (coverage[i] > 0.3)
            {
                area += coverage[i];
                sx += coverage[i] * ((i % size) + 0.5);
                sy += coverage[i] * ((i / size) + 0.5);
            }
        }
        if (area < 4)
        {
            return ("", 0);
        }
        double energy = coverage.Sum(c => (double)c * c);
        (string Shape, double Fit) best = ("", 0);
        var mask = new float[size * size];
        foreach ((string name, ShapeKind kind, double unitArea, double cx, double cy) in shapes)
        {
            double radius = Math.Sqrt(area / unitArea);
            double fit = Fit(kind, unitArea, coverage, energy, size, mask, (sx / area) - (cx * radius), (sy / area) - (cy * radius), radius);
            if (fit > best.Fit)
            {
                best = (name, fit);
            }
        }
        return best;
    }

    // Pattern search over centre and radius, from the moments' guess, halving the step five times.
    private static double Fit(ShapeKind kind, double unitArea, float[] coverage, double energy, int size, float[] mask, double x, double y, double radius)
    {
        double best = Score(x, y, radius);
        for (double step = Math.Max(0.8, radius * 0.15); step > 0.04; step /= 2)
        {
            for (bool moved = true; moved;)
            {
                moved = false;
                foreach ((double dx, double dy, double dr) in Moves)
                {
                    (double nx, double ny, double nr) = (x + (dx * step), y + (dy * step), radius + (dr * step));
                    double score = nr < 1.5 || nr > size ? 0 : Score(nx, ny, nr);
                    if (score > best + 1e-9)
                    {
                        (best, x, y, radius, moved) = (score, nx, ny, nr, true);
                    }
                }
            }
        }
        return best;

        double Score(double px, double py, double r)
        {
            ShapeMask.Render(kind, size, px, py, r, mask);
            float error = 0, drawn = 0;
            for (int i = 0; i < mask.Length; i++)
            {
                float d = coverage[i] - mask[i];
                error += d * d;
                drawn += mask[i];
            }
            // A shape that hangs out of the picture explains nothing: half a picture is no square.
            return drawn < 0.85 * unitArea * r * r ? 0 : 1 - (error / energy);
        }
    }

    private static readonly (double, double, double)[] Moves = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)];

    private static (string, ShapeKind, double, double, double) Measure(string name)
    {
        ShapeKind kind = Enum.TryParse(name, ignoreCase: true, out ShapeKind k) ? k : throw new ArgumentException($"There is no shape '{name}'. Known: {string.Join(", ", ShapesVocabulary.AllShapes)}.");
        const int Grid = 400;
        double count = 0, sx = 0, sy = 0;
        for (int i = 0; i < Grid * Grid; i++)
        {
            double u = (((i % Grid) + 0.5) * 2 / Grid) - 1, v = (((i / Grid) + 0.5) * 2 / Grid) - 1;
            if (ShapeMask.Contains(kind, u, v))
            {
                (count, sx, sy) = (count + 1, sx + u, sy + v);
            }
        }
        return (name, kind, ShapeMask.UnitArea(kind), sx / count, sy / count);
    }

    private string? Nearest(double[] colour)
    {
        NamedColour best = colours.MinBy(c => Distance(colour, [c.Red, c.Green, c.Blue]))!;
        return Distance(colour, [best.Red, best.Green, best.Blue]) <= MaximumColourDistance ? best.Name : null;
    }

    private static int[] Border(int size) =>
        [.. Enumerable.Range(0, size * size).Where(i => i / size is 0 || i / size == size - 1 || i % size is 0 || i % size == size - 1)];

    private static double[] Median(byte[] pixels, int[] at)
    {
        var result = new double[3];
        for (int c = 0; c < 3; c++)
        {
            byte[] values = [.. at.Select(i => pixels[(i * 3) + c]).Order()];
            result[c] = values[values.Length / 2];
        }
        return result;
    }

    private static double Distance(byte[] pixels, int i, double[] colour) => Distance([pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]], colour);

    private static double Distance(double[] a, double[] b) =>
        Math.Sqrt(((a[0] - b[0]) * (a[0] - b[0])) + ((a[1] - b[1]) * (a[1] - b[1])) + ((a[2] - b[2]) * (a[2] - b[2])));
}
