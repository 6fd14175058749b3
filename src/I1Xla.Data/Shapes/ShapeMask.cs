namespace I1Xla.Data.Shapes;

/// <summary>
/// Draws shapes as coverage masks: each shape is sampled once on a fine grid, and a pixel's coverage is the sum over its
/// rectangle of that grid, from a summed-area table (Crow, SIGGRAPH 1984).
/// </summary>
public static class ShapeMask
{
    private const int Grid = 512;
    private static readonly double[] StarAngles = [.. Enumerable.Range(0, 10).Select(i => (Math.PI * i / 5) - (Math.PI / 2))];
    private static readonly Lazy<int[]>[] Tables = [.. Enum.GetValues<ShapeKind>().Select(k => new Lazy<int[]>(() => BuildTable(k)))];

    /// <summary>The shape's area where its square's half edge is 1.</summary>
    public static double UnitArea(ShapeKind kind) => Tables[(int)kind].Value[^1] * 4.0 / (Grid * Grid);

    /// <summary>
    /// Coverage (0 to 1) of each pixel of a <paramref name="size"/> × <paramref name="size"/> picture.
    /// </summary>
    /// <param name="kind">The shape.</param>
    /// <param name="size">Picture edge in pixels.</param>
    /// <param name="x">Centre column in pixels, 0 the left edge.</param>
    /// <param name="y">Centre row in pixels.</param>
    /// <param name="radius">Half the edge of the shape's square, in pixels.</param>
    /// <param name="mask">Receives size × size values.</param>
    public static void Render(ShapeKind kind, int size, double x, double y, double radius, Span<float> mask)
    {
        mask[..(size * size)].Clear();
        int left = Math.Max(0, (int)Math.Floor(x - radius)), right = Math.Min(size - 1, (int)Math.Ceiling(x + radius));
        int top = Math.Max(0, (int)Math.Floor(y - radius)), bottom = Math.Min(size - 1, (int)Math.Ceiling(y + radius));
        if (left > right || top > bottom)
        {
            return;
        }
        int[] table = Tables[(int)kind].Value;
        double cells = Grid / 2.0 / radius;
        float perPixel = (float)(1 / (cells * cells));
        Span<int> columns = stackalloc int[right - left + 2];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = ToGrid(left + i - x);
        }
        int upper = ToGrid(top - y) * (Grid + 1);
        for (int row = top; row <= bottom; row++)
        {
            int lower = ToGrid(row + 1 - y) * (Grid + 1);
            Span<float> target = mask.Slice((row * size) + left, right - left + 1);
            for (int i = 0; i < target.Length; i++)
            {
                int sum = table[lower + columns[i + 1]] - table[lower + columns[i]] - table[upper + columns[i + 1]] + table[upper + columns[i]];
                target[i] = Math.Min(1, sum * perPixel);
            }
            upper = lower;
        }

        int ToGrid(double offset) => Math.Clamp((int)Math.Round((offset + radius) * cells), 0, Grid);
    }

    /// <summary>Whether the point (u, v) of [-1, 1]² belongs to the shape.</summary>
    public static bool Contains(ShapeKind kind, double u, double v)
    {
        switch (kind)
        {
            case ShapeKind.Circle:
                return (u * u) + (v * v) < 0.81;
            case ShapeKind.Square:
                return Math.Max(Math.Abs(u), Math.Abs(v)) < 0.8;
            case ShapeKind.Triangle:
                return v < 0.8 && (v + 0.95) * (0.98 / 1.75) > Math.Abs(u);
            case ShapeKind.Diamond:
                return (Math.Abs(u) / 0.72) + Math.Abs(v) < 1;
            case ShapeKind.Star:
                return InStar(u, v);
            case ShapeKind.Cross:
                (double a, double b) = (Math.Abs(u), Math.Abs(v));
                return (a < 0.3 && b < 0.95) || (b < 0.3 && a < 0.95);
            case ShapeKind.Ring:
                double r = (u * u) + (v * v);
                return r is < 0.9 and > 0.27;
            case ShapeKind.Heart:
                double hx = u * 1.22, hy = 0.22 - (v * 1.22);
                double q = (hx * hx) + (hy * hy) - 1;
                return (q * q * q) - (hx * hx * hy * hy * hy) < 0;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such shape.");
        }
    }

    private static bool InStar(double u, double v)
    {
        v -= 0.05; // the star's points reach further up than down
        bool inside = false;
        for (int i = 0, j = 9; i < 10; j = i++)
        {
            double ri = i % 2 == 0 ? 1.0 : 0.45, rj = j % 2 == 0 ? 1.0 : 0.45;
            double xi = ri * Math.Cos(StarAngles[i]), yi = ri * Math.Sin(StarAngles[i]);
            double xj = rj * Math.Cos(StarAngles[j]), yj = rj * Math.Sin(StarAngles[j]);
            if (yi > v != yj > v && u < ((xj - xi) * (v - yi) / (yj - yi)) + xi)
            {
                inside = !inside;
            }
        }
        return inside;
    }

    private static int[] BuildTable(ShapeKind kind)
    {
        var table = new int[(Grid + 1) * (Grid + 1)];
        for (int row = 0; row < Grid; row++)
        {
            int sum = 0;
            for (int column = 0; column < Grid; column++)
            {
                sum += Contains(kind, ((column + 0.5) * 2 / Grid) - 1, ((row + 0.5) * 2 / Grid) - 1) ? 1 : 0;
                table[((row + 1) * (Grid + 1)) + column + 1] = table[(row * (Grid + 1)) + column + 1] + sum;
            }
        }
        return table;
    }
}
