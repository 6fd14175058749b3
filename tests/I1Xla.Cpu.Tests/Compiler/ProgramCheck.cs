using I1Xla.Cpu.Kernels;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Compares compiled programs with the reference interpreter.</summary>
internal static class ProgramCheck
{
    /// <summary>The best instructions of this machine, and each lower set for which loops have code of their own.</summary>
    public static IEnumerable<IsaLevel> Levels => CpuIsa.BackEnds;

    /// <summary>Options for each of <see cref="Levels"/>, and for those with stores of their own past the caches, as if no result fitted them.</summary>
    public static IEnumerable<CpuCompileOptions> BackEnds =>
        Levels.Select(l => new CpuCompileOptions { Isa = l }).Concat(Levels.Where(l => l > IsaLevel.Portable).Select(l => new CpuCompileOptions { Isa = l, StreamBytes = 1 }));

    /// <summary>Runs a program in the interpreter and compiled in every way, with the same arguments; nothing may fall back to the interpreter.</summary>
    public static void Check(string text, double tolerance = 1e-4)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        var random = new Random(7);
        Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select(t => Make((TensorType)t, random))];
        Literal[] expected = Interpreter.Run(module, "main", arguments);
        foreach (CpuCompileOptions options in BackEnds.Append(new CpuCompileOptions { Fuse = false }))
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, options);
            CpuBuffer[] results = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))]);
            Assert.That(executable.Explain().Where(l => l.Contains("interpreter")), Is.Empty);
            for (int i = 0; i < results.Length; i++)
            {
                if (expected[i].Type.Kind == ElementKind.F32)
                {
                    float[] want = expected[i].As<float>().ToArray(), got = results[i].ToArray<float>();
                    Assert.That(got.Zip(want, (g, w) => g == w || (float.IsNaN(g) && float.IsNaN(w)) ? 0 : Math.Abs(g - w) / Math.Max(1, Math.Abs(w))).Max(), Is.LessThan(tolerance), $"result {i}, {options}");
                }
                else
                {
                    Assert.That(results[i].ToArray<byte>(), Is.EqualTo(expected[i].Data.ToArray()), $"result {i}, {options}");
                }
            }
        }
    }

    /// <summary>The steps of a program, those of loops' bodies included, as the compiler shows them.</summary>
    public static string[] Steps(string text)
    {
        string steps = "";
        CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions { OnPass = (pass, dump) => steps += pass == "steps" ? dump + "\n" : "" }).Dispose();
        return steps.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // Few different values, so that there are ties; both zeros among the floats.
    private static Literal Make(TensorType type, Random random)
    {
        var literal = new Literal(type);
        for (int i = 0; i < type.Shape.ElementCount; i++)
        {
            int small = random.Next(-40, 41);
            switch (type.Kind)
            {
                case ElementKind.F32: literal.As<float>()[i] = small == 40 ? -0f : small / 8f; break;
                case ElementKind.F64: literal.As<double>()[i] = small == 40 ? -0.0 : small / 8.0; break;
                case ElementKind.BF16: literal.As<ushort>()[i] = (ushort)(BitConverter.SingleToUInt32Bits(small / 8f) >> 16); break;
                case ElementKind.F16: literal.As<Half>()[i] = (Half)(small / 8f); break;
                case ElementKind.I1: literal.As<bool>()[i] = small > 0; break;
                case ElementKind.UI8: literal.As<byte>()[i] = (byte)small; break;
                case ElementKind.I16 or ElementKind.UI16: literal.As<short>()[i] = (short)(small * 300); break;
                case ElementKind.I8: literal.As<sbyte>()[i] = (sbyte)small; break;
                case ElementKind.UI32: literal.As<uint>()[i] = (uint)(small * 100_000_000); break;
                case ElementKind.I64: literal.As<long>()[i] = small * 10_000_000_000; break;
                default: literal.As<int>()[i] = small; break;
            }
        }
        return literal;
    }
}
