using System.Globalization;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

/// <summary>Runs random programs on a backend and on the reference interpreter.</summary>
/// <remarks>Differential testing: McKeeman, "Differential testing for software", 1998.</remarks>
public static class RandomComparison
{
    /// <summary>Runs the program of a seed on both.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="run">The backend: a module with <c>main</c>, its arguments, its results.</param>
    /// <returns>Null when they agree, else what differs; the program's text follows.</returns>
    public static string? Run(int seed, Func<ModuleOp, IReadOnlyList<Literal>, IReadOnlyList<Literal>> run) => Run(seed, RandomShapes.Small, [("", run)]);

    /// <summary>Runs the program of a seed once on the interpreter, and on several backends.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="shapes">How large its tensors are.</param>
    /// <param name="runs">The backends, each with what to call it where it differs.</param>
    /// <returns>Null when all agree, else what differs first; the program's text follows.</returns>
    public static string? Run(int seed, RandomShapes shapes, IReadOnlyList<(string Name, Func<ModuleOp, IReadOnlyList<Literal>, IReadOnlyList<Literal>> Run)> runs)
    {
        var program = RandomProgram.Create(seed, shapes);
        string at = "";
        string? problem = null;
        try
        {
            ModuleOp module = MlirParser.ParseModule(program.Text);
            Literal[] expected = Interpreter.Run(module, "main", program.Arguments);
            for (int i = 0; i < runs.Count && problem is null; i++)
            {
                at = runs[i].Name.Length > 0 ? $", {runs[i].Name}" : "";
                problem = Compare(expected, runs[i].Run(module, program.Arguments), program.IsExact, Tolerance(program.Text));
            }
        }
        catch (Exception e)
        {
            problem = $"{e.GetType().Name}: {e.Message}";
        }
        return problem is null ? null : $"seed {seed}{at}: {problem}\n{program.Text}";
    }

    private static string? Compare(Literal[] expected, IReadOnlyList<Literal> actual, IReadOnlyList<bool> exact, double tolerance)
    {
        if (actual.Count != expected.Length)
        {
            return $"{actual.Count} results instead of {expected.Length}";
        }
        for (int r = 0; r < expected.Length; r++)
        {
            if (expected[r].Data.Length != actual[r].Data.Length)
            {
                return $"result {r} has {actual[r].Data.Length} bytes instead of {expected[r].Data.Length}";
            }
            ElementKind kind = expected[r].Type.Kind;
            if (!kind.IsFloat() && !kind.IsComplex())
            {
                int at = expected[r].Data.Span.CommonPrefixLength(actual[r].Data.Span);
                if (at < expected[r].Data.Length)
                {
                    return $"result {r} ({expected[r].Type}) differs at element {at / kind.StorageBytes()}: {Convert.ToHexString(actual[r].Data.Span.Slice(at / kind.StorageBytes() * kind.StorageBytes(), kind.StorageBytes()))}, the interpreter {Convert.ToHexString(expected[r].Data.Span.Slice(at / kind.StorageBytes() * kind.StorageBytes(), kind.StorageBytes()))}";
                }
                continue;
            }
            double[] want = Elements.Reals(Parts(expected[r])), got = Elements.Reals(Parts(actual[r]));
            double scale = Math.Max(1, want.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
            double allowed = exact[r] ? 0 : scale * tolerance;
            for (int i = 0; i < want.Length; i++)
            {
                bool same = want[i].Equals(got[i]) || want[i] == got[i] || Math.Abs(want[i] - got[i]) <= allowed;
                if (!same)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"result {r} ({expected[r].Type}{(exact[r] ? ", exact" : "")}) has {got[i]:R} at {i}, the interpreter {want[i]:R}");
                }
            }
        }
        return null;
    }

    // Complex numbers as their parts.
    private static Literal Parts(Literal literal) => literal.Type.Kind switch
    {
        ElementKind.Complex64 => literal.Reinterpret(ElementKind.F32),
        ElementKind.Complex128 => literal.Reinterpret(ElementKind.F64),
        _ => literal,
    };

    private static Literal Reinterpret(this Literal literal, ElementKind kind)
    {
        int size = kind.StorageBytes();
        var parts = new Literal(new TensorType(kind, new Shape([literal.Data.Length / size])));
        literal.Data.CopyTo(parts.Data);
        return parts;
    }

    // A value that was once of a coarse type keeps that type's error.
    private static double Tolerance(string text) =>
        text.Contains("f8E", StringComparison.Ordinal) ? 0.5 : text.Contains("f16", StringComparison.Ordinal) ? 0.15 : text.Contains("f32", StringComparison.Ordinal) ? 1e-3 : 1e-7;
}
