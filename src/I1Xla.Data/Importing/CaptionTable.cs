using System.Text;
using System.Text.Json;

namespace I1Xla.Data.Importing;

/// <summary>
/// Captions of pictures, from a table: CSV or tab-separated text, or JSON lines; one or several captions a picture. Several
/// rows of one picture add up.
/// <list type="bullet">
/// <item>CSV: if the first row has a column called file, file_name, filename, image, image_name, name, key, id or path, the captions are
/// the columns whose names begin with caption, text, prompt, description or title (all other columns where there is none); else the first column is
/// the picture and the rest captions.</item>
/// <item>JSON lines: an object with the picture under one of the same names, and captions under the same names, as a string or
/// a list of strings.</item>
/// </list>
/// </summary>
public sealed class CaptionTable
{
    private static readonly string[] FileNames = ["file", "file_name", "filename", "image", "image_name", "name", "key", "id", "path"];
    private static readonly string[] CaptionPrefixes = ["caption", "text", "prompt", "description", "title"];

    private readonly Dictionary<string, List<string>> captions = new(StringComparer.Ordinal);

    private CaptionTable()
    {
    }

    /// <summary>Picture names as the table has them.</summary>
    public IReadOnlyCollection<string> Pictures => captions.Keys;

    /// <summary>The captions of the picture at <paramref name="relativePath"/>: by path, by file name, by either without extension.</summary>
    /// <param name="relativePath">Path under the folder, with slashes.</param>
    /// <param name="key">The table's own name for it.</param>
    public IReadOnlyList<string>? Find(string relativePath, out string? key)
    {
        string file = Path.GetFileName(relativePath);
        foreach (string candidate in (string[])[relativePath, file, Path.ChangeExtension(relativePath, null), Path.GetFileNameWithoutExtension(file)])
        {
            if (captions.TryGetValue(candidate, out List<string>? found))
            {
                key = candidate;
                return found;
            }
        }
        key = null;
        return null;
    }

    /// <summary>Reads a table; the format is told by the first character.</summary>
    /// <exception cref="DataFileException">The file is missing or a line cannot be understood; the message has the line.</exception>
    public static CaptionTable Load(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"The captions file {path} does not exist. Check the path.", e);
        }
        var table = new CaptionTable();
        if (text.AsSpan().TrimStart().StartsWith("{"))
        {
            table.ReadJsonLines(path, text);
        }
        else
        {
            table.ReadSeparated(path, text);
        }
        return table.captions.Count > 0 ? table : throw new DataFileException(path, $"The captions file {path} has no captions. Give CSV rows 'file,caption' or JSON lines {{\"file\": …, \"caption\": …}}.");
    }

    private void Add(string picture, IEnumerable<string> texts)
    {
        string key = picture.Trim().Replace('\\', '/');
        key = key.StartsWith("./", StringComparison.Ordinal) ? key[2..] : key;
        if (!captions.TryGetValue(key, out List<string>? list))
        {
            captions.Add(key, list = []);
        }
        foreach (string t in texts.Select(t => t.Trim()))
        {
            if (t.Length > 0 && !list.Contains(t))
            {
                list.Add(t);
            }
        }
    }

    private void ReadJsonLines(string path, string text)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }
            try
            {
                using JsonDocument json = JsonDocument.Parse(line);
                JsonProperty[] fields = [.. json.RootElement.EnumerateObject()];
                JsonElement file = FileNames.SelectMany(n => fields.Where(f => f.Name.Equals(n, StringComparison.OrdinalIgnoreCase))).Select(f => f.Value)
                    .FirstOrDefault(v => v.ValueKind is JsonValueKind.String or JsonValueKind.Number);
                if (file.ValueKind == JsonValueKind.Undefined)
                {
                    throw new JsonException($"it names no picture (one of {string.Join(", ", FileNames)})");
                }
                Add(file.ToString(), fields.Where(f => IsCaption(f.Name)).SelectMany(f => f.Value.ValueKind switch
                {
                    JsonValueKind.String => [f.Value.GetString()!],
                    JsonValueKind.Array => f.Value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!),
                    _ => (IEnumerable<string>)[],
                }));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new DataFileException(path, $"{path}, line {number} is not a caption row: {e.Message.TrimEnd('.')}. Write one JSON object a line, e.g. {{\"file\": \"a.png\", \"caption\": \"a cat\"}}.", e);
            }
        }
    }

    private void ReadSeparated(string path, string text)
    {
        int firstEnd = text.IndexOf('\n', StringComparison.Ordinal);
        string first = firstEnd < 0 ? text : text[..firstEnd];
        char separator = first.Contains('\t', StringComparison.Ordinal) ? '\t' : first.Contains(';', StringComparison.Ordinal) && !first.Contains(',', StringComparison.Ordinal) ? ';' : ',';
        int fileColumn = 0;
        int[]? captionColumns = null;
        bool header = true;
        foreach ((int line, string[] row) in Rows(path, text, separator))
        {
            if (row is [var only] && only.Trim().Length == 0)
            {
                continue;
            }
            if (header)
            {
                header = false;
                int found = Array.FindIndex(row, c => FileNames.Contains(c.Trim().ToLowerInvariant()));
                if (found >= 0)
                {
                    fileColumn = found;
                    int[] named = [.. Enumerable.Range(0, row.Length).Where(i => i != found && IsCaption(row[i].Trim()))];
                    captionColumns = named.Length > 0 ? named : [.. Enumerable.Range(0, row.Length).Where(i => i != found)];
                    continue;
                }
            }
            if (row.Length < 2 || fileColumn >= row.Length)
            {
                throw new DataFileException(path, $"{path}, line {line} has no caption: '{string.Join(separator, row)}'. Give each row a picture and at least one caption, separated by '{(separator == '\t' ? "tab" : separator)}', with quotes round captions that contain it.");
            }
            // Without a header every further column is a caption.
            IEnumerable<int> columns = captionColumns?.Where(c => c < row.Length) ?? Enumerable.Range(1, row.Length - 1);
            Add(row[fileColumn], columns.Select(c => row[c]));
        }
    }

    /// <summary>RFC 4180: fields in double quotes may contain separators, line ends and doubled quotes.</summary>
    private static IEnumerable<(int Line, string[] Row)> Rows(string path, string text, char separator)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        int line = 1, start = 1;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            line += c == '\n' ? 1 : 0;
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && field.ToString().Trim().Length == 0)
            {
                field.Clear();
                quoted = true;
            }
            else if (c == separator)
            {
                row.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                row.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                yield return (start, [.. row]);
                row.Clear();
                start = line;
            }
            else
            {
                field.Append(c);
            }
        }
        if (quoted)
        {
            throw new DataFileException(path, $"{path}: the quote opened in the row at line {start} is never closed. Close it, or double quotes inside captions.");
        }
        if (row.Count > 0 || field.Length > 0)
        {
            row.Add(field.ToString().TrimEnd('\r'));
            yield return (start, [.. row]);
        }
    }

    private static bool IsCaption(string name) => CaptionPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
