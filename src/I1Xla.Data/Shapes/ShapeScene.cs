using I1Xla.Data.Hashing;
using I1Xla.Data.Images;

namespace I1Xla.Data.Shapes;

/// <summary>A shape colour, a shape and a ground colour: what the evaluation asks for.</summary>
public sealed record ShapeCombination(string Colour, string Shape, string Ground)
{
    /// <summary>The caption that names just this: <c>a red circle on a blue background</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Prompt => $"a {Colour} {Shape} on a {Ground} background";
}

/// <summary>One picture of the data set before it is drawn.</summary>
public sealed record ShapeScene(ShapeCombination Combination, ShapeKind Kind, string SizeWord, string PositionWord, double X, double Y, double Radius, int ColourJitter)
{
    private static readonly string[] Corners = ["top left", "top right", "bottom left", "bottom right"];

    /// <summary>Draws at random: place (seven in ten in the middle, the others toward a corner), size, slight shifts.</summary>
    /// <param name="combination">What to draw.</param>
    /// <param name="random">The source of chance.</param>
    /// <param name="size">Picture edge in pixels; positions and radius are in pixels of it.</param>
    public static ShapeScene Draw(ShapeCombination combination, ref SplitMix64 random, int size)
    {
        int corner = random.NextDouble() < 0.7 ? -1 : random.Next(4);
        int sizeClass = corner < 0 ? random.Next(3) : random.Next(2);
        // Even a small shape in a 16-pixel picture has 4 pixels of radius, so that it can still be told from the others.
        double radius = size * (sizeClass switch { 0 => 0.27, 1 => 0.35, _ => 0.43 } + random.NextDouble(-0.012, 0.012));
        double x = size * (corner < 0 ? 0.5 : corner % 2 == 0 ? 0.3 : 0.7), y = size * (corner < 0 ? 0.5 : corner < 2 ? 0.3 : 0.7);
        double margin = radius + (0.02 * size);
        x = Math.Clamp(x + (size * random.NextDouble(-0.02, 0.02)), margin, size - margin);
        y = Math.Clamp(y + (size * random.NextDouble(-0.02, 0.02)), margin, size - margin);
        return new ShapeScene(combination, Enum.Parse<ShapeKind>(combination.Shape, ignoreCase: true), sizeClass switch { 0 => "small", 1 => "", _ => "large" },
            corner < 0 ? "middle" : Corners[corner], x, y, radius, random.Next(int.MaxValue));
    }

    /// <summary>
    /// Captions from the plainest to the fullest: the combination; with the size word; with size and place.
    /// </summary>
    public IReadOnlyList<string> Captions
    {
        get
        {
            string thing = $"{(SizeWord.Length > 0 ? SizeWord + " " : "")}{Combination.Colour} {Combination.Shape}";
            return
            [
                Combination.Prompt,
                $"{Combination.Ground} background with a {thing}",
                $"a {thing} in the {PositionWord} on a {Combination.Ground} background",
            ];
        }
    }

    /// <summary>Renders the picture; both colours are shifted by up to 8 levels a channel.</summary>
    public RgbImage Render(int size)
    {
        var mask = new float[size * size];
        ShapeMask.Render(Kind, size, X, Y, Radius, mask);
        var random = new SplitMix64((ulong)ColourJitter);
        Span<int> shape = stackalloc int[3], ground = stackalloc int[3];
        Jitter(NamedColour.Find(Combination.Colour), ref random, shape);
        Jitter(NamedColour.Find(Combination.Ground), ref random, ground);
        var image = new RgbImage(size, size);
        for (int i = 0; i < mask.Length; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                image.Pixels[(i * 3) + c] = (byte)Math.Round(ground[c] + ((shape[c] - ground[c]) * mask[i]));
            }
        }
        return image;
    }

    private static void Jitter(NamedColour colour, ref SplitMix64 random, Span<int> target)
    {
        target[0] = Math.Clamp(colour.Red + random.Next(17) - 8, 0, 255);
        target[1] = Math.Clamp(colour.Green + random.Next(17) - 8, 0, 255);
        target[2] = Math.Clamp(colour.Blue + random.Next(17) - 8, 0, 255);
    }
}
