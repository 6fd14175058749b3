using System.Text;
using System.Text.RegularExpressions;
using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Conformance;

/// <summary>The cases of <c>vhlo/</c>: artifacts beside their texts, downgrades, and what must be refused.</summary>
public sealed partial class ConformanceSuite
{
    private string? RunArtifact(string path)
    {
        if (codec is null)
        {
            return SkipMark + "no reader of artifacts was given";
        }
        string text = File.ReadAllText(path);
        string[] runs = RunLines(text);
        string artifactPath = path + ".bc";
        if (runs.Any(r => r.Contains("not stablehlo-translate --deserialize", StringComparison.Ordinal)))
        {
            return Refused(text, File.ReadAllBytes(artifactPath));
        }
        string[] conversions = [.. runs.Where(r => r.Contains("-verify-diagnostics", StringComparison.Ordinal) ? r.Contains("--stablehlo-legalize-to-vhlo", StringComparison.Ordinal) : r.Contains("--vhlo-to-version", StringComparison.Ordinal))];
        return conversions.Length > 0 ? conversions.Select(r => Converted(path, text, r)).FirstOrDefault(d => d is not null)
            : File.Exists(artifactPath) ? Pair(path, runs, File.ReadAllBytes(artifactPath))
            : Parts(path).Select(ReadsBack).FirstOrDefault(d => d is not null);
    }

    private static IEnumerable<ModuleOp> Parts(string path) => MlirParser.ParseSplit(File.ReadAllBytes(path), path).Select(p => p.Module ?? throw p.Error!);

    /// <summary>What is written at the current version reads back as the same module.</summary>
    private string? ReadsBack(ModuleOp module)
    {
        byte[] artifact = codec!.Write(module, StableHloVersion.Current.ToString());
        string text = MlirPrinter.Print(module), back = MlirPrinter.Print(codec.Read(artifact));
        return text == back ? null : "what is written reads back as another module: " + FirstDifference(text, back);
    }

    /// <summary>An artifact must read to the module of its text, and the text write to the artifact byte for byte (where it was made from the text without locations).</summary>
    private string? Pair(string path, string[] runs, byte[] artifact)
    {
        ModuleOp read = codec!.Read(artifact);
        string expected = MlirPrinter.Print(MlirParser.ParseFile(path)), actual = MlirPrinter.Print(read);
        if (expected != actual)
        {
            return "the artifact reads to another module: " + FirstDifference(expected, actual);
        }
        if (!PortableArtifact.TryGetVersion(artifact, out StableHloVersion version))
        {
            return "the artifact does not say its version";
        }
        if (runs.Length > 0 && !runs.Any(r => r.Contains("diff %s.bc", StringComparison.Ordinal)))
        {
            return ReadsBack(read);
        }
        byte[] written = codec.Write(MlirParser.ParseFile(path), version.ToString());
        return written.AsSpan().SequenceEqual(artifact) ? null
            : $"the module writes to {written.Length} bytes, the artifact has {artifact.Length}; they differ from byte {written.AsSpan().CommonPrefixLength(artifact)}";
    }

    /// <summary>An artifact that must not be read; the error names the operation that the file's checks name.</summary>
    private string? Refused(string text, byte[] artifact)
    {
        try
        {
            _ = codec!.Read(artifact);
            return "the artifact is read, though it must not be";
        }
        catch (BytecodeException e)
        {
            string? name = CheckedOperation().Matches(text).Select(m => m.Groups[1].Value).FirstOrDefault(n => !e.Message.Contains(n, StringComparison.Ordinal));
            return name is null ? null : $"the error does not name {name}: {e.Message}";
        }
    }

    /// <summary>One RUN line that turns each part into VHLO at a version: the errors must be those annotated, and what succeeds must hold the operations that the checks name and mean the same.</summary>
    private string? Converted(string path, string text, string run)
    {
        string target = TargetVersion().Match(run) is { Success: true } match ? match.Groups[1].Value : run.Contains("--vhlo-to-version", StringComparison.Ordinal) ? "" : StableHloVersion.Current.ToString();
        bool annotated = run.Contains("-verify-diagnostics", StringComparison.Ordinal);
        var errors = new StringBuilder();
        var names = new StringBuilder();
        foreach (SplitPart part in MlirParser.ParseSplit(File.ReadAllBytes(path), path))
        {
            var diagnostics = new List<Diagnostic>(part.Error?.Diagnostics ?? []);
            if (part.Module is { } module)
            {
                if (!StableHloVersion.TryParse(target, out StableHloVersion version))
                {
                    errors.AppendLine(target.Length == 0 ? "No target version specified.\nTarget version must be of the form `#.#.#`." : $"Invalid target version argument '{target}'");
                    continue;
                }
                try
                {
                    // A patch has the same operations as its version.
                    byte[] artifact = PortableArtifact.Write(module, version);
                    names.Append(Encoding.Latin1.GetString(artifact));
                    string back = MlirPrinter.Print(PortableArtifact.Read(artifact)), same = MlirPrinter.Print(PortableArtifact.Read(PortableArtifact.Write(module, StableHloVersion.Current)));
                    if (back != same)
                    {
                        return $"line {part.FirstLine}: at version {target} it reads back as another module: {FirstDifference(same, back)}";
                    }
                }
                catch (PortableArtifactException e)
                {
                    diagnostics.Add(new Diagnostic(DiagnosticSeverity.Error, e.Location, e.Message));
                    if (version < StableHloVersion.Current)
                    {
                        diagnostics.Add(new Diagnostic(DiagnosticSeverity.Error, ModuleLocation(part, module, path), $"failed to convert VHLO to v{target}"));
                    }
                }
            }
            foreach (Diagnostic diagnostic in diagnostics)
            {
                errors.AppendLine(diagnostic.ToString());
            }
            string own = Encoding.UTF8.GetString(part.Text.Span);
            if (annotated && ExpectedDiagnostics.Compare(own, part.FirstLine, diagnostics) is { Count: > 0 } problems)
            {
                return string.Join("; ", problems);
            }
        }
        if (run.Contains("not stablehlo-opt", StringComparison.Ordinal))
        {
            return FileCheck.Verify(text, errors.ToString(), CheckPrefix().Match(run) is { Success: true } prefix ? prefix.Groups[1].Value : "CHECK");
        }
        if (!annotated && errors.Length > 0)
        {
            return errors.ToString().TrimEnd();
        }
        // Names in an artifact stand without their dialect.
        string? absent = annotated ? null : CheckedOperation().Matches(text).Select(m => m.Groups[1].Value["vhlo.".Length..]).FirstOrDefault(n => !names.ToString().Contains(n, StringComparison.Ordinal));
        return absent is null ? null : $"no operation {absent} is written at version {target}";
    }

    /// <summary>A module that the text does not write out is on the line before its first.</summary>
    private static Location ModuleLocation(SplitPart part, ModuleOp module, string path) =>
        Encoding.UTF8.GetString(part.Text.Span).Split('\n').Any(l => l.StartsWith("module", StringComparison.Ordinal) || l.StartsWith("builtin.module", StringComparison.Ordinal))
            ? module.Op.Location : new FileLineLocation(path, part.FirstLine - 1, 0);

    [GeneratedRegex(@"// CHECK[A-Z-]*:[^#!\r\n]*?\b(vhlo\.\w+_v\d+)")]
    private static partial Regex CheckedOperation();

    [GeneratedRegex("--vhlo-to-version='?=?\"?target=([^\\s'\"]+)")]
    private static partial Regex TargetVersion();

    [GeneratedRegex(@"--check-prefix=(\S+)")]
    private static partial Regex CheckPrefix();
}
