using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Scatters and gradients of pooling with bodies of their own, against the reference interpreter; none may fall back to it.</summary>
public class ScatterTests
{
    private const string Rows = "update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1";
    private const string Elements = "inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1";
    private const string Boxes = "update_window_dims = [1, 2], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1";

    private static readonly (string Numbers, string Indices, string Updates)[] s_forms =
    [
        (Rows, "9x1", "9x40"), (Elements, "300x2", "300"), (Boxes, "20x2", "20x3x5"),
    ];

    private static readonly string[] s_bodies =
    [
        "%r = stablehlo.subtract %p, %q : S",
        "%r = stablehlo.negate %p : S",
        "%a = stablehlo.multiply %p, %q : S %r = stablehlo.add %a, %p : S",
        "%a = stablehlo.compare LT, %p, %q : (S, S) -> tensor<i1> %b = stablehlo.constant dense<3> : S %c = stablehlo.maximum %p, %b : S %r = stablehlo.select %a, %q, %c : tensor<i1>, S",
        "%r = stablehlo.constant dense<7> : S",
        "%r = stablehlo.add %p, %k : S",
    ];

    // Rows and elements may lie outside; of boxes that stick out, the interpreter keeps what does not, so these are brought inside.
    private static string Inside(string numbers, string indices) => numbers != Boxes ? "" : $$"""
          %w = stablehlo.abs %i : tensor<{{indices}}xi32>
          %n = stablehlo.constant dense<27> : tensor<{{indices}}xi32>
          %j = stablehlo.remainder %w, %n : tensor<{{indices}}xi32>
        """;

    private static string Indices(string numbers) => numbers == Boxes ? "%j" : "%i";

    private static string Program(string type, string numbers, string indices, string updates, string body) => $$"""
        func.func @main(%x: tensor<30x40x{{type}}>, %i: tensor<{{indices}}xi32>, %u: tensor<{{updates}}x{{type}}>, %k: tensor<{{type}}>) -> tensor<30x40x{{type}}> {
        {{Inside(numbers, indices)}}
          %0 = "stablehlo.scatter"(%x, {{Indices(numbers)}}, %u) <{scatter_dimension_numbers = #stablehlo.scatter<{{numbers}}>}> ({
            ^bb0(%p: tensor<{{type}}>, %q: tensor<{{type}}>):
            {{body.Replace("S", $"tensor<{type}>", StringComparison.Ordinal)}}
            stablehlo.return %r : tensor<{{type}}>
          }) : (tensor<30x40x{{type}}>, tensor<{{indices}}xi32>, tensor<{{updates}}x{{type}}>) -> tensor<30x40x{{type}}>
          return %0 : tensor<30x40x{{type}}>
        }
        """;

    [Test]
    public void BodiesOfTheirOwn([Values(0, 1, 2)] int form, [Range(0, 5)] int body, [Values("f32", "i64", "i8")] string type)
    {
        (string numbers, string indices, string updates) = s_forms[form];
        if (s_bodies[body].Contains("%k", StringComparison.Ordinal))
        {
            // The interpreter takes values from outside as well.
            Check(Program(type, numbers, indices, updates, s_bodies[body]));
            return;
        }
        string text = s_bodies[body].Replace("dense<3>", type == "f32" ? "dense<3.0>" : "dense<3>", StringComparison.Ordinal).Replace("dense<7>", type == "f32" ? "dense<7.0>" : "dense<7>", StringComparison.Ordinal);
        Check(Program(type, numbers, indices, updates, text));
    }

    [TestCase(Rows, "9x1", "9x40")]
    [TestCase(Elements, "300x2", "300")]
    [TestCase(Boxes, "20x2", "20x3x5")]
    public void SeveralOperands(string numbers, string indices, string updates) => Check($$"""
        func.func @main(%x: tensor<30x40xf32>, %y: tensor<30x40xi64>, %i: tensor<{{indices}}xi32>, %u: tensor<{{updates}}xf32>, %v: tensor<{{updates}}xi64>) -> (tensor<30x40xf32>, tensor<30x40xi64>) {
        {{Inside(numbers, indices)}}
          %0:2 = "stablehlo.scatter"(%x, %y, {{Indices(numbers)}}, %u, %v) <{scatter_dimension_numbers = #stablehlo.scatter<{{numbers}}>}> ({
            ^bb0(%a: tensor<f32>, %b: tensor<i64>, %c: tensor<f32>, %d: tensor<i64>):
            %less = stablehlo.compare LT, %a, %c : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %e = stablehlo.select %less, %c, %a : tensor<i1>, tensor<f32>
            %f = stablehlo.select %less, %d, %b : tensor<i1>, tensor<i64>
            stablehlo.return %e, %f : tensor<f32>, tensor<i64>
          }) : (tensor<30x40xf32>, tensor<30x40xi64>, tensor<{{indices}}xi32>, tensor<{{updates}}xf32>, tensor<{{updates}}xi64>) -> (tensor<30x40xf32>, tensor<30x40xi64>)
          return %0#0, %0#1 : tensor<30x40xf32>, tensor<30x40xi64>
        }
        """);

    [TestCase("2, 2", "2, 2", "[[0, 0], [0, 0]]", "6x8", "GE", "multiply")]
    [TestCase("3, 3", "1, 2", "[[1, 1], [1, 1]]", "12x8", "GE", "add")]
    [TestCase("3, 2", "2, 3", "[[1, 2], [0, 3]]", "7x6", "LE", "subtract")]
    [TestCase("9, 9", "3, 5", "[[4, 5], [3, 4]]", "5x3", "GT", "maximum")]
    public void ChoicesOfWindows(string window, string strides, string padding, string places, string direction, string combine) => Check($$"""
        func.func @main(%x: tensor<12x16xf32>, %s: tensor<{{places}}xf32>, %z: tensor<f32>) -> tensor<12x16xf32> {
          %0 = "stablehlo.select_and_scatter"(%x, %s, %z) <{window_dimensions = array<i64: {{window}}>, window_strides = array<i64: {{strides}}>, padding = dense<{{padding}}> : tensor<2x2xi64>}> ({
            ^bb0(%a: tensor<f32>, %b: tensor<f32>):
            %c = stablehlo.compare {{direction}}, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
            stablehlo.return %c : tensor<i1>
          }, {
            ^bb0(%a: tensor<f32>, %b: tensor<f32>):
            %c = stablehlo.{{combine}} %a, %b : tensor<f32>
            stablehlo.return %c : tensor<f32>
          }) : (tensor<12x16xf32>, tensor<{{places}}xf32>, tensor<f32>) -> tensor<12x16xf32>
          return %0 : tensor<12x16xf32>
        }
        """);

    // So many updates that all threads take part; a difference and the last update depend on their order.
    [TestCase(Rows, "1200x1", "1200x40")]
    [TestCase(Elements, "9000x2", "9000")]
    [TestCase(Boxes, "800x2", "800x3x5")]
    public void ManyUpdates(string numbers, string indices, string updates)
    {
        foreach (string body in new[] { "%r = stablehlo.add %p, %q : S", "%r = stablehlo.subtract %q, %p : S", "%r = stablehlo.maximum %p, %q : S" })
        {
            Check(Program("f32", numbers, indices, updates, body));
        }
        Check(Program("i64", numbers, indices, updates, "").Replace("return %r", "return %q", StringComparison.Ordinal));
    }

    // Rows and boxes of all kinds, combined by loops; rows end within a vector.
    [Test]
    public void LongRunsOfUpdates([Values("add", "multiply", "maximum", "minimum", "and", "or", "xor")] string combine, [Values("f32", "f64", "bf16", "f16", "i8", "ui8", "i16", "ui32", "i64", "i1")] string type)
    {
        bool bits = combine is "and" or "or" or "xor", isFloat = type is "f32" or "f64" or "bf16" or "f16";
        // Of two zeros the loops' maximum of f64 is the second.
        if ((bits && isFloat) || (combine is "maximum" or "minimum" && type == "f64"))
        {
            return;
        }
        foreach ((string numbers, string updates) in new[] { (Rows, "400x131"), ("update_window_dims = [1, 2], scatter_dims_to_operand_dims = [0], index_vector_dim = 1", "9x4x131"), ("update_window_dims = [0, 2], scatter_dims_to_operand_dims = [0], index_vector_dim = 1", "5x9x67") })
        {
            bool across = numbers.Contains("[0, 2]", StringComparison.Ordinal);
            // There the interpreter goes row by row of all windows, and a product of many numbers depends on their order.
            if (across && combine == "multiply" && isFloat)
            {
                continue;
            }
            string count = updates.Split('x')[across ? 1 : 0];
            Check($$"""
                func.func @main(%x: tensor<150x131x{{type}}>, %i: tensor<{{count}}x1xi32>, %u: tensor<{{updates}}x{{type}}>) -> tensor<150x131x{{type}}> {
                  %w = stablehlo.abs %i : tensor<{{count}}x1xi32>
                  %n = stablehlo.constant dense<145> : tensor<{{count}}x1xi32>
                  %j = stablehlo.remainder %w, %n : tensor<{{count}}x1xi32>
                  %0 = "stablehlo.scatter"(%x, %j, %u) <{scatter_dimension_numbers = #stablehlo.scatter<{{numbers}}>}> ({
                    ^bb0(%p: tensor<{{type}}>, %q: tensor<{{type}}>):
                    %r = stablehlo.{{combine}} %p, %q : tensor<{{type}}>
                    stablehlo.return %r : tensor<{{type}}>
                  }) : (tensor<150x131x{{type}}>, tensor<{{count}}x1xi32>, tensor<{{updates}}x{{type}}>) -> tensor<150x131x{{type}}>
                  return %0 : tensor<150x131x{{type}}>
                }
                """);
        }
    }

    [Test]
    public void LargeRowsInOrderOfTheirUpdates([Values] bool filled, [Values("add", "multiply", "maximum")] string combine)
    {
        const int RowCount = 4096, Columns = 520, Updates = 3000;
        string operand = filled ? "%o = stablehlo.constant dense<0.5> : tensor<4096x520xf32>" : "%o = stablehlo.negate %x : tensor<4096x520xf32>";
        ModuleOp module = MlirParser.ParseModule($$"""
            func.func @main(%x: tensor<4096x520xf32>, %i: tensor<3000xi32>, %u: tensor<3000x520xf32>) -> tensor<4096x520xf32> {
              {{operand}}
              %0 = "stablehlo.scatter"(%o, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
                ^bb0(%p: tensor<f32>, %q: tensor<f32>):
                %r = stablehlo.{{combine}} %p, %q : tensor<f32>
                stablehlo.return %r : tensor<f32>
              }) : (tensor<4096x520xf32>, tensor<3000xi32>, tensor<3000x520xf32>) -> tensor<4096x520xf32>
              return %0 : tensor<4096x520xf32>
            }
            """);
        var random = new Random(8);
        float[] x = new float[RowCount * Columns], updates = new float[Updates * Columns];
        int[] indices = new int[Updates];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = random.NextSingle();
        }
        for (int i = 0; i < updates.Length; i++)
        {
            updates[i] = random.NextSingle() - 0.5f;
        }
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = random.Next(3) == 0 ? 17 : random.Next(-10, RowCount + 10);
        }
        float[] expected = [.. x.Select(v => filled ? 0.5f : -v)];
        for (int p = 0; p < Updates; p++)
        {
            for (int c = 0; c < Columns && indices[p] is >= 0 and < RowCount; c++)
            {
                ref float at = ref expected[(indices[p] * Columns) + c];
                float update = updates[(p * Columns) + c];
                at = combine switch { "add" => at + update, "multiply" => at * update, _ => Math.Max(at, update) };
            }
        }
        using CpuExecutable executable = CpuCompiler.Compile(module);
        CpuBuffer[] results = executable.Execute([Buffer(ElementKind.F32, [RowCount, Columns], x), Buffer(ElementKind.I32, [Updates], indices), Buffer(ElementKind.F32, [Updates, Columns], updates)]);
        // Every bit, for each row has its updates in order.
        Assert.That(results[0].ToArray<float>().AsSpan().SequenceEqual(expected));
    }

    private static CpuBuffer Buffer<T>(ElementKind kind, long[] dims, T[] values)
        where T : unmanaged
    {
        var literal = new Literal(new TensorType(kind, new Shape(dims)));
        values.CopyTo(literal.As<T>());
        return new CpuBuffer(literal);
    }
}
