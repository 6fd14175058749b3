using System.Globalization;
using System.Text;
using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Runtime;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using Iced.Intel;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>Loops over single integers in general registers.</summary>
public sealed class IntegerLoopTests
{
    private static readonly string[] s_narrow = ["i32", "ui32", "i8", "ui8", "i16", "ui16", "i1"];
    private static readonly string[] s_all = [.. s_narrow, "i64", "ui64"];
    private static readonly string[] s_binary = ["add", "subtract", "multiply", "and", "or", "xor", "minimum", "maximum"];
    private static readonly string[] s_others = ["shift_left", "shift_right_logical", "shift_right_arithmetic", "divide", "remainder", "popcnt", "count_leading_zeros", "compare", "compare", "constant", "constant"];

    // Those of 8, 16 and 64 bits go by way of floating point.
    private static readonly string[] s_divisions = ["divide", "remainder"];

    /// <summary>Random operations on three numbers, in one type and in several, of 32 bits and of 64; shifts by too much, divisors of zero, the smallest numbers by -1.</summary>
    [Test]
    public void EveryOperation([Range(0, 119)] int seed) => ProgramCheck.Check(Program(seed, values: 3, operations: 3 + (seed % 10), s_others));

    /// <summary>The same once, from memory to memory.</summary>
    [Test]
    public void EveryOperationOnce([Range(0, 119)] int seed) => ProgramCheck.Check(Program(seed, values: 3 + (seed % 4), operations: 3 + (seed % 10), s_others, loops: false));

    /// <summary>A function of integers in memory is emitted whole, or nothing of it is.</summary>
    [Test]
    public void Functions()
    {
        int functions = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            ModuleOp module = MlirParser.ParseModule(Program(seed, 4, 5, [.. s_others.Except(s_divisions)], loops: false));
            HloComputation graph = new HloImporter(module, new HloBuilder { Simplify = true }).Import(module.FindFunction("main")!.Value);
            foreach (LoopKernel kernel in FusionPlanner.Plan(graph, fuse: true).SelectMany(s => s.Kernels).Select(k => k.Kernel))
            {
                var a = new Assembler(64);
                bool emitted = IntegerLoopEmitter.TryEmitFunction(a, kernel);
                Assert.That(a.Instructions.Count, emitted ? Is.GreaterThan(1) : Is.Zero);
                functions += emitted ? 1 : 0;
            }
        }
        Assert.That(functions, Is.GreaterThan(80));
    }

    /// <summary>Where numbers are few, no vector instruction is left in the loop; where they are many, registers do not suffice and vectors hold them.</summary>
    [TestCase(3, 5, true)]
    [TestCase(12, 5, false)]
    public void RegistersSuffice(int values, int operations, bool expected)
    {
        if (LoopTarget.For(CpuIsa.Current) is not { } target)
        {
            Assert.Ignore("no loops in machine code on this processor");
            return;
        }
        for (int seed = 0; seed < 50; seed++)
        {
            ModuleOp module = MlirParser.ParseModule(Program(seed, values, operations, [.. s_others.Except(s_divisions)]));
            HloComputation graph = new HloImporter(module, new HloBuilder { Simplify = true }).Import(module.FindFunction("main")!.Value);
            LoopKernel kernel = ScalarLoop.TryMake(graph.Schedule().Single(n => n.Op == HloOp.While))!;
            var a = new Assembler(64);
            bool emitted = IntegerLoopEmitter.TryEmit(a, kernel.Stages[1], kernel.Accesses, kernel.Repeats!.Slot, new LoopFrame(kernel, 1, target), LoopSupport.IsWide(kernel));
            Assert.That(emitted, Is.EqualTo(expected), $"seed {seed}");
            Assert.That(a.Instructions.Count, expected ? Is.GreaterThan(0) : Is.Zero);
        }
    }

    private static string Program(int seed, int values, int operations, string[] others, bool loops = true)
    {
        var random = new Random(seed);
        string[] kinds = seed % 3 == 0 ? [s_all[seed / 3 % s_all.Length]] : seed % 3 == 1 ? s_narrow : s_all;
        string[] kind = [.. Enumerable.Range(0, values).Select(_ => random.GetItems(kinds, 1)[0])];
        string carried = string.Join(", ", kind.Select(k => $"tensor<{k}>"));
        var text = new StringBuilder($"func.func @main({string.Join(", ", kind.Select((k, i) => $"%x{i}: tensor<{k}>"))}) -> (tensor<i32>, {carried}) {{\n");
        text.Append("%zero = stablehlo.constant dense<0> : tensor<i32>\n%one = stablehlo.constant dense<1> : tensor<i32>\n%end = stablehlo.constant dense<67> : tensor<i32>\n");
        text.Append(CultureInfo.InvariantCulture, $"%0:{values + 1} = stablehlo.while(%i = %zero, {string.Join(", ", kind.Select((_, i) => $"%c{i} = %x{i}"))}) : tensor<i32>, {carried}\n");
        if (!loops)
        {
            text.Clear().Append($"func.func @main({string.Join(", ", kind.Select((k, i) => $"%c{i}: tensor<{k}>"))}, %i: tensor<i32>) -> (tensor<i32>, {carried}) {{\n%one = stablehlo.constant dense<1> : tensor<i32>\n");
        }
        else
        {
            text.Append("cond {\n%more = stablehlo.compare LT, %i, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>\nstablehlo.return %more : tensor<i1>\n} do {\n");
        }
        var made = new List<(string Name, string Kind)>([("%i", "i32"), .. kind.Select((k, i) => ($"%c{i}", k))]);
        for (int i = 0; i < operations; i++)
        {
            string k = random.GetItems(kind, 1)[0], op = random.GetItems(random.Next(2) == 0 ? s_binary : others, 1)[0];
            string x = Operand(k), type = $"tensor<{k}>";
            if (op == "constant")
            {
                string y = Constant(k);
                text.Append(CultureInfo.InvariantCulture, $"%m{i} = stablehlo.{random.GetItems(k == "i1" ? s_binary[3..] : s_binary, 1)[0]} {x}, {y} : {type}\n");
            }
            else if (op == "compare")
            {
                string other = Operand(k), direction = random.GetItems(["EQ", "NE", "LT", "LE", "GT", "GE"], 1)[0];
                text.Append(CultureInfo.InvariantCulture, $"%p{i} = stablehlo.compare {direction}, {x}, {other} : ({type}, {type}) -> tensor<i1>\n");
                made.Add(($"%p{i}", "i1"));
                (string onTrue, string onFalse) = (Operand(k), Operand(k));
                text.Append(CultureInfo.InvariantCulture, $"%m{i} = stablehlo.select %p{i}, {onTrue}, {onFalse} : (tensor<i1>, {type}, {type}) -> {type}\n");
            }
            else if (k == "i1" && (op.StartsWith("shift", StringComparison.Ordinal) || op is "divide" or "remainder" or "popcnt" or "count_leading_zeros" or "subtract"))
            {
                text.Append(CultureInfo.InvariantCulture, $"%m{i} = stablehlo.not {x} : {type}\n");
            }
            else
            {
                bool unary = op is "popcnt" or "count_leading_zeros";
                string y = unary ? "" : $", {(random.Next(3) == 0 ? Constant(k) : Operand(k))}";
                text.Append(CultureInfo.InvariantCulture, $"%m{i} = stablehlo.{op} {x}{y} : {type}\n");
            }
            made.Add(($"%m{i}", k));
        }
        string[] next = [.. kind.Select(k => made.FindLast(m => m.Kind == k && random.Next(4) > 0).Name ?? Operand(k))];
        text.Append("%j = stablehlo.add %i, %one : tensor<i32>\n");
        if (!loops)
        {
            return text.Append($"return %j, {string.Join(", ", next)} : tensor<i32>, {carried}\n}}").ToString();
        }
        text.Append($"stablehlo.return %j, {string.Join(", ", next)} : tensor<i32>, {carried}\n}}\n");
        text.Append($"return {string.Join(", ", Enumerable.Range(0, values + 1).Select(i => $"%0#{i}"))} : tensor<i32>, {carried}\n}}");
        return text.ToString();

        string Operand(string wanted)
        {
            (string name, string from) = made[random.Next(made.Count)];
            if (from == wanted)
            {
                return name;
            }
            string converted = $"%v{made.Count}_{text.Length}";
            text.Append($"{converted} = stablehlo.convert {name} : (tensor<{from}>) -> tensor<{wanted}>\n");
            return converted;
        }

        string Constant(string wanted)
        {
            string value = wanted == "i1" ? random.Next(2) == 0 ? "true" : "false"
                : random.GetItems<string>(wanted[0] == 'u' ? ["0", "1", "7", "31", "64", "255"] : ["0", "1", "-1", "5", "31", "64", "-128", "127"], 1)[0];
            string name = $"%k{text.Length}";
            text.Append($"{name} = stablehlo.constant dense<{value}> : tensor<{wanted}>\n");
            return name;
        }
    }
}
