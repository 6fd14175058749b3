using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests;

/// <summary>What the documentation comments in the library's sources have to hold.</summary>
public partial class DocumentationTests
{
    private static readonly Type[] s_types = [.. typeof(Operation).Assembly.GetTypes().Where(t => t.IsPublic)];
    private static readonly Dictionary<string, string> s_comments = Comments();

    [Test]
    public void EveryPublicTypeHasASummary()
    {
        Assert.That(s_types, Has.Length.GreaterThan(300));
        Assert.That(s_types.Where(t => !Summary().IsMatch(CommentOf(t))).Select(t => t.FullName), Is.Empty, "public types without a <summary>");
    }

    [Test]
    public void EveryOpSaysWhatItComputesAndCitesItsSource()
    {
        Type[] views = [.. s_types.Where(t => t.GetProperty("Def")?.PropertyType == typeof(OpDef))];
        Assert.That(views, Has.Length.EqualTo(OpTable.All.Count));
        Assert.That(views.Where(t => !Clause().IsMatch(CommentOf(t))).Select(t => t.Name), Is.Empty, "ops that do not say what they compute");
        Assert.That(views.Where(t => !Source().IsMatch(CommentOf(t))).Select(t => t.Name), Is.Empty, "ops without a source");
    }

    [Test]
    public void EveryEnumOfTheTableCitesItsSource()
    {
        string[] names = [.. EnumDefs.All.Select(e => e.Name)];
        Type[] enums = [.. s_types.Where(t => t.IsEnum && t.Namespace == typeof(EnumDefs).Namespace && names.Contains(t.Name))];
        Assert.That(enums, Has.Length.EqualTo(names.Length));
        Assert.That(enums.Where(t => !Source().IsMatch(CommentOf(t))).Select(t => t.Name), Is.Empty, "enums without a source");
    }

    private static string CommentOf(Type type) => s_comments.GetValueOrDefault(type.FullName!, "");

    /// <summary>The comments above types that are not nested, by full name; of a partial type those of all its parts.</summary>
    private static Dictionary<string, string> Comments()
    {
        var comments = new Dictionary<string, string>();
        string root = Path.Combine(SharedAssets.RepositoryRoot, "src", "I1Xla.StableHlo");
        foreach (string folder in Directory.GetDirectories(root).Where(d => Path.GetFileName(d) is not ("bin" or "obj")))
        {
            foreach (string path in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
            {
                string space = "";
                string comment = "";
                foreach (string line in File.ReadLines(path))
                {
                    if (line.StartsWith("///", StringComparison.Ordinal))
                    {
                        comment += line + "\n";
                    }
                    else if (line.StartsWith("namespace ", StringComparison.Ordinal))
                    {
                        space = line["namespace ".Length..].TrimEnd(';');
                    }
                    else if (Declaration().Match(line) is { Success: true } match)
                    {
                        string name = $"{space}.{match.Groups[1].Value}{(match.Groups[2].Success ? "`1" : "")}";
                        comments[name] = comments.GetValueOrDefault(name, "") + comment;
                        comment = "";
                    }
                    else if (!line.StartsWith('['))
                    {
                        comment = "";
                    }
                }
            }
        }
        return comments;
    }

    [GeneratedRegex(@"^public [\w ]*\b(?:class|struct|record|enum|interface) (?!struct\b|class\b)(\w+)(<\w+>)?")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"<summary>(?![\s/]*</summary>)[\s\S]*?</summary>")]
    private static partial Regex Summary();

    [GeneratedRegex(@"<summary>A view of a <c>[\w.-]+</c>: \S.+</summary>")]
    private static partial Regex Clause();

    [GeneratedRegex(@"<remarks>.*(?:docs/spec\.md#[\w-]+""|<c>\w+\.td</c>).*</remarks>")]
    private static partial Regex Source();
}
