using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Small loops, whose rounds are one function: how often they run depends on an argument, so that they are not unrolled.</summary>
public class LoopRoundTests
{
    private const string Number = "tensor<i32>";

    // From -2 on, past both ends of nine rows, for an even or odd number of rounds.
    private static string Loop(int more, string parameters, string carried, string start, string types, string body, string next, string used) => $$"""
        func.func @main({{parameters}}, %rounds: {{Number}}) -> ({{types}}) {
          %first = stablehlo.constant dense<-2> : {{Number}}
          %given = stablehlo.abs %rounds : {{Number}}
          %hundred = stablehlo.constant dense<100> : {{Number}}
          %none = stablehlo.divide %given, %hundred : {{Number}}
          %least = stablehlo.constant dense<{{more - 2}}> : {{Number}}
          %end = stablehlo.add %least, %none : {{Number}}
          {{start}}
          %0:{{carried.Split(',').Length + 1}} = stablehlo.while(%i = %first, {{carried}}) : {{Number}}, {{types}}
          cond {
            %more = stablehlo.compare LT, %i, %end : ({{Number}}, {{Number}}) -> tensor<i1>
            stablehlo.return %more : tensor<i1>
          } do {
            %zero = stablehlo.constant dense<0> : {{Number}}
            %one = stablehlo.constant dense<1> : {{Number}}
            {{body}}
            %j = stablehlo.add %i, %one : {{Number}}
            stablehlo.return %j, {{next}} : {{Number}}, {{types}}
          }
          return {{used}} : {{types}}
        }
        """;

    /// <summary>A value that is read as a whole to make the next one changes places with it: after an odd number of rounds it lies in the other.</summary>
    [Test]
    public void ValuesChangePlaces([Values(0, 1, 2, 7, 12)] int rounds, [Values(3, 8, 37)] int n)
    {
        string row = $"tensor<{n}xf32>", matrix = $"tensor<{n}x{n}xf32>";
        Check(Loop(rounds, $"%x: {row}, %y: {row}, %w: {matrix}", "%a = %x, %b = %y", "", $"{row}, {row}", $$"""
            %1 = stablehlo.dot_general %w, %a, contracting_dims = [1] x [0] : ({{matrix}}, {{row}}) -> {{row}}
            %small = stablehlo.constant dense<{{0.2 / n}}> : {{row}}
            %2 = stablehlo.multiply %1, %small : {{row}}
            %3 = stablehlo.cosine %b : {{row}}
            %4 = stablehlo.add %2, %3 : {{row}}
            """, "%4, %a", "%0#1, %0#2"));
    }

    /// <summary>Rows of all lengths and kinds are taken from what stays the same, and put into what is carried.</summary>
    [Test]
    public void RowsInAndOut([Values("f32", "i32", "bf16", "ui8", "i64")] string kind, [Values(2, 3, 4, 9, 16, 33, 150)] int n, [Values("i32", "i64", "ui32", "i8")] string index)
    {
        string rows = $"tensor<9x{n}x{kind}>", row = $"tensor<1x{n}x{kind}>", at = $"tensor<{index}>";
        string program = Loop(12, $"%x: {row}, %xs: {rows}, %old: {rows}", "%c = %x, %ys = %old", "", $"{row}, {rows}", $$"""
            %k = stablehlo.convert %i : ({{Number}}) -> {{at}}
            %z = stablehlo.convert %zero : ({{Number}}) -> {{at}}
            %1 = stablehlo.dynamic_slice %xs, %k, %z, sizes = [1, {{n}}] : ({{rows}}, {{at}}, {{at}}) -> {{row}}
            %2 = stablehlo.subtract %1, %c : {{row}}
            %3 = stablehlo.dynamic_update_slice %ys, %2, %k, %z : ({{rows}}, {{row}}, {{at}}, {{at}}) -> {{rows}}
            """, "%2, %3", "%0#1, %0#2");
        Check(program);
        Assert.That(Steps(program), Has.Some.Contains("in place"));
    }

    /// <summary>Rows of what the loop itself changes are copied before they change.</summary>
    [Test]
    public void RowsOfWhatChanges([Values(3, 16, 40)] int n)
    {
        string rows = $"tensor<9x{n}xf32>", row = $"tensor<1x{n}xf32>";
        Check(Loop(11, $"%xs: {rows}", "%ys = %xs", "", rows, $$"""
            %1 = stablehlo.dynamic_slice %ys, %i, %zero, sizes = [1, {{n}}] : ({{rows}}, {{Number}}, {{Number}}) -> {{row}}
            %2 = stablehlo.dynamic_slice %ys, %one, %zero, sizes = [1, {{n}}] : ({{rows}}, {{Number}}, {{Number}}) -> {{row}}
            %3 = stablehlo.cosine %1 : {{row}}
            %4 = stablehlo.dynamic_update_slice %ys, %3, %one, %zero : ({{rows}}, {{row}}, {{Number}}, {{Number}}) -> {{rows}}
            %5 = stablehlo.add %2, %1 : {{row}}
            %6 = stablehlo.dynamic_update_slice %4, %5, %i, %zero : ({{rows}}, {{row}}, {{Number}}, {{Number}}) -> {{rows}}
            """, "%6", "%0#1"));
    }

    /// <summary>A result that is not the changed array itself: what it is written into is copied first.</summary>
    [Test]
    public void UpdatesBesideTheOldValue() => Check(Loop(11, "%xs: tensor<9x5xf32>", "%ys = %xs, %zs = %xs", "", "tensor<9x5xf32>, tensor<9x5xf32>", $"""
        %1 = stablehlo.dynamic_slice %ys, %i, %one, sizes = [1, 3] : (tensor<9x5xf32>, {Number}, {Number}) -> tensor<1x3xf32>
        %2 = stablehlo.sine %1 : tensor<1x3xf32>
        %3 = stablehlo.dynamic_update_slice %ys, %2, %one, %i : (tensor<9x5xf32>, tensor<1x3xf32>, {Number}, {Number}) -> tensor<9x5xf32>
        """, "%3, %ys", "%0#1, %0#2"));

    /// <summary>Columns, and rows of every other plane, are read where they lie by loops that read each element once; others get a copy.</summary>
    [TestCase("40x9", "zero, i", "40, 1", "tensor<40xf32>", true)]
    [TestCase("3x40x2x9", "one, zero, one, i", "1, 40, 1, 1", "tensor<40xf32>", true)]
    [TestCase("5x8x9", "zero, zero, i", "5, 8, 1", "tensor<40xf32>", true)]
    [TestCase("8x9x5", "zero, i, zero", "8, 1, 5", "tensor<40xf32>", false)]
    public void Columns(string whole, string start, string sizes, string row, bool inPlace)
    {
        string xs = $"tensor<{whole}xf32>", part = $"tensor<{sizes.Replace(", ", "x", StringComparison.Ordinal)}xf32>", at = string.Join(", ", start.Split(", ").Select(s => "%" + s));
        string program = Loop(12, $"%x: {row}, %xs: {xs}", "%c = %x", "", row, $$"""
            %1 = stablehlo.dynamic_slice %xs, {{at}}, sizes = [{{sizes}}] : ({{xs}}, {{string.Join(", ", Enumerable.Repeat(Number, start.Split(',').Length))}}) -> {{part}}
            %2 = stablehlo.reshape %1 : ({{part}}) -> {{row}}
            %3 = stablehlo.subtract %2, %c : {{row}}
            """, "%3", "%0#1");
        Check(program);
        Assert.That(Steps(program).Any(s => s.Contains("in place", StringComparison.Ordinal)), Is.EqualTo(inPlace));
    }

    /// <summary>A column that each of many rows is multiplied by is copied first, and so is one that goes into a product.</summary>
    [Test]
    public void ColumnsReadAgainAndAgain([Values(24, 200)] int n)
    {
        string row = $"tensor<{n}xf32>", matrix = $"tensor<{n}x{n}xf32>", column = $"tensor<{n}x1xf32>";
        string program = Loop(5, $"%x: {row}, %xs: {matrix}", "%c = %x", "", row, $$"""
            %1 = stablehlo.dynamic_slice %xs, %zero, %i, sizes = [{{n}}, 1] : ({{matrix}}, {{Number}}, {{Number}}) -> {{column}}
            %2 = stablehlo.reshape %1 : ({{column}}) -> {{row}}
            %3 = stablehlo.dot_general %xs, %2, contracting_dims = [1] x [0] : ({{matrix}}, {{row}}) -> {{row}}
            %4 = stablehlo.cosine %3 : {{row}}
            """, "%4", "%0#1");
        Check(program, 2e-3);
        Assert.That(Steps(program), Has.None.Contains("in place"));
    }

    /// <summary>Checked runs stop in such loops as well.</summary>
    [Test]
    public void ChecksStillHold()
    {
        string rows = "tensor<9x4xf32>", row = "tensor<1x4xf32>";
        string program = Loop(12, $"%x: {row}, %xs: {rows}", "%c = %x", "", row, $"%1 = stablehlo.dynamic_slice %xs, %i, %zero, sizes = [1, 4] : ({rows}, {Number}, {Number}) -> {row}\n%2 = stablehlo.add %1, %c : {row}\n%3 = stablehlo.sqrt %2 : {row}", "%3", "%0#1");
        ModuleOp module = MlirParser.ParseModule(program);
        using CpuExecutable bounds = CpuCompiler.Compile(module, new CpuCompileOptions { CheckBounds = true });
        Assert.Throws<CpuBoundsException>(() => bounds.Execute(Arguments()));
        using CpuExecutable values = CpuCompiler.Compile(module, new CpuCompileOptions { CheckNaN = true });
        Assert.Throws<CpuNaNException>(() => values.Execute(Arguments()));

        CpuBuffer[] Arguments()
        {
            Literal[] zeros = [.. module.FindFunction("main")!.Value.Type.Inputs.Select(t => new Literal((TensorType)t))];
            zeros[0].As<float>()[1] = -1;
            return [.. zeros.Select(a => new CpuBuffer(a))];
        }
    }
}
