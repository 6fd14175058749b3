using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.Cpu.Tests.Runtime;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>Elements of every width at strides, in lanes of 32 and of 64 bits: emitted code on every instruction set, with the interpreter's bits.</summary>
public class StrideLoopTests
{
    [Test]
    public void Agrees([Values("f64", "f32", "bf16", "f16", "i64", "i32", "i16", "ui16", "i8", "ui8", "i1")] string type, [Values("reversed", "every third", "every other", "spread", "columns")] string movement, [Values] bool wide)
    {
        // 37 elements: whole vectors and a rest.
        string t = $"tensor<5x37x{type}>", other = type is "f64" or "f32" or "bf16" or "f16" ? "f64" : "i64";
        (string moved, string how) = movement switch
        {
            "reversed" => ("5x37", $"stablehlo.reverse %a, dims = [1] : {t}"),
            "every third" => ("5x12", $"stablehlo.slice %a [0:5, 1:37:3] : ({t}) -> tensor<5x12x{type}>"),
            "every other" => ("5x18", $"stablehlo.slice %a [0:5, 1:37:2] : ({t}) -> tensor<5x18x{type}>"),
            "spread" => ("5x109", $"stablehlo.pad %a, %z, low = [0, 0], high = [0, 0], interior = [0, 2] : ({t}, tensor<{type}>) -> tensor<5x109x{type}>"),
            _ => ("37x5", $"stablehlo.transpose %a, dims = [1, 0] : ({t}) -> tensor<37x5x{type}>"),
        };
        string result = wide && type != "i1" ? other : type, last = result == type
            ? $"%r = stablehlo.{(type == "i1" ? "not" : "negate")} %m : tensor<{moved}x{type}>"
            : $"%c = stablehlo.convert %m : (tensor<{moved}x{type}>) -> tensor<{moved}x{other}> %r = stablehlo.negate %c : tensor<{moved}x{other}>";
        string first = type == "i1" ? $"%a = stablehlo.xor %x, %x2 : {t}" : $"%a = stablehlo.maximum %x, %x2 : {t}";
        string zero = type[0] is 'f' or 'b' ? "0.0" : type == "i1" ? "false" : "0";
        string text = $"func.func @main(%x: {t}, %x2: {t}) -> tensor<{moved}x{result}> {{ %z = stablehlo.constant dense<{zero}> : tensor<{type}> {first} %m = {how} {last} return %r : tensor<{moved}x{result}> }}";
        ModuleOp module = MlirParser.ParseModule(text);
        var random = new Random(3);
        Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select(i => Make((TensorType)i, random))];
        byte[] expected = Interpreter.Run(module, "main", arguments)[0].Data.ToArray();
        foreach (IsaLevel isa in ProgramCheck.Levels)
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Isa = isa });
            if (isa > IsaLevel.Portable)
            {
                Assert.That(executable.Explain(), Is.Empty);
            }
            using CpuBuffer got = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))])[0];
            Assert.That(got.Span.ToArray(), Is.EqualTo(expected), isa.ToString());
        }
    }

    [Test]
    public void StepsOfAFew([Values("f32", "i32", "bf16", "f16", "i16", "f64", "i64", "i8", "ui8")] string type, [Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17)] int step, [Values] bool backwards, [Values(29, 69)] int count)
    {
        int length = ((count - 1) * step) + 1;
        string x = $"tensor<{length}x{type}>", r = $"tensor<{count}x{type}>";
        ProgramCheck.Check($$"""
            func.func @main(%x: {{x}}) -> {{r}} {
              %s = stablehlo.slice %x [0:{{length}}:{{step}}] : ({{x}}) -> {{r}}
              %t = stablehlo.{{(backwards ? "reverse %s, dims = [0]" : "negate %s")}} : {{r}}
              %0 = stablehlo.add %t, %t : {{r}}
              return %0 : {{r}}
            }
            """);
    }

    /// <summary>Rows of a few are written as columns are read, and the other way about.</summary>
    [Test]
    public void ColumnsOfAFew([Values("f32", "bf16", "i16", "f64", "i8")] string type, [Values(2, 3, 4, 5, 8, 9, 17)] int columns, [Values(29, 69)] int count, [Values] bool toRows)
    {
        string rows = $"tensor<{count}x{columns}x{type}>", lines = $"tensor<{columns}x{count}x{type}>", from = toRows ? lines : rows, to = toRows ? rows : lines;
        ProgramCheck.Check($$"""
            func.func @main(%x: {{from}}, %y: {{to}}) -> {{to}} {
              %t = stablehlo.transpose %x, dims = [1, 0] : ({{from}}) -> {{to}}
              %0 = stablehlo.add %t, %y : {{to}}
              return %0 : {{to}}
            }
            """);
    }

    /// <summary>Vectors lie between the first element and the last: nothing before or behind an operand is touched.</summary>
    [Test]
    public unsafe void WithinTheOperand([Values("f32", "bf16", "i64", "ui8")] string type, [Values(-9, -3, -1, 2, 3, 5, 8)] int step, [Values] bool atEnd)
    {
        int count = 64, length = ((count - 1) * Math.Abs(step)) + 1;
        string x = $"tensor<{length}x{type}>", r = $"tensor<{count}x{type}>";
        ModuleOp module = MlirParser.ParseModule($$"""
            func.func @main(%x: {{x}}) -> {{r}} {
              %s = stablehlo.slice %x [0:{{length}}:{{Math.Abs(step)}}] : ({{x}}) -> {{r}}
              %t = stablehlo.{{(step < 0 ? "reverse %s, dims = [0]" : "negate %s")}} : {{r}}
              %0 = stablehlo.add %t, %t : {{r}}
              return %0 : {{r}}
            }
            """);
        Literal argument = Make((TensorType)module.FindFunction("main")!.Value.Type.Inputs[0], new Random(3));
        byte[] expected = Interpreter.Run(module, "main", [argument])[0].Data.ToArray();
        using var pages = new GuardedPages(argument.Data.Length);
        byte* place = pages.Place(atEnd);
        argument.Data.Span.CopyTo(new Span<byte>(place, argument.Data.Length));
        foreach (IsaLevel isa in ProgramCheck.Levels)
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Isa = isa });
            using CpuBuffer got = executable.Execute([new CpuBuffer(argument.Type, place, null)])[0];
            Assert.That(got.Span.ToArray(), Is.EqualTo(expected), isa.ToString());
        }
    }

    private static Literal Make(TensorType type, Random random)
    {
        var literal = new Literal(type);
        if (type.Kind.IsFloat())
        {
            FloatKind.Write(type.Kind, [.. Enumerable.Range(0, (int)type.Shape.ElementCount).Select(_ => (double)random.Next(1, 200))], literal.Data.Span);
            return literal;
        }
        random.NextBytes(literal.Data.Span);
        foreach (ref byte b in type.Kind == ElementKind.I1 ? literal.Data.Span : default)
        {
            b &= 1;
        }
        return literal;
    }
}
