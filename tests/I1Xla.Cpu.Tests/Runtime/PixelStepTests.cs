using I1Xla.Cpu.Kernels.Copies;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Runtime;

/// <summary>Pixels made of the elements of others, against the interpreter.</summary>
public class PixelStepTests
{
    [Test]
    public void OfAPicture(
        [Values("ui8", "bf16", "f32", "f64", "i1")] string type, [Values("19x23", "3x1301", "5x7")] string size, [Values(3, 4)] int colours,
        [Values("other order", "without the last", "the second", "twice as large", "every other", "turned about", "flipped and in other order", "again")] string movement)
    {
        string x = $"tensor<{size}x{colours}x{type}>";
        int height = int.Parse(size.Split('x')[0]), width = int.Parse(size.Split('x')[1]);
        string few = $"tensor<{size}x{colours - 1}x{type}>", one = $"tensor<{size}x1x{type}>", half = $"tensor<{height}x{(width + 1) / 2}x{colours}x{type}>", twice = $"tensor<{height}x{width}x2x{colours}x{type}>";
        (string result, string body) = movement switch
        {
            "other order" => (x, $"%0 = stablehlo.reverse %x, dims = [2] : {x}"),
            "without the last" => (few, $"%0 = stablehlo.slice %x [0:{height}, 0:{width}, 0:{colours - 1}] : ({x}) -> {few}"),
            "the second" => (one, $"%0 = stablehlo.slice %x [0:{height}, 0:{width}, 1:2] : ({x}) -> {one}"),
            "every other" => (half, $"%0 = stablehlo.slice %x [0:{height}, 0:{width}:2, 0:{colours}] : ({x}) -> {half}"),
            "turned about" => (x, $"%0 = stablehlo.reverse %x, dims = [0, 1, 2] : {x}"),
            "flipped and in other order" => (x, $"%0 = stablehlo.reverse %x, dims = [1, 2] : {x}"),
            "again" => ($"tensor<{size}x{colours}x3x{type}>", $"%0 = stablehlo.broadcast_in_dim %x, dims = [0, 1, 2] : ({x}) -> tensor<{size}x{colours}x3x{type}>"),
            _ => (twice, $"%0 = stablehlo.broadcast_in_dim %x, dims = [0, 1, 3] : ({x}) -> {twice}"),
        };
        Check($"func.func @main(%x: {x}) -> {result} {{ {body} return %0 : {result} }}");
    }

    [Test]
    public void TakesNoLoopOfMachineCode()
    {
        const string X = "tensor<64x64x3xui8>";
        string steps = "";
        CpuCompiler.Compile(MlirParser.ParseModule($"func.func @main(%x: {X}) -> {X} {{ %0 = stablehlo.reverse %x, dims = [2] : {X} return %0 : {X} }}"), new CpuCompileOptions { OnPass = (pass, text) => steps = pass == "steps" ? text : steps }).Dispose();
        Assert.That(steps, Does.Not.Contain("machine code"));
    }

    /// <summary>Nothing outside the line is read or written, wherever it ends.</summary>
    [TestCase(1, new long[] { 2, 1, 0 }, 3)]
    [TestCase(1, new long[] { 0, 1, 2 }, 4)]
    [TestCase(1, new long[] { 0, 0, 0 }, 1)]
    [TestCase(1, new long[] { 0, 1, 2, 0, 1, 2 }, 3)]
    [TestCase(4, new long[] { 0, 1, 2, 0, 1, 2 }, 3)]
    [TestCase(2, new long[] { 2, 1, 0 }, -3)]
    [TestCase(4, new long[] { 1, 0 }, -2)]
    public unsafe void KeepsToTheLine(int element, long[] map, int apart)
    {
        PixelShuffle shuffle = PixelShuffle.TryCreate(element, map, apart)!;
        Assert.That(shuffle, Is.Not.Null);
        for (int count = 1; count < 60; count++)
        {
            long lowest = Math.Min(0, (count - 1) * apart) + map.Min(), elements = (Math.Abs(apart) * (count - 1)) + map.Max() - map.Min() + 1;
            using var source = new GuardedPages(elements * element);
            using var target = new GuardedPages((long)count * map.Length * element);
            foreach (bool atEnd in new[] { false, true })
            {
                byte* from = source.Place(atEnd), to = target.Place(atEnd);
                for (long i = 0; i < elements * element; i++)
                {
                    from[i] = (byte)(i * 7);
                }
                shuffle.Run(from - (lowest * element), to, count);
                for (long i = 0; i < count * map.Length * element; i++)
                {
                    long block = i / element / map.Length, at = (block * apart) + map[i / element % map.Length] - lowest;
                    Assert.That(to[i], Is.EqualTo(from[(at * element) + (i % element)]), $"{count} blocks, byte {i}");
                }
            }
        }
    }
}
