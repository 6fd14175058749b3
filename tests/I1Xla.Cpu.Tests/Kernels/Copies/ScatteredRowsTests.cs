using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;

namespace I1Xla.Cpu.Tests.Kernels.Copies;

/// <summary>Rows from anywhere to anywhere.</summary>
public sealed unsafe class ScatteredRowsTests
{
    /// <summary>Words, lines and more, alone and many, at addresses of any alignment; what lies between the rows stays.</summary>
    [Test]
    public void EachRowIsCopied(
        [Values(1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 192, 1000, 1024, 1025, 2048, 3000)] int bytes, [Values(1, 5, 70)] int count, [Values] bool stream, [Values(0, 1, 64)] int gap)
    {
        var random = new Random(bytes + count);
        const int offsets = 5000;
        byte[] source = new byte[bytes + offsets];
        random.NextBytes(source);
        long pitch = bytes + gap, length = count * pitch;
        var memory = (byte*)LargeMemory.Allocate((nuint)length);
        try
        {
            new Span<byte>(memory, (int)length).Fill(0xA5);
            byte** from = stackalloc byte*[count], to = stackalloc byte*[count];
            int[] starts = [.. Enumerable.Range(0, count).Select(_ => random.Next(offsets))];
            fixed (byte* s = source)
            {
                for (int i = 0; i < count; i++)
                {
                    from[i] = s + starts[i];
                    to[i] = memory + (i * pitch);
                }
                ScatteredRows.Copy(from, to, count, bytes, stream);
                StreamedCopy.Finish();
            }
            for (int i = 0; i < count; i++)
            {
                var row = new ReadOnlySpan<byte>(memory + (i * pitch), (int)pitch);
                Assert.That(row[..bytes].SequenceEqual(source.AsSpan(starts[i], bytes)), $"row {i}");
                Assert.That(row[bytes..].ContainsAnyExcept((byte)0xA5), Is.False, $"behind row {i}");
            }
        }
        finally
        {
            LargeMemory.Free(memory);
        }
    }
}
