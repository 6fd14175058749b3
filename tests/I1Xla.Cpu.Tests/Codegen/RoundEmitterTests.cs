using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>Copies and starts of slices as parts of a round, on memory of the test.</summary>
public sealed unsafe class RoundEmitterTests
{
    private const int Room = 3000, Guard = 7;

    [SetUp]
    public void NeedsVectors() => Assume.That(CpuIsa.Detected, Is.GreaterThanOrEqualTo(IsaLevel.Avx2));

    /// <summary>Every byte is copied, and none beside them.</summary>
    [Test]
    public void CopiesOfAllLengths()
    {
        foreach (int bytes in Enumerable.Range(0, 200).Concat([511, 512, 513, 540, 639, 640, 641, 672, 1000, 2047, 2048, 2900]))
        {
            byte[] from = new byte[Room], to = new byte[Room];
            new Random(bytes).NextBytes(from);
            Array.Fill(to, (byte)0xAA);
            var emitter = new RoundEmitter();
            emitter.Begin();
            Assert.That(emitter.CopyAll(0, 1, bytes));
            emitter.End(5);
            fixed (byte* x = from, y = to)
            {
                Assert.That(Run(emitter, x, y + Guard), Is.EqualTo(5));
            }
            Assert.That(to[Guard..(Guard + bytes)], Is.EqualTo(from[..bytes]), $"{bytes} bytes");
            Assert.That(to[..Guard].Concat(to[(Guard + bytes)..]), Is.All.EqualTo(0xAA), $"beside {bytes} bytes");
        }
    }

    /// <summary>Indices of each kind are moved inside, also those that their kind alone tells from others.</summary>
    [TestCase(ElementKind.I32, -1L, 0)]
    [TestCase(ElementKind.I32, int.MinValue, 0)]
    [TestCase(ElementKind.I32, 4L, 4)]
    [TestCase(ElementKind.I32, 10L, 10)]
    [TestCase(ElementKind.I32, 11L, 10)]
    [TestCase(ElementKind.UI32, 3L, 3)]
    [TestCase(ElementKind.UI32, 0xFFFFFFFFL, 10)]
    [TestCase(ElementKind.I64, 1L << 32, 10)]
    [TestCase(ElementKind.I64, -(1L << 32), 0)]
    [TestCase(ElementKind.I64, 7L, 7)]
    public void StartsAreMovedInside(ElementKind kind, long index, int place)
    {
        SliceIndex[] indices = [new SliceIndex(2, kind, 10, 12)];
        byte[] whole = [.. Enumerable.Range(0, 144).Select(i => (byte)i)], part = new byte[12];
        var from = new RoundEmitter();
        from.Begin();
        Assert.That(from.CopyPart(0, indices, 1, [], part.Length));
        from.End(0);
        var into = new RoundEmitter();
        into.Begin();
        Assert.That(into.CopyPart(1, [], 0, indices, part.Length));
        into.End(0);
        fixed (byte* x = whole, y = part)
        {
            Run(from, x, y, (byte*)&index);
            Assert.That(part, Is.EqualTo(whole[(12 * place)..(12 * place + 12)]));
            Array.Fill(part, (byte)200);
            Run(into, x, y, (byte*)&index);
        }
        Assert.That(whole.Select((b, i) => b == 200 ? i : -1).Where(i => i >= 0), Is.EqualTo(Enumerable.Range(12 * place, 12)));
    }

    /// <summary>What has no form leaves the loop to the steps.</summary>
    [Test]
    public void OtherKindsAndLongCopiesAreRefused()
    {
        var emitter = new RoundEmitter();
        Assert.That(emitter.CopyPart(0, [new SliceIndex(2, ElementKind.UI64, 10, 12)], 1, [], 12), Is.False);
        Assert.That(emitter.CopyAll(0, 1, RoundEmitter.MostCopied + 1), Is.False);
    }

    private static long Run(RoundEmitter emitter, params byte*[] slots)
    {
        using ExecutableMemory code = emitter.Assemble();
        byte** cells = stackalloc byte*[emitter.Cells.Length + 1];
        foreach ((int i, (_, int slot)) in emitter.Cells.Index())
        {
            cells[i] = slots[slot];
        }
        return ((delegate* unmanaged<byte**, long>)code.Address)(cells);
    }
}
