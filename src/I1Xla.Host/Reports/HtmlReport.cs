using System.Globalization;
using System.Net;
using System.Text;
using I1Xla.Data.Images;

namespace I1Xla.Host.Reports;

/// <summary>Writes a <see cref="RunReport"/> as one self-contained HTML file: style, curve and pictures are inside it.</summary>
public static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2024; --soft: #60666d; --line: #d9dde1; --ground: #fbfbfa; --card: #ffffff; --mark: #2563a8; --good: #1a7f4b; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7eaed; --soft: #9aa1a9; --line: #343a40; --ground: #15181b; --card: #1d2125; --mark: #6aa5e6; --good: #58c48b; --bad: #f0877f; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 0 auto; max-width: 1040px; padding: 32px 20px 64px; }
        h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 40px 0 12px; } .score { font-size: 19px; color: var(--mark); margin: 0 0 20px; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; } dt { color: var(--soft); } dd { margin: 0; font-variant-numeric: tabular-nums; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: 12px; } figure { margin: 0; }
        .grid img { width: 100%; image-rendering: pixelated; border-radius: 4px; border: 2px solid var(--line); box-sizing: border-box; }
        .grid .good img { border-color: var(--good); } .grid .bad img { border-color: var(--bad); }
        figcaption { font-size: 12px; color: var(--soft); line-height: 1.3; margin-top: 4px; } .bad figcaption b { color: var(--bad); font-weight: 600; }
        .previews { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 16px; } .previews img { width: 100%; image-rendering: pixelated; border-radius: 4px; }
        svg text { fill: var(--soft); font: 11px system-ui, sans-serif; } pre { overflow-x: auto; font-size: 12px; margin: 0; } summary { cursor: pointer; color: var(--soft); }
        """;

    /// <summary>Writes the file (temporary name, then rename).</summary>
    public static void Save(string path, RunReport report)
    {
        string temporary = path + "-TEMPORARY";
        File.WriteAllText(temporary, Render(report));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The document.</summary>
    public static string Render(RunReport report)
    {
        var html = new StringBuilder();
        html.Append($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{Text(report.Title)}</title><style>{Style}</style></head><body>\n");
        html.Append($"<h1>{Text(report.Title)}</h1>\n<p class=\"score\">{Text(report.Score)}</p>\n<div class=\"card\"><dl>\n");
        foreach ((string name, string value) in report.Facts)
        {
            html.Append($"<dt>{Text(name)}</dt><dd>{Text(value)}</dd>\n");
        }
        html.Append("</dl></div>\n<h2>Loss</h2>\n<div class=\"card\">").Append(LossCurve.Svg(report.Losses)).Append("</div>\n");
        if (report.Previews.Count > 0)
        {
            html.Append("<h2>Samples as training went</h2>\n<div class=\"previews\">\n");
            foreach (PreviewSheet preview in report.Previews)
            {
                html.Append($"<figure><img src=\"{Data(preview.Sheet)}\" alt=\"samples at step {preview.Step}\"><figcaption>step {Number(preview.Step)}</figcaption></figure>\n");
            }
            html.Append($"</div>\n<p><small>Prompts, left to right, top to bottom: {Text(string.Join("; ", report.PreviewPrompts))}.</small></p>\n");
        }
        if (report.Pictures.Count > 0)
        {
            html.Append("<h2>Final sheet</h2>\n<p>Prompts whose combination of shape, colour and ground was never trained on. A red frame marks a picture in which the classifier saw something else.</p>\n<div class=\"grid\">\n");
            foreach (JudgedPicture picture in report.Pictures)
            {
                html.Append($"<figure class=\"{(picture.Matches ? "good" : "bad")}\"><img src=\"{Data(picture.Picture)}\" alt=\"{Text(picture.Prompt)}\"><figcaption>{Text(picture.Prompt)}{(picture.Matches ? "" : $"<br><b>seen: {Text(picture.Seen)}</b>")}</figcaption></figure>\n");
            }
            html.Append("</div>\n");
        }
        html.Append($"<h2>Configuration</h2>\n<details class=\"card\"><summary>as it was used</summary><pre>{Text(report.Configuration)}</pre></details>\n</body></html>\n");
        return html.ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Data(RgbImage image) => "data:image/png;base64," + Convert.ToBase64String(PngEncoder.Encode(image));
}
