using System.Globalization;
using System.Text;
using System.Text.Json;

namespace I1Xla.Data.Importing;

/// <summary>
/// Makes a captions table for the pictures of an <c>emoji-datasource-*</c> npm package from its <c>emoji.json</c>: for each
/// picture its name, its other short names, and its name with its kind, e.g. "strawberry" and "strawberry, food fruit".
/// </summary>
public static class EmojiCaptions
{
    private static readonly Dictionary<string, string> SkinTones = new(StringComparer.Ordinal)
    {
        ["1F3FB"] = "light skin tone",
        ["1F3FC"] = "medium light skin tone",
        ["1F3FD"] = "medium skin tone",
        ["1F3FE"] = "medium dark skin tone",
        ["1F3FF"] = "dark skin tone",
    };

    /// <summary>Reads <c>emoji.json</c> and writes JSON lines for <see cref="CaptionTable"/>, which name pictures by file name.</summary>
    /// <param name="emojiJson">The package's <c>emoji.json</c>.</param>
    /// <param name="set">Which pictures must exist: <c>google</c>, <c>apple</c>, <c>twitter</c> or <c>facebook</c>.</param>
    /// <param name="target">The table to write.</param>
    /// <returns>Number of pictures in the table.</returns>
    /// <exception cref="DataFileException">The file is missing or not as the package has it.</exception>
    public static int Write(string emojiJson, string set, string target)
    {
        var lines = new StringBuilder();
        int count = 0;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(emojiJson));
            foreach (JsonElement emoji in json.RootElement.EnumerateArray())
            {
                string name = Clean(emoji.GetProperty("name").GetString()!);
                string kind = Clean($"{emoji.GetProperty("category").GetString()} {emoji.GetProperty("subcategory").GetString()}");
                string[] shortNames = [.. emoji.GetProperty("short_names").EnumerateArray().Select(s => Clean(s.GetString()!))];
                Add(emoji, "");
                if (emoji.TryGetProperty("skin_variations", out JsonElement variations))
                {
                    foreach (JsonProperty variation in variations.EnumerateObject())
                    {
                        Add(variation.Value, string.Join(" and ", variation.Name.Split('-').Distinct().Select(t => SkinTones.GetValueOrDefault(t, "")).Where(t => t.Length > 0)));
                    }
                }

                void Add(JsonElement picture, string tone)
                {
                    if (!picture.TryGetProperty($"has_img_{set}", out JsonElement has) || has.ValueKind != JsonValueKind.True)
                    {
                        return;
                    }
                    string with = tone.Length > 0 ? " with " + tone : "";
                    string[] captions = [.. new[] { name + with }.Concat(shortNames.Select(s => s + with)).Append($"{name}{with}, {kind}").Distinct()];
                    lines.Append(JsonSerializer.Serialize(new { file = picture.GetProperty("image").GetString(), captions }, Json)).Append('\n');
                    count++;
                }
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(emojiJson, $"{emojiJson} does not exist. Fetch the package with 'npm pack emoji-datasource-{set}' and unpack it.", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DataFileException(emojiJson, $"{emojiJson} is not the emoji.json of an emoji-datasource package: {e.Message.TrimEnd('.')}. Fetch the package again.", e);
        }
        if (count == 0)
        {
            throw new DataFileException(emojiJson, $"{emojiJson} lists no pictures of the set '{set}'. Use google, apple, twitter or facebook, the one the package is for.");
        }
        File.WriteAllText(target, lines.ToString());
        return count;
    }

    /// <summary>Lower case, words separated by single blanks, no other signs.</summary>
    private static string Clean(string text)
    {
        var result = new StringBuilder();
        foreach (Rune rune in text.ToLower(CultureInfo.InvariantCulture).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value == '\'')
            {
                result.Append(rune);
            }
            else if (result.Length > 0 && result[^1] != ' ')
            {
                result.Append(' ');
            }
        }
        return result.ToString().TrimEnd();
    }

    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
