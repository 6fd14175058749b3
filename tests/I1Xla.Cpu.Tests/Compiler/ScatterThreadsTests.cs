using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Scatters by monoids and gathers of elements on several threads, against the reference interpreter: the bits are those of the updates in their own order.</summary>
public class ScatterThreadsTests
{
    // Negative indices are counted from the end where they wrap, else they are outside.
    private static string Wrapped(string indices, string kind, long size) => $$"""
          %zero = stablehlo.constant dense<0> : tensor<{{indices}}x{{kind}}>
          %size = stablehlo.constant dense<{{size}}> : tensor<{{indices}}x{{kind}}>
          %negative = stablehlo.compare LT, %i, %zero : (tensor<{{indices}}x{{kind}}>, tensor<{{indices}}x{{kind}}>) -> tensor<{{indices}}xi1>
          %more = stablehlo.add %i, %size : tensor<{{indices}}x{{kind}}>
          %w = stablehlo.select %negative, %more, %i : tensor<{{indices}}xi1>, tensor<{{indices}}x{{kind}}>
        """;

    private static string Scatter(string result, string indices, string updates, string kind, string combine, string numbers, string made = "", string index = "%i", string update = "%u", string indexKind = "i32") => $$"""
        func.func @main(%x: tensor<{{result}}x{{kind}}>, %i: tensor<{{indices}}x{{indexKind}}>, %u: tensor<{{updates}}x{{kind}}>) -> tensor<{{result}}x{{kind}}> {
        {{made}}
          %0 = "stablehlo.scatter"(%x, {{index}}, {{update}}) ({
            ^bb0(%p: tensor<{{kind}}>, %q: tensor<{{kind}}>):
            %r = stablehlo.{{combine}} %p, %q : tensor<{{kind}}>
            stablehlo.return %r : tensor<{{kind}}>
          }) {scatter_dimension_numbers = #stablehlo.scatter<{{numbers}}>} : (tensor<{{result}}x{{kind}}>, tensor<{{indices}}x{{indexKind}}>, tensor<{{updates}}x{{kind}}>) -> tensor<{{result}}x{{kind}}>
          return %0 : tensor<{{result}}x{{kind}}>
        }
        """;

    private const string Elements = "inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1";
    private const string Rows = "update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1";

    // Results of few elements have several copies for each thread, those of more have one.
    [Test]
    public void ElementsOfSmallResults([Values(7, 1001, 9001)] int elements, [Values] bool wraps, [Values("add", "multiply", "maximum", "minimum", "and", "or", "xor")] string combine, [Values("f32", "bf16", "i8", "ui16", "i32", "i64", "i1")] string kind)
    {
        if (combine is "and" or "or" or "xor" && kind is "f32" or "bf16")
        {
            return;
        }
        int updates = Math.Max(30_001, 7 * elements);
        Check(Scatter($"{elements}", $"{updates}x1", $"{updates}", kind, combine, Elements, wraps ? Wrapped($"{updates}x1", "i32", elements) : "", wraps ? "%w" : "%i"), elements);
    }

    [TestCase("add", "i32")]
    [TestCase("multiply", "ui8")]
    [TestCase("add", "f32")]
    [TestCase("xor", "i64")]
    public void OneUpdateForAll(string combine, string kind)
    {
        string three = kind == "f32" ? "3.0" : "3";
        Check(Scatter("50", "20011x1", "20011", kind, combine, Elements, $"  %three = stablehlo.constant dense<{three}> : tensor<20011x{kind}>", update: "%three"), 50);
        Check(Scatter("9x11", "20011x2", "20011", kind, combine, "inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1", $"  %three = stablehlo.constant dense<{three}> : tensor<20011x{kind}>", update: "%three"), 10);
    }

    // Places that are no even steps along one dimension: of two indices, of wide ones, of batches, and of columns.
    [TestCase("23x31", "20000x2", "20000", "inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1", "i32", 27)]
    [TestCase("300", "20000x1", "20000", "inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1", "i64", 300)]
    [TestCase("23x31", "23x999x1", "23x999", "inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2", "i32", 31)]
    [TestCase("40x5", "20000x1", "20000", "inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0], index_vector_dim = 1", "i32", 40)]
    [TestCase("40x5", "20000x1", "20000", "inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [1], index_vector_dim = 1", "i32", 5)]
    [TestCase("40", "1x20000", "20000", "inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 0", "i32", 40)]
    public void ElementsOfAnyForm(string result, string indices, string updates, string numbers, string indexKind, int within)
    {
        foreach (string kind in new[] { "i32", "f32" })
        {
            Check(Scatter(result, indices, updates, kind, "add", numbers, indexKind: indexKind), within);
        }
    }

    [TestCase("f32", "add", 1)]
    [TestCase("i64", "add", 1)]
    [TestCase("f32", "maximum", 2)]
    public void ElementsOfLargeResults(string kind, string combine, int components)
    {
        (string result, string numbers) = components == 1 ? ("2200000", Elements) : ("1100x2000", "inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1");
        Check(Scatter(result, $"20001x{components}", "20001", kind, combine, numbers), components == 1 ? 2_200_000 : 1100);
    }

    // Rows of few lines, of whole ones and of parts, of fewer lines than threads, and so many that they are put in order.
    [Test]
    public void RowsOfSmallResults([Values(1, 31, 64, 131, 300)] int columns, [Values(5, 61)] int rows, [Values] bool wraps, [Values("f32", "f64", "bf16", "i8", "i16", "i32", "i64")] string kind, [Values("add", "maximum")] string combine)
    {
        int updates = (40_000 / columns) + rows;
        // Of two zeros the loops' maximum of f64 is the second.
        if (kind != "f64" || combine == "add")
        {
            Check(Scatter($"{rows}x{columns}", $"{updates}x1", $"{updates}x{columns}", kind, combine, Rows, wraps ? Wrapped($"{updates}x1", "i32", rows) : "", wraps ? "%w" : "%i"), rows);
        }
    }

    [Test]
    public void RowsThatAllStartFromOneNumber([Values("f32", "i32")] string kind)
    {
        string half = kind == "f32" ? "0.5" : "5";
        Check(Scatter("40x96", "900x1", "900x96", kind, "add", Rows, $"  %o = stablehlo.constant dense<{half}> : tensor<40x96x{kind}>").Replace("(%x, %i", "(%o, %i", StringComparison.Ordinal), 40);
        Check(Scatter("40x96", "30x30", "30x30x96", kind, "add", "update_window_dims = [2], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 2"), 40);
    }

    // Columns, as they lie in the updates and turned; blocks of short rows; columns of a batch; and windows of one element.
    [TestCase("31x50", "3001x1", "31x3001", "update_window_dims = [0], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1], index_vector_dim = 1", 50)]
    [TestCase("31x50", "3001x1", "3001x31", "update_window_dims = [1], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1], index_vector_dim = 1", 50)]
    [TestCase("7x90x5", "3001x1", "3001x7x5", "update_window_dims = [1, 2], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1], index_vector_dim = 1", 90)]
    [TestCase("90x3x2", "3001x1", "3001x3x2", "update_window_dims = [1, 2], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1", 90)]
    [TestCase("6x20x30", "6x700x1", "6x700x20", "update_window_dims = [2], inserted_window_dims = [2], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [2], index_vector_dim = 2", 30)]
    [TestCase("90x2x1", "1x1", "1x80x1x1", "update_window_dims = [1, 2, 3], scatter_dims_to_operand_dims = [0], index_vector_dim = 1", 10)]
    [TestCase("9x40", "20x2", "20x1x1", "update_window_dims = [1, 2], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1", 8)]
    public void ShortWindows(string result, string indices, string updates, string numbers, int within)
    {
        foreach ((string kind, string combine) in new[] { ("f32", "add"), ("f32", "minimum"), ("bf16", "add"), ("i32", "multiply"), ("i1", "and"), ("i64", "xor"), ("ui8", "maximum") })
        {
            Check(Scatter(result, indices, updates, kind, combine, numbers), within);
        }
        string replaced = Scatter(result, indices, updates, "f32", "add", numbers).Replace("%r = stablehlo.add %p, %q : tensor<f32>", "", StringComparison.Ordinal).Replace("return %r :", "return %q :", StringComparison.Ordinal);
        Check(replaced, within);
    }

    // Of one element of any size, two that move as one, and three that do not; by indices of every type, also those that were widened.
    [Test]
    public void GathersBySmallIndices(
        [Values("f32", "f64", "bf16", "i8", "i1")] string kind, [Values(1, 2, 3)] int columns, [Values("i8", "ui8", "i16", "ui16", "i32", "ui32", "i64", "ui64")] string index, [Values] bool widened)
    {
        const int Count = 5003, Rows = 90;
        string indices = $"tensor<{Count}x1x{index}>", wide = widened ? $"tensor<{Count}x1x{(index is "i64" or "ui64" ? "i64" : "i32")}>" : indices;
        Check($$"""
            func.func @main(%x: tensor<{{Rows}}x{{columns}}x{{kind}}>, %i: {{indices}}) -> tensor<{{Count}}x{{columns}}x{{kind}}> {
              {{(widened ? $"%w = stablehlo.convert %i : ({indices}) -> {wide}" : "")}}
              %0 = "stablehlo.gather"(%x, {{(widened ? "%w" : "%i")}}) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, {{columns}}>}
                : (tensor<{{Rows}}x{{columns}}x{{kind}}>, {{wide}}) -> tensor<{{Count}}x{{columns}}x{{kind}}>
              return %0 : tensor<{{Count}}x{{columns}}x{{kind}}>
            }
            """, Rows);
    }

    // Of tables and of lines of a matrix; the last result goes past the caches.
    [TestCase("300", "20011", false)]
    [TestCase("300", "20011", true)]
    [TestCase("1", "77", true)]
    [TestCase("300", "4200007", true)]
    public void GathersOfElements(string table, string count, bool wraps)
    {
        foreach (string kind in new[] { "f32", "i32", "i64", "i8" })
        {
            Check($$"""
                func.func @main(%x: tensor<{{table}}x{{kind}}>, %i: tensor<{{count}}x1xi32>) -> tensor<{{count}}x{{kind}}> {
                {{(wraps ? Wrapped($"{count}x1", "i32", long.Parse(table)) : "")}}
                  %0 = "stablehlo.gather"(%x, {{(wraps ? "%w" : "%i")}}) {dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1>}
                    : (tensor<{{table}}x{{kind}}>, tensor<{{count}}x1xi32>) -> tensor<{{count}}x{{kind}}>
                  return %0 : tensor<{{count}}x{{kind}}>
                }
                """, int.Parse(table));
        }
    }

    [TestCase("f32", "41x200", "555")]
    [TestCase("i32", "41x3", "12")]
    public void GathersOfColumns(string kind, string table, string count) => Check($$"""
        func.func @main(%x: tensor<{{table}}x{{kind}}>, %i: tensor<{{count}}x1xi32>) -> tensor<41x{{count}}x{{kind}}> {
          %0 = "stablehlo.gather"(%x, %i) {dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 41, 1>}
            : (tensor<{{table}}x{{kind}}>, tensor<{{count}}x1xi32>) -> tensor<41x{{count}}x{{kind}}>
          return %0 : tensor<41x{{count}}x{{kind}}>
        }
        """, int.Parse(table.Split('x')[1]));

    // Columns that become rows: whole cache lines of the result and what is left, of elements of every size, and the columns of several dimensions.
    [Test]
    public void ColumnsAsRows([Values("f32", "f64", "bf16", "i8", "i1")] string kind, [Values("41", "16", "5x7", "64x2")] string window, [Values(12, 1500)] int count)
    {
        string[] sizes = window.Split('x');
        Check($$"""
            func.func @main(%x: tensor<{{window}}x13x{{kind}}>, %i: tensor<{{count}}x1xi32>) -> tensor<{{count}}x{{window}}x{{kind}}> {
              %0 = "stablehlo.gather"(%x, %i) {dimension_numbers = #stablehlo.gather<offset_dims = [{{string.Join(", ", Enumerable.Range(1, sizes.Length))}}], collapsed_slice_dims = [{{sizes.Length}}], start_index_map = [{{sizes.Length}}], index_vector_dim = 1>, slice_sizes = array<i64: {{string.Join(", ", sizes)}}, 1>}
                : (tensor<{{window}}x13x{{kind}}>, tensor<{{count}}x1xi32>) -> tensor<{{count}}x{{window}}x{{kind}}>
              return %0 : tensor<{{count}}x{{window}}x{{kind}}>
            }
            """, 13);
    }

    // Rows too short to stream, of whole lines, and of parts of lines; the results go past the caches.
    [TestCase(17)]
    [TestCase(64)]
    [TestCase(131)]
    public void GathersOfRows(int columns)
    {
        int count = (4_300_000 / columns) + 1;
        Check($$"""
            func.func @main(%x: tensor<90x{{columns}}xf32>, %i: tensor<{{count}}x1xi32>) -> tensor<{{count}}x{{columns}}xf32> {
              %0 = "stablehlo.gather"(%x, %i) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, {{columns}}>}
                : (tensor<90x{{columns}}xf32>, tensor<{{count}}x1xi32>) -> tensor<{{count}}x{{columns}}xf32>
              return %0 : tensor<{{count}}x{{columns}}xf32>
            }
            """, 90);
    }

    // Every bit, on any number of threads. Indices are within a tenth of so many places, and a third are one.
    private static void Check(string text, int within)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        var random = new Random(5);
        Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select((t, n) => n == 1 ? Indices((TensorType)t, random, within) : Numbers((TensorType)t, random))];
        byte[] expected = Interpreter.Run(module, "main", arguments)[0].Data.ToArray();
        foreach (int threads in new[] { 1, 2, 3, 9 })
        {
            using var pool = new WorkerPool(threads, grainDivisor: 64);
            using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Pool = pool });
            Assert.That(executable.Explain().Where(l => l.Contains("interpreter")), Is.Empty);
            using CpuBuffer result = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))])[0];
            Assert.That(result.Span.SequenceEqual(expected), $"{threads} threads");
        }
    }

    private static Literal Indices(TensorType type, Random random, int within)
    {
        var literal = new Literal(type);
        for (int i = 0; i < type.Shape.ElementCount; i++)
        {
            int index = random.Next(3) == 0 ? within / 2 : random.Next(-1 - (within / 10), within + 1 + (within / 10));
            switch (type.Kind.StorageBytes())
            {
                case 1: literal.As<byte>()[i] = (byte)index; break;
                case 2: literal.As<ushort>()[i] = (ushort)index; break;
                case 4: literal.As<uint>()[i] = (uint)index; break;
                default: literal.As<ulong>()[i] = (ulong)index; break;
            }
        }
        return literal;
    }

    // Numbers near one, whose products stay finite and whose sums depend on their order.
    private static Literal Numbers(TensorType type, Random random)
    {
        var literal = new Literal(type);
        for (int i = 0; i < type.Shape.ElementCount; i++)
        {
            float number = 0.9f + (0.2f * random.NextSingle());
            switch (type.Kind)
            {
                case ElementKind.F32: literal.As<float>()[i] = number; break;
                case ElementKind.F64: literal.As<double>()[i] = number; break;
                case ElementKind.BF16: literal.As<ushort>()[i] = (ushort)(BitConverter.SingleToUInt32Bits(number) >> 16); break;
                case ElementKind.I1: literal.As<bool>()[i] = random.Next(2) == 0; break;
                case ElementKind.I8 or ElementKind.UI8: literal.As<byte>()[i] = (byte)random.Next(); break;
                case ElementKind.I16 or ElementKind.UI16: literal.As<ushort>()[i] = (ushort)random.Next(); break;
                case ElementKind.I64: literal.As<long>()[i] = random.NextInt64(long.MinValue, long.MaxValue); break;
                default: literal.As<int>()[i] = random.Next(int.MinValue, int.MaxValue); break;
            }
        }
        return literal;
    }
}
