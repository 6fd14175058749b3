using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace I1Xla.Pjrt.Plugins;

/// <summary>A wheel in a package index.</summary>
internal sealed record IndexedWheel(string FileName, Uri Url, string? Sha256);

/// <summary>A Python package index, through its "simple" interface: JSON (PEP 691) where it speaks it, HTML (PEP 503) otherwise.</summary>
internal sealed partial class PackageIndex(HttpClient http, string index)
{
    public const string Public = "https://pypi.org/simple";

    /// <summary>The version in a wheel's file name, null when it is not a wheel's.</summary>
    public static string? VersionOf(string fileName)
    {
        string[] parts = fileName.Split('-');
        return fileName.EndsWith(".whl", StringComparison.Ordinal) && parts.Length >= 5 ? parts[1] : null;
    }

    /// <summary>The wheel of a version for this machine.</summary>
    public async Task<IndexedWheel> FindWheelAsync(string package, string version, CancellationToken cancellation)
    {
        var page = new Uri($"{index.TrimEnd('/')}/{package}/");
        IReadOnlyList<IndexedWheel> files;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/vnd.pypi.simple.v1+json"));
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("text/html;q=0.5"));
            using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            string text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            files = response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) == true ? Json(text, page) : Html(text, page);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException)
        {
            throw new PluginInstallException($"{page} cannot be read: {e.Message}. Check the network, or give a mirror (--index) or a wheel file (--wheel).", e);
        }
        IndexedWheel[] wheels = [.. files.Where(f => VersionOf(f.FileName) == version && FitsThisMachine(f.FileName))];
        return wheels.Length > 0
            ? wheels[0]
            : throw new PluginInstallException($"{page} has no wheel of version {version} for this machine. Versions there: {string.Join(", ", files.Select(f => VersionOf(f.FileName)).Where(v => v is not null).Distinct().TakeLast(8))}.");
    }

    private static bool FitsThisMachine(string fileName)
    {
        string platform = fileName[(fileName.LastIndexOf('-') + 1)..];
        string machine = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x86_64";
        return platform == "any.whl" || (platform.Contains("linux", StringComparison.Ordinal) && platform.Contains(machine, StringComparison.Ordinal));
    }

    private static List<IndexedWheel> Json(string text, Uri page)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return [.. json.RootElement.GetProperty("files").EnumerateArray().Select(f => new IndexedWheel(
            f.GetProperty("filename").GetString() ?? "",
            new Uri(page, f.GetProperty("url").GetString()),
            f.TryGetProperty("hashes", out JsonElement hashes) && hashes.TryGetProperty("sha256", out JsonElement sha) ? sha.GetString() : null))];
    }

    private static List<IndexedWheel> Html(string text, Uri page) => [.. LinkPattern().Matches(text).Select(m =>
    {
        var url = new Uri(page, System.Net.WebUtility.HtmlDecode(m.Groups[1].Value));
        string? sha = url.Fragment.StartsWith("#sha256=", StringComparison.Ordinal) ? url.Fragment[8..] : null;
        return new IndexedWheel(Uri.UnescapeDataString(url.Segments[^1]), new UriBuilder(url) { Fragment = "" }.Uri, sha);
    })];

    [GeneratedRegex("<a [^>]*href=\"([^\"]+)\"", RegexOptions.IgnoreCase)]
    private static partial Regex LinkPattern();
}
