using System.Globalization;
using System.Text;

namespace I1Xla.Host.Reports;

/// <summary>A loss curve as inline SVG: each logged loss as a faint line, a running mean over it, a logarithmic loss axis.</summary>
public static class LossCurve
{
    private const double Width = 960, Height = 300, Left = 56, Right = 12, Top = 12, Bottom = 28;

    /// <summary>Draws the curve.</summary>
    public static string Svg(IReadOnlyList<LossPoint> points)
    {
        LossPoint[] shown = points.Where(p => double.IsFinite(p.Loss) && p.Loss > 0).ToArray();
        if (shown.Length < 2)
        {
            return "<p>Too few losses were logged for a curve.</p>";
        }
        double low = Math.Log(shown.Min(p => p.Loss)), high = Math.Log(shown.Max(p => p.Loss));
        if (high - low < 1e-3)
        {
            (low, high) = (low - 0.01, high + 0.01);
        }
        double first = shown[0].Step, last = shown[^1].Step;
        double X(double step) => Left + ((step - first) / Math.Max(1, last - first) * (Width - Left - Right));
        double Y(double loss) => Height - Bottom - ((Math.Log(loss) - low) / (high - low) * (Height - Top - Bottom));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" width=\"100%\" role=\"img\" aria-label=\"loss by step\">");
        foreach (double tick in Ticks(Math.Exp(low), Math.Exp(high)))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.0}\" y2=\"{Y(tick):0.0}\" stroke=\"var(--line)\"/><text x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.0}\" text-anchor=\"end\">{tick:0.####}</text>");
        }
        for (int i = 0; i <= 5; i++)
        {
            double step = first + ((last - first) * i / 5);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(step):0.0}\" y=\"{Height - 8}\" text-anchor=\"{(i == 5 ? "end" : "middle")}\">{step:N0}</text>");
        }
        Line(shown.Select(p => (X(p.Step), Y(p.Loss))), "0.28", "1");
        Line(RunningMean(shown).Select(p => (X(p.Step), Y(p.Loss))), "1", "2");
        return svg.Append("</svg>").ToString();

        void Line(IEnumerable<(double X, double Y)> line, string opacity, string width)
        {
            svg.Append($"<polyline fill=\"none\" stroke=\"var(--mark)\" stroke-opacity=\"{opacity}\" stroke-width=\"{width}\" points=\"");
            foreach ((double x, double y) in line)
            {
                svg.Append(CultureInfo.InvariantCulture, $"{x:0.0},{y:0.0} ");
            }
            svg.Append("\"/>");
        }
    }

    // Centred mean over a twentieth of the run.
    private static IEnumerable<LossPoint> RunningMean(LossPoint[] points)
    {
        int half = Math.Max(1, points.Length / 40);
        for (int i = 0; i < points.Length; i++)
        {
            int from = Math.Max(0, i - half), to = Math.Min(points.Length - 1, i + half);
            double sum = 0;
            for (int j = from; j <= to; j++)
            {
                sum += points[j].Loss;
            }
            yield return new LossPoint(points[i].Step, sum / (to - from + 1));
        }
    }

    private static IEnumerable<double> Ticks(double low, double high)
    {
        for (double decade = Math.Pow(10, Math.Floor(Math.Log10(low))); decade <= high; decade *= 10)
        {
            foreach (double m in new[] { 1.0, 2.0, 5.0 })
            {
                if (decade * m >= low && decade * m <= high)
                {
                    yield return decade * m;
                }
            }
        }
    }
}
