using System.Globalization;

namespace I1Xla.Tools.PjrtAbi;

/// <summary>One enum of the C header and the .NET name it is published under.</summary>
public sealed record AbiEnum(string CName, string PublicName, IReadOnlyList<AbiEnumMember> Members);

/// <summary>A member of an enum; <paramref name="Since"/> is the minor version that added it (0: always there).</summary>
public sealed record AbiEnumMember(string Name, int Value, int Since);

/// <summary>A C function pointer type: its result and its parameters in order.</summary>
public sealed record AbiCallback(string Name, string Result, IReadOnlyList<AbiParameter> Parameters);

/// <summary>A parameter of a function pointer type.</summary>
public sealed record AbiParameter(string Type, string Name);

/// <summary>
/// A field of a struct. <paramref name="Union"/> lists the overlapping members when the field is a union,
/// <paramref name="Function"/> the signature when it is a function pointer without a name of its own.
/// </summary>
public sealed record AbiField(string Type, string Name, int Since, IReadOnlyList<AbiField>? Union = null, AbiCallback? Function = null);

/// <summary>A struct of the C header. <paramref name="Sized"/>: its first field is <c>struct_size</c>.</summary>
public sealed record AbiStruct(string Name, IReadOnlyList<AbiField> Fields, bool Sized);

/// <summary>One slot of a function table: takes <paramref name="ArgsType"/> and returns a PJRT_Error unless <paramref name="IsVoid"/>.</summary>
public sealed record AbiFunction(string Name, string ArgsType, bool IsVoid, int Since);

/// <summary>The function table of an extension: what follows its PJRT_Extension_Base.</summary>
public sealed record AbiExtension(string Name, string Type, IReadOnlyList<AbiFunction> Functions);

/// <summary>The facts file <c>pjrt.abi</c>, read. Its syntax is described in its own first lines.</summary>
public sealed class AbiTable
{
    /// <summary>Newest major version described.</summary>
    public int Major { get; private set; }

    /// <summary>Newest minor version described.</summary>
    public int Minor { get; private set; }

    /// <summary>Oldest minor version spoken to.</summary>
    public int Oldest { get; private set; }

    /// <summary>Types only ever seen through a pointer.</summary>
    public List<string> Opaque { get; } = [];

    /// <summary>All enums in file order.</summary>
    public List<AbiEnum> Enums { get; } = [];

    /// <summary>All named function pointer types in file order.</summary>
    public List<AbiCallback> Callbacks { get; } = [];

    /// <summary>All structs in file order.</summary>
    public List<AbiStruct> Structs { get; } = [];

    /// <summary>The slots of <c>PJRT_Api</c> in order.</summary>
    public List<AbiFunction> Api { get; } = [];

    /// <summary>The function tables of the extensions in file order.</summary>
    public List<AbiExtension> Extensions { get; } = [];

    /// <summary>Reads the facts; a line that cannot be understood is a <see cref="FormatException"/> naming it.</summary>
    public static AbiTable Parse(string text)
    {
        var table = new AbiTable();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length;)
        {
            string line = Strip(lines[i]);
            int number = ++i;
            if (line.Length == 0)
            {
                continue;
            }
            if (char.IsWhiteSpace(lines[number - 1][0]))
            {
                throw Bad(number, "an indented line outside a block");
            }
            var body = new List<(int Number, string Text)>();
            while (i < lines.Length && (Strip(lines[i]).Length == 0 || char.IsWhiteSpace(lines[i][0])))
            {
                if (Strip(lines[i]) is { Length: > 0 } inner)
                {
                    body.Add((i + 1, inner));
                }
                i++;
            }
            table.Add(number, line, body);
        }
        return table;
    }

    private void Add(int number, string line, List<(int Number, string Text)> body)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "version":
                string[] parts = words[1].Split('.');
                Major = int.Parse(parts[0], CultureInfo.InvariantCulture);
                Minor = int.Parse(parts[1], CultureInfo.InvariantCulture);
                break;
            case "oldest":
                Oldest = int.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            case "opaque":
                Opaque.AddRange(words.Skip(1));
                break;
            case "enum":
                Enums.Add(new AbiEnum(words[1], words[2], body.ConvertAll(b => EnumMember(b.Text))));
                break;
            case "callback":
                Callbacks.Add(Signature(line["callback ".Length..], number, resultFirst: false));
                break;
            case "args":
                Structs.Add(new AbiStruct(words[1], [Head, Extension, .. Fields(body)], Sized: true));
                break;
            case "sized":
                Structs.Add(new AbiStruct(words[1], [Head, .. Fields(body)], Sized: true));
                break;
            case "struct":
                Structs.Add(new AbiStruct(words[1], [.. Fields(body)], Sized: false));
                break;
            case "api":
                Api.AddRange(body.ConvertAll(b => Function(b.Text)));
                break;
            case "extension":
                Extensions.Add(new AbiExtension(words[1], words[2], body.ConvertAll(b => Function(b.Text))));
                break;
            default:
                throw Bad(number, $"an unknown word '{words[0]}'");
        }
    }

    private static AbiField Head => new("size_t", "struct_size", 0);

    private static AbiField Extension => new("PJRT_Extension_Base*", "extension_start", 0);

    private static AbiEnumMember EnumMember(string text)
    {
        (string rest, int since) = Since(text);
        string[] words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new AbiEnumMember(words[0], int.Parse(words[1], CultureInfo.InvariantCulture), since);
    }

    private static AbiFunction Function(string text)
    {
        (string rest, int since) = Since(text);
        string[] words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new AbiFunction(words[0], words[0] + "_Args", words.Contains("void"), since);
    }

    private static List<AbiField> Fields(List<(int Number, string Text)> body)
    {
        var fields = new List<AbiField>();
        for (int i = 0; i < body.Count; i++)
        {
            (int number, string text) = body[i];
            if (text.StartsWith("union ", StringComparison.Ordinal))
            {
                int end = body.FindIndex(i, b => b.Text == "end");
                if (end < 0)
                {
                    throw Bad(number, "a union without its 'end'");
                }
                fields.Add(new AbiField("union", text[6..].Trim(), 0, Fields(body[(i + 1)..end])));
                i = end;
            }
            else if (text.StartsWith("fn ", StringComparison.Ordinal))
            {
                (string rest, int since) = Since(text[3..]);
                AbiCallback signature = Signature(rest, number, resultFirst: true);
                fields.Add(new AbiField("fn", signature.Name, since, Function: signature));
            }
            else
            {
                (string rest, int since) = Since(text);
                int space = rest.LastIndexOf(' ');
                if (space < 0)
                {
                    throw Bad(number, "a field without a name");
                }
                fields.Add(new AbiField(rest[..space].Trim(), rest[(space + 1)..], since));
            }
        }
        return fields;
    }

    private static AbiCallback Signature(string text, int number, bool resultFirst)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith(')'))
        {
            throw Bad(number, "a signature without parentheses");
        }
        string[] head = text[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var parameters = text[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(p => new AbiParameter(p[..p.LastIndexOf(' ')].Trim(), p[(p.LastIndexOf(' ') + 1)..])).ToList();
        return resultFirst ? new AbiCallback(head[1], head[0], parameters) : new AbiCallback(head[0], head[1], parameters);
    }

    private static (string Text, int Since) Since(string text)
    {
        int at = text.LastIndexOf('@');
        return at < 0 ? (text.Trim(), 0) : (text[..at].Trim(), int.Parse(text[(at + 1)..], CultureInfo.InvariantCulture));
    }

    private static string Strip(string line)
    {
        int hash = line.IndexOf('#', StringComparison.Ordinal);
        return (hash < 0 ? line : line[..hash]).Trim();
    }

    private static FormatException Bad(int line, string what) => new($"pjrt.abi line {line}: {what}.");
}
