using System.Xml.Linq;
using I1Xla.Data.Images;
using I1Xla.Host.Metrics;
using I1Xla.Host.Reports;

namespace I1Xla.Host.Tests;

public class ReportTests
{
    [Test]
    public void AContactSheetPlacesEveryPictureScaled()
    {
        RgbImage red = Solid(255, 0, 0), green = Solid(0, 255, 0), blue = Solid(0, 0, 255);
        RgbImage sheet = ContactSheet.Build([red, green, blue], columns: 2, scale: 2, margin: 1);
        Assert.That((sheet.Width, sheet.Height), Is.EqualTo((11, 11)));
        Assert.That(Pixel(sheet, 0, 0), Is.EqualTo((24, 24, 24)));
        Assert.That(Pixel(sheet, 1, 1), Is.EqualTo((255, 0, 0)));
        Assert.That(Pixel(sheet, 9, 4), Is.EqualTo((0, 255, 0)));
        Assert.That(Pixel(sheet, 4, 9), Is.EqualTo((0, 0, 255)));
        Assert.That(Pixel(sheet, 9, 9), Is.EqualTo((24, 24, 24)), "the empty cell");

        static RgbImage Solid(byte r, byte g, byte b)
        {
            var image = new RgbImage(2, 2);
            for (int i = 0; i < 4; i++)
            {
                (image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]) = (r, g, b);
            }
            return image;
        }

        static (int, int, int) Pixel(RgbImage image, int x, int y)
        {
            int at = ((y * image.Width) + x) * 3;
            return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
        }
    }

    [Test]
    public void TheReportHoldsEverythingAndEscapesText()
    {
        var report = new RunReport
        {
            Title = "a <b> run",
            Losses = [new(1, 1.0), new(2, double.NaN), new(3, 0.25), new(4, 0.1)],
            Previews = [new PreviewSheet(3, new RgbImage(4, 4))],
            PreviewPrompts = ["red & blue"],
            Pictures = [new JudgedPicture("a red circle", new RgbImage(2, 2), false, "a blue \"circle\"")],
            Score = "0 of 1 pictures match their prompt",
            Facts = [("steps", "4")],
            Configuration = "lr: <1>",
        };
        string html = HtmlReport.Render(report);
        Assert.That(html, Does.Contain("a &lt;b&gt; run").And.Contain("red &amp; blue").And.Contain("seen: a blue &quot;circle&quot;").And.Contain("lr: &lt;1&gt;"));
        Assert.That(html, Does.Not.Contain("http://").And.Not.Contain("https://"), "nothing is fetched");
        Assert.That(html.Split("data:image/png;base64,").Length - 1, Is.EqualTo(2));
        string svg = html[html.IndexOf("<svg", StringComparison.Ordinal)..(html.IndexOf("</svg>", StringComparison.Ordinal) + 6)];
        XElement parsed = XElement.Parse(svg);
        Assert.That(parsed.Elements("polyline").First().Attribute("points")!.Value.Trim().Split(' '), Has.Length.EqualTo(3), "the loss that is not a number is left out");
    }

    [Test]
    public void MetricsSurviveACutAndAResumedRunRepeatsNoStep()
    {
        string dir = Directory.CreateTempSubdirectory("i1xla-metrics").FullName;
        try
        {
            using (var writer = new MetricWriter(dir, 0))
            {
                for (int step = 1; step <= 4; step++)
                {
                    writer.Start(step);
                    writer.Measure("training_loss", 1.0 / step);
                    writer.End();
                }
            }
            File.AppendAllText(Path.Combine(dir, MetricWriter.FileName), "{\"step\": 5, \"trai");
            using (var writer = new MetricWriter(dir, resumedFrom: 2))
            {
                writer.Start(3);
                writer.Measure("training_loss", 9);
                writer.End();
                writer.Start(4);
                writer.End();
            }
            Assert.That(MetricWriter.ReadLosses(dir), Is.EqualTo(new[] { (1L, 1.0), (2L, 0.5), (3L, 9.0) }));
        }
        finally
        {
            Directory.Delete(dir, true);
        }
    }

    [TestCase(42.4, "42s")]
    [TestCase(187, "3m7s")]
    [TestCase(18725, "5h12m")]
    public void DurationsReadAsI1Writes(double seconds, string text) => Assert.That(Chrono.Format(seconds), Is.EqualTo(text));
}
