using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Copies;

public sealed unsafe class StridedCopyTests
{
    private static readonly WorkerPool s_pool = new(3);

    private static IEnumerable<IsaLevel> Levels => [IsaLevel.Portable, CpuIsa.Detected];

    // Rows of any length to one more than the longest short one, between others that stay.
    [Test]
    public void RowsAmongOthers([Range(1, 65)] int bytes)
    {
        long[] sizes = [3, 1001, bytes], source = [1001 * (bytes + 2), bytes + 2, 1], target = [1002 * (bytes + 1), bytes + 1, 1];
        var random = new Random(bytes);
        byte[] from = new byte[3 * source[0]], to = new byte[3 * target[0]];
        random.NextBytes(from);
        random.NextBytes(to);
        byte[] expected = [.. to];
        for (long i = 0; i < 3 * 1001; i++)
        {
            from.AsSpan((int)((i / 1001 * source[0]) + (i % 1001 * source[1])), bytes).CopyTo(expected.AsSpan((int)((i / 1001 * target[0]) + (i % 1001 * target[1]))));
        }
        fixed (byte* s = from, t = to) StridedCopy.Run(s, t, 1, sizes, source, target, s_pool);
        Assert.That(to, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Levels))]
    public void RandomPermutationsSlicesReversalsAndBroadcasts(IsaLevel isa)
    {
        var random = new Random(3);
        int[] sizesToPick = [1, 1, 2, 3, 5, 8, 16, 17, 40];
        int[] bytesToPick = [1, 2, 4, 8, 16, 3, 6, 12, 24];
        for (int round = 0; round < 800; round++)
        {
            int rank = random.Next(0, 6), bytes = bytesToPick[random.Next(bytesToPick.Length)];
            var sizes = new long[rank];
            var order = new int[rank];
            for (int i = 0; i < rank; i++) (sizes[i], order[i]) = (sizesToPick[random.Next(rank > 4 ? 6 : sizesToPick.Length)], i);
            random.Shuffle(order);
            long[] source = new long[rank], target = new long[rank];
            long sourceSize = 1, targetSize = 1;
            for (int i = rank - 1; i >= 0; i--)
            {
                target[i] = targetSize;
                targetSize *= sizes[i] + (random.Next(4) == 0 ? 2 : 0);
                int d = order[i];
                if (random.Next(6) == 0) continue;
                source[d] = sourceSize;
                sourceSize *= sizes[d] + (random.Next(4) == 0 ? 3 : 0);
            }
            long sourceStart = 0;
            for (int i = 0; i < rank; i++)
            {
                if (random.Next(5) != 0) continue;
                sourceStart += source[i] * (sizes[i] - 1);
                source[i] = -source[i];
            }
            var from = new byte[Math.Max(sourceSize, 1) * bytes];
            random.NextBytes(from);
            var to = new byte[Math.Max(targetSize, 1) * bytes];
            random.NextBytes(to);
            var expected = (byte[])to.Clone();
            Reference((int)sourceStart * bytes, from, expected, bytes, sizes, source, target);
            fixed (byte* f = from, t = to) StridedCopy.Run(f + sourceStart * bytes, t, bytes, sizes, source, target, s_pool, isa);
            Assert.That(to.AsSpan().SequenceEqual(expected), $"round {round}: sizes [{string.Join(',', sizes)}] source [{string.Join(',', source)}] target [{string.Join(',', target)}] bytes {bytes}");
        }
    }

    [Test]
    public void LargeTransposeOnSeveralThreads([Values(1, 2, 4, 8, 16)] int bytes)
    {
        Transposes(301, 517, bytes);
        // Large enough to be written past the cache, with rows that start on cache lines.
        Transposes(64 * 24 * 8 / bytes, 8 * 1024 - 8, bytes);
        Transposes(1600, 1536 * 4 / bytes, bytes);
    }

    // Batch, heads, tokens, bytes of a row, bytes of an element, and where the target starts in its cache line.
    [TestCase(2, 4, 8192, 288, 4, 0)]
    [TestCase(3, 5, 4099, 288, 4, 0)] // The last block is shorter.
    [TestCase(1, 63, 347, 844, 4, 0)] // Blocks begin and end inside lines.
    [TestCase(2, 4, 8192, 288, 4, 12)]
    [TestCase(1, 7, 24001, 102, 2, 0)]
    [TestCase(2, 3, 80009, 37, 1, 5)]
    [TestCase(2, 2, 2400, 2048, 16, 0)]
    public void RowsThatChangePlaces(int batch, int heads, int tokens, int rowBytes, int bytes, int start)
    {
        long row = rowBytes / bytes;
        long[] sizes = [batch, heads, tokens, row];
        long[] source = [tokens * heads * row, row, heads * row, 1], target = [tokens * heads * row, tokens * row, row, 1];
        long size = (long)batch * heads * tokens * rowBytes;
        Assert.That(StridedCopy.MovesRows(bytes, sizes, source, target));
        foreach (bool reversed in new[] { false, true })
        {
            byte[] from = GC.AllocateUninitializedArray<byte>((int)size), expected = GC.AllocateUninitializedArray<byte>((int)size);
            new Random(11).NextBytes(from);
            int first = reversed ? (int)((tokens - 1) * source[2] * bytes) : 0;
            long[] strides = reversed ? [source[0], source[1], -source[2], 1] : source;
            Reference(first, from, expected, bytes, sizes, strides, target);
            byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)size + 128, 64);
            try
            {
                new Span<byte>(memory, (int)size + 128).Fill(0xAB);
                fixed (byte* f = from) StridedCopy.Run(f + first, memory + start, bytes, sizes, strides, target, s_pool);
                Assert.That(new Span<byte>(memory + start, (int)size).SequenceEqual(expected), $"reversed {reversed}");
                Assert.That(new Span<byte>(memory, start).IndexOfAnyExcept((byte)0xAB), Is.EqualTo(-1));
                Assert.That(new Span<byte>(memory + start + size, 128 - start).IndexOfAnyExcept((byte)0xAB), Is.EqualTo(-1));
            }
            finally
            {
                NativeMemory.AlignedFree(memory);
            }
        }
    }

    [Test]
    public void MoreDimensionsThanALoopKeepsCountOf([Values(true, false)] bool transposed)
    {
        // Every other element along 18 dimensions, of which none merge.
        const int Rank = 18;
        long[] sizes = [.. Enumerable.Repeat(2L, Rank)], source = [.. Enumerable.Range(0, Rank).Select(d => (long)Math.Pow(3, Rank - 1 - d))], target = [.. Enumerable.Range(0, Rank).Select(d => 1L << (Rank - 1 - d))];
        if (transposed) Array.Reverse(source);
        var from = GC.AllocateUninitializedArray<byte>((int)source.Max() * 3);
        new Random(5).NextBytes(from);
        var to = new byte[1 << Rank];
        var expected = new byte[1 << Rank];
        Reference(0, from, expected, 1, sizes, source, target);
        fixed (byte* f = from, t = to) StridedCopy.Run(f, t, 1, sizes, source, target, s_pool);
        Assert.That(to.AsSpan().SequenceEqual(expected));
    }

    [Test]
    public void StreamedRunsStartAndEndAnywhere()
    {
        byte[] from = new byte[2048], to = new byte[2048], expected = new byte[2048];
        var random = new Random(6);
        random.NextBytes(from);
        fixed (byte* f = from, t = to)
        {
            for (int round = 0; round < 2000; round++)
            {
                int source = random.Next(130), target = random.Next(130), bytes = random.Next(1900);
                random.NextBytes(to);
                to.CopyTo(expected, 0);
                from.AsSpan(source, bytes).CopyTo(expected.AsSpan(target));
                StreamedCopy.Run(f + source, t + target, bytes, stream: true);
                StreamedCopy.Finish();
                Assert.That(to.AsSpan().SequenceEqual(expected), $"{bytes} from {source} to {target}");
            }
        }
    }

    [Test]
    public void LargeRowsOnSeveralThreads([Values(1, 500, 4099)] int rows)
    {
        // Large enough to be written past the caches; rows with gaps between them.
        long columns = (StreamedCopy.LeastBytes / rows) + 77;
        byte[] from = GC.AllocateUninitializedArray<byte>((int)(rows * (columns + 5))), to = GC.AllocateUninitializedArray<byte>((int)(rows * (columns + 3)));
        new Random(7).NextBytes(from);
        fixed (byte* f = from, t = to) StridedCopy.Run(f, t, 1, [rows, columns], [columns + 5, 1], [columns + 3, 1], s_pool);
        for (int i = 0; i < rows; i++)
        {
            Assert.That(to.AsSpan((int)(i * (columns + 3)), (int)columns).SequenceEqual(from.AsSpan((int)(i * (columns + 5)), (int)columns)), $"row {i}");
        }
    }

    [Test]
    public void LargeRowsThatAreNoWholeLines([Values(1, 2, 4, 8, 16)] int bytes, [Values(-1, 0, 1, 2, 3)] int step, [Values(0, 3)] int misplaced)
    {
        // Two outer dimensions change places; rows lie end to end in the target, from anywhere in a line on.
        long[] sizes = [203, 101, (StreamedCopy.LeastBytes / 203 / 101 / bytes) + 7];
        long row = 3 * sizes[2];
        var from = GC.AllocateUninitializedArray<byte>((int)(sizes[0] * sizes[1] * row) * bytes);
        new Random(9).NextBytes(from);
        byte[] to = new byte[sizes[0] * sizes[1] * sizes[2] * bytes];
        long start = step < 0 ? sizes[2] - 1 : 0;
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)to.Length + 64, 64);
        fixed (byte* f = from) StridedCopy.Run(f + (start * bytes), memory + (misplaced * bytes), bytes, sizes, [row, 203 * row, step], [sizes[1] * sizes[2], sizes[2], 1], s_pool);
        Reference((int)start * bytes, from, to, bytes, sizes, [row, 203 * row, step], [sizes[1] * sizes[2], sizes[2], 1]);
        bool agrees = new Span<byte>(memory + (misplaced * bytes), to.Length).SequenceEqual(to);
        NativeMemory.AlignedFree(memory);
        Assert.That(agrees);
    }

    [Test]
    public void LinesOfAnyLength([Values(1, 2, 4)] int bytes, [Values(-1, 1, 2)] int step)
    {
        var random = new Random(10);
        for (int size = 1; size < 200; size++)
        {
            int read = (((size - 1) * Math.Abs(step)) + 1) * bytes;
            byte[] from = new byte[read], to = new byte[size * bytes + 8], expected = new byte[to.Length];
            random.NextBytes(from);
            int start = step < 0 ? read - bytes : 0;
            for (int i = 0; i < size; i++) from.AsSpan(start + (i * step * bytes), bytes).CopyTo(expected.AsSpan(i * bytes));
            fixed (byte* f = from, t = to) LineCopy.Run(f + start, t, new CopyDimension(size, step * bytes, bytes), bytes);
            Assert.That(to, Is.EqualTo(expected), $"{size}");
        }
    }

    private static void Transposes(int rows, int columns, int bytes)
    {
        var from = new byte[rows * columns * bytes];
        new Random(4).NextBytes(from);
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)from.Length, 64);
        var to = new Span<byte>(memory, from.Length);
        fixed (byte* f = from) StridedCopy.Run(f, memory, bytes, [columns, rows], [1, columns], [rows, 1], s_pool);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                if (!to.Slice((j * rows + i) * bytes, bytes).SequenceEqual(from.AsSpan((i * columns + j) * bytes, bytes))) Assert.Fail($"[{i},{j}]");
            }
        }
        NativeMemory.AlignedFree(memory);
    }

    private static void Reference(int start, byte[] from, byte[] to, int bytes, long[] sizes, long[] source, long[] target)
    {
        var index = new long[sizes.Length];
        if (sizes.Contains(0)) return;
        while (true)
        {
            long s = 0, t = 0;
            for (int i = 0; i < sizes.Length; i++) (s, t) = (s + index[i] * source[i], t + index[i] * target[i]);
            from.AsSpan((int)(start + s * bytes), bytes).CopyTo(to.AsSpan((int)t * bytes, bytes));
            int d = sizes.Length - 1;
            for (; d >= 0; d--)
            {
                if (++index[d] < sizes[d]) break;
                index[d] = 0;
            }
            if (d < 0) return;
        }
    }
}
