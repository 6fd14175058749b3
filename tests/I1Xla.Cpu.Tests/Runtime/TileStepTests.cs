using I1Xla.Cpu.Kernels.Copies;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Runtime;

/// <summary>Moves of which small tiles lie together on both sides, against the interpreter.</summary>
public class TileStepTests
{
    // 67 pixels are no whole number of tiles, 5 are less than one.
    [Test]
    public void OfAPicture(
        [Values("ui8", "bf16", "f32", "f64", "i1")] string type, [Values("64x67", "1201x5", "3x4101")] string size, [Values(3, 4, 8)] int colours,
        [Values("to pixels", "to planes", "flipped", "every pixel twice", "turned about")] string movement)
    {
        string planes = $"tensor<{colours}x{size}x{type}>", pixels = $"tensor<{size}x{colours}x{type}>", twice = $"tensor<{colours}x{size}x2x{type}>";
        (string operand, string result, string body) = movement switch
        {
            "to pixels" => (planes, pixels, $"stablehlo.transpose %x, dims = [1, 2, 0] : ({planes}) -> {pixels}"),
            "to planes" => (pixels, planes, $"stablehlo.transpose %x, dims = [2, 0, 1] : ({pixels}) -> {planes}"),
            "flipped" => (pixels, pixels, $"stablehlo.reverse %x, dims = [1] : {pixels}"),
            "turned about" => (planes, planes, $"stablehlo.reverse %x, dims = [1, 2] : {planes}"),
            _ => (planes, twice, $"stablehlo.broadcast_in_dim %x, dims = [0, 1, 2] : ({planes}) -> {twice}"),
        };
        Check($"func.func @main(%x: {operand}) -> {result} {{ %0 = {body} return %0 : {result} }}");
    }

    [Test]
    public void OfPatches([Values("ui8", "bf16", "f32")] string type, [Values("3x2", "4x2", "3x4", "16x2")] string patch, [Values("0, 2, 4, 3, 5, 1", "0, 2, 4, 1, 3, 5")] string order)
    {
        int[] sizes = [.. patch.Split('x').Select(int.Parse)], operand = [5, sizes[0], 14, sizes[1], 18, sizes[1]];
        int[] to = [.. order.Split(", ").Select(int.Parse)], back = [.. Enumerable.Range(0, 6).Select(d => Array.IndexOf(to, d))];
        string x = Type(operand), y = Type([.. to.Select(d => operand[d])]);
        Check($"func.func @main(%x: {x}) -> {y} {{ %0 = stablehlo.transpose %x, dims = [{order}] : ({x}) -> {y} return %0 : {y} }}");
        Check($"func.func @main(%x: {y}) -> {x} {{ %0 = stablehlo.transpose %x, dims = [{string.Join(", ", back)}] : ({y}) -> {x} return %0 : {x} }}");

        string Type(int[] dims) => $"tensor<{string.Join('x', dims)}x{type}>";
    }

    // More than sixteen megabytes, which go past the caches.
    [Test]
    public void OfALargePicture()
    {
        const string X = "tensor<4x1024x1152xf32>", Y = "tensor<1024x1152x4xf32>";
        Check($"func.func @main(%x: {X}) -> {Y} {{ %0 = stablehlo.transpose %x, dims = [1, 2, 0] : ({X}) -> {Y} return %0 : {Y} }}");
    }

    [Test]
    public void TakesNoLoopOfMachineCode()
    {
        const string X = "tensor<3x64x64xf32>", Y = "tensor<64x64x3xf32>";
        string steps = "";
        CpuCompiler.Compile(
            MlirParser.ParseModule($"func.func @main(%x: {X}) -> {Y} {{ %0 = stablehlo.transpose %x, dims = [1, 2, 0] : ({X}) -> {Y} return %0 : {Y} }}"), new CpuCompileOptions { OnPass = (pass, text) => steps = pass == "steps" ? text : steps }).Dispose();
        Assert.That(steps.Contains("machine code"), Is.EqualTo(!TileShuffle.IsSupported));
    }

    /// <summary>Nothing outside the elements is read or written: planes of a number of elements into pixels, and back.</summary>
    [Test]
    public unsafe void KeepsToTheTile([Values(1, 2, 4, 8)] int element, [Values(3, 4, 5)] int planes, [Values(22, 32, 64, 65)] int length, [Values] bool toPixels)
    {
        if (!TileShuffle.IsSupported)
        {
            Assert.Ignore("This machine does not permute bytes.");
        }
        CopyDimension plane = new(planes, length * element, element), along = new(length, element, planes * element);
        CopyDimension[] tile = toPixels ? [plane, along] : [new(planes, plane.Target, plane.Source), new(length, along.Target, along.Source)];
        TileShuffle shuffle = TileShuffle.TryCreate(element, tile)!;
        Assert.That(shuffle, Is.Not.Null);
        long bytes = (long)planes * length * element;
        using var source = new GuardedPages(bytes);
        using var target = new GuardedPages(bytes);
        foreach (bool atEnd in new[] { false, true })
        {
            byte* from = source.Place(atEnd), to = target.Place(atEnd);
            for (long i = 0; i < bytes; i++)
            {
                (from[i], to[i]) = ((byte)((i * 7) + (i >> 8)), 0);
            }
            shuffle.Run(from, to, 1, 0, 0, stream: false);
            for (long i = 0; i < bytes; i++)
            {
                (long at, long rest) = Math.DivRem(i, element);
                long other = toPixels ? (at % planes * length) + (at / planes) : (at % length * planes) + (at / length);
                Assert.That(to[i], Is.EqualTo(from[(other * element) + rest]), $"byte {i}");
            }
        }
    }

    /// <summary>Elements that fill no vector cannot be read as one.</summary>
    [Test]
    public void NeedsAVector() => Assert.That(TileShuffle.TryCreate(4, [new CopyDimension(15, -4, 4)]), Is.Null);
}
