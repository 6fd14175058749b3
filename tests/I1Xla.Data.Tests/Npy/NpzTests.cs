using System.Buffers.Binary;
using System.IO.Compression;
using I1Xla.Data.Hashing;
using I1Xla.Data.Npy;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Npy;

public sealed class NpzTests
{
    private string folder = "";

    [SetUp]
    public void SetUp() => folder = Directory.CreateTempSubdirectory("i1xla-npz").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Crc32MatchesKnownValuesAndThePortablePath()
    {
        Assert.That(Crc32.Compute("123456789"u8), Is.EqualTo(0xCBF43926u));
        var random = new Random(1);
        foreach (int n in new[] { 0, 1, 7, 8, 127, 128, 129, 191, 192, 1000, 4096, 70001 })
        {
            var bytes = new byte[n];
            random.NextBytes(bytes);
            uint expected = Crc32.AppendPortable(0x12345678, bytes);
            Assert.That(Crc32.Append(0x12345678, bytes), Is.EqualTo(expected), $"{n} bytes");
            Assert.That(Crc32.Append(Crc32.Append(0x12345678, bytes.AsSpan(0, n / 3)), bytes.AsSpan(n / 3)), Is.EqualTo(expected));
        }
    }

    [Test]
    public void AnI1CheckpointRewrittenIsTheSameBytes([Values] bool inPieces)
    {
        string golden = SharedAssets.Golden("checkpoint.npz");
        string copy = Path.Combine(folder, "copy.npz");
        using (var reader = new NpzReader(golden))
        using (var writer = new NpzWriter(copy))
        {
            foreach (string key in reader.Keys)
            {
                NpyArray array = reader.Read(key);
                if (inPieces)
                {
                    using NpzWriter.Member member = writer.Begin(key, array.Descr, array.Shape);
                    member.Write(array.Data.Span[..(array.Data.Length / 2)]);
                    member.Write(array.Data.Span[(array.Data.Length / 2)..]);
                }
                else
                {
                    writer.Write(key, array);
                }
            }
            writer.Complete();
        }
        Assert.That(File.ReadAllBytes(copy), Is.EqualTo(File.ReadAllBytes(golden)));
    }

    [Test]
    public void AnI1CheckpointReadsAsDocumented()
    {
        using var reader = new NpzReader(SharedAssets.Golden("checkpoint.npz"));
        Assert.That(reader.Keys, Has.Count.EqualTo(28));
        Assert.That(reader.Keys[0], Is.EqualTo("chrono/accum_examples_seen"));
        Assert.That(reader.Read("opt/3/0/0").ToInt64(), Is.EqualTo(new long[] { 4 }));
        Assert.That(reader.Read("opt/3/0/0").Shape, Is.Empty);
        NpyArray moment = reader.Read("opt/1/0/1/blocks_0/attn/qkv/kernel");
        Assert.That((moment.Descr, moment.IsBFloat16, moment.Shape.Length), Is.EqualTo(("<V2", true, 2)));
        Assert.That(reader.ReadHeader("params/pos_embed").Shape, Is.EqualTo(new long[] { 1, 4, 6 }));
        var error = Assert.Throws<KeyNotFoundException>(() => reader.Read("params/pos_embedd"));
        Assert.That(error!.Message, Does.Contain("params/pos_embed"));
    }

    [Test]
    public void EveryTypeSurvivesAndTheSystemZipReaderAgrees([Values] bool compress)
    {
        string path = Path.Combine(folder, "a.npz");
        var arrays = new Dictionary<string, NpyArray>
        {
            ["half"] = NpyArray.From<Half>([(Half)1.5f, (Half)(-2)], 2),
            ["f4"] = NpyArray.From<float>([1, 2, 3, 4, 5, 6], 2, 3),
            ["f8"] = NpyArray.Scalar(Math.PI),
            ["i1"] = NpyArray.From<sbyte>([-1, 5], 2),
            ["u8"] = NpyArray.From<ulong>([ulong.MaxValue], 1),
            ["bool"] = NpyArray.From<bool>([true, false, true], 3),
            ["c16"] = NpyArray.From<System.Numerics.Complex>([new(1, -1)], 1),
            ["bf16"] = NpyArray.FromBFloat16([0x3F80, 0xC000], 2),
            ["empty"] = NpyArray.From<int>([], 0, 4),
            ["text/é"] = NpyArray.FromStrings(["naïve", "北京", "a😀"], 3),
        };
        NpzWriter.Save(path, arrays, compress);
        using (ZipArchive zip = ZipFile.OpenRead(path))
        {
            Assert.That(zip.Entries.Select(e => e.FullName), Is.EqualTo(arrays.Keys.Select(k => k + ".npy")));
        }
        using var reader = new NpzReader(path);
        foreach ((string key, NpyArray expected) in arrays)
        {
            NpyArray actual = reader.Read(key);
            Assert.That((actual.Descr, actual.Data.ToArray()), Is.EqualTo((expected.Descr, expected.Data.ToArray())), key);
            Assert.That(actual.Shape, Is.EqualTo(expected.Shape), key);
        }
        Assert.That(reader.Read("bf16").ToFloat32(), Is.EqualTo(new[] { 1f, -2f }));
        Assert.That(reader.Read("half").ToFloat32(), Is.EqualTo(new[] { 1.5f, -2f }));
        Assert.That(reader.Read("text/é").ToStrings(), Is.EqualTo(new[] { "naïve", "北京", "a😀" }));
        Assert.That(() => reader.Read("f8").AsSpan<float>(), Throws.InvalidOperationException);
    }

    [Test]
    public void FortranOrderAndBigEndianBecomeCOrderAndLittleEndian()
    {
        // [[1,2,3],[4,5,6]] column by column, big-endian int16.
        string path = Path.Combine(folder, "f.npy");
        byte[] head = new NpyHeader(">i2", true, [2, 3]).ToBytes();
        byte[] data = [0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6];
        File.WriteAllBytes(path, [.. head, .. data]);
        NpyArray array = NpyArray.Load(path);
        Assert.That(array.Descr, Is.EqualTo("<i2"));
        Assert.That(array.AsSpan<short>().ToArray(), Is.EqualTo(new short[] { 1, 2, 3, 4, 5, 6 }));
    }

    [Test]
    public void HeaderVariantsParse()
    {
        Assert.That(NpyHeader.Parse("{\"shape\": (3L,), 'fortran_order': False, 'descr': '|V2'}\n").Shape, Is.EqualTo(new long[] { 3 }));
        Assert.That(() => NpyHeader.Parse("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}"), Throws.TypeOf<FormatException>().With.Message.Contains("structured"));
        Assert.That(() => NpyHeader.Parse("{'descr': 'O', 'fortran_order': False, 'shape': ()}"), Throws.TypeOf<FormatException>().With.Message.Contains("'O'"));
        Assert.That(new NpyHeader("<f4", false, [2, 2, 3, 6]).ToBytes().Length % 64, Is.Zero);
    }

    [Test]
    public void MoreThan65535EntriesNeedTheZip64Directory()
    {
        string path = Path.Combine(folder, "many.npz");
        NpzWriter.Save(path, Enumerable.Range(0, 65537).Select(i => KeyValuePair.Create($"k{i}", NpyArray.Scalar((byte)i))));
        using var reader = new NpzReader(path);
        Assert.That(reader.Keys, Has.Count.EqualTo(65537));
        Assert.That(reader.Read("k65536").ToInt64(), Is.EqualTo(new long[] { 0 }));
        using ZipArchive zip = ZipFile.OpenRead(path);
        Assert.That(zip.Entries, Has.Count.EqualTo(65537));
    }

    [Test]
    public void OffsetsBeyondFourGigabytesAreRead()
    {
        // A sparse file: the writer starts behind a hole of 5 GB only in the archive's own numbering, so the hole is a member.
        string path = Path.Combine(folder, "big.npz");
        const long Size = 5L << 30;
        using (var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite))
        {
            using var sparse = new SparseStream(stream);
            using var writer = new NpzWriter(sparse);
            using (NpzWriter.Member member = writer.Begin("hole", "|u1", [Size]))
            {
                var zeros = new byte[64 << 20];
                for (long n = 0; n < Size; n += zeros.Length)
                {
                    member.Write(zeros);
                }
            }
            writer.Write("after", NpyArray.From<int>([7, 8], 2));
            writer.Complete();
        }
        using var reader = new NpzReader(path);
        Assert.That(reader.Read("after").AsSpan<int>().ToArray(), Is.EqualTo(new[] { 7, 8 }));
        Assert.That(reader.ReadHeader("hole").ByteLength, Is.EqualTo(Size));
        using ZipArchive zip = ZipFile.OpenRead(path);
        Assert.That(zip.Entries.Select(e => e.Length), Is.EqualTo(new[] { Size + 128, 128 + 8 }));
    }

    /// <summary>Turns long runs of zeros into holes, so that a test of large offsets costs no disk.</summary>
    private sealed class SparseStream(FileStream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => true;
        public override long Length => inner.Length;
        public override long Position { get => inner.Position; set => inner.Position = value; }
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);
        public override void SetLength(long value) => inner.SetLength(value);
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length > 1 << 20 && !buffer.ContainsAnyExcept((byte)0))
            {
                inner.Seek(buffer.Length, SeekOrigin.Current);
            }
            else
            {
                inner.Write(buffer);
            }
        }
    }

    [Test]
    public void DamageIsNamed()
    {
        byte[] golden = File.ReadAllBytes(SharedAssets.Golden("checkpoint.npz"));
        string path = Path.Combine(folder, "bad.npz");

        File.WriteAllBytes(path, golden[..(golden.Length / 2)]);
        Assert.That(() => new NpzReader(path), Throws.TypeOf<DataFileException>().With.Message.Contains(path).And.Message.Contains("cut short"));

        File.WriteAllBytes(path, "hello"u8);
        Assert.That(() => new NpzReader(path), Throws.TypeOf<DataFileException>().With.Message.Contains("not an .npz"));

        Assert.That(() => new NpzReader(Path.Combine(folder, "none.npz")), Throws.TypeOf<DataFileException>().With.Message.Contains("does not exist"));

        byte[] flipped = (byte[])golden.Clone();
        flipped[0xd3] ^= 1; // inside the data of the first member
        File.WriteAllBytes(path, flipped);
        using (var reader = new NpzReader(path))
        {
            Assert.That(() => reader.Read(reader.Keys[0]), Throws.TypeOf<DataFileException>().With.Message.Contains("chrono/accum_examples_seen").And.Message.Contains("checksum"));
            Assert.That(reader.Read(reader.Keys[1]).Count, Is.EqualTo(1));
        }

        byte[] header = (byte[])golden.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0xd8), 0);
        File.WriteAllBytes(path, header);
        using (var reader = new NpzReader(path))
        {
            Assert.That(() => reader.Read(reader.Keys[1]), Throws.TypeOf<DataFileException>().With.Message.Contains("chrono/accum_pause_time").And.Message.Contains("byte 216"));
        }
    }

    [Test]
    public void EveryTruncationAndManyFlipsGiveOneClearError()
    {
        byte[] golden = File.ReadAllBytes(SharedAssets.Golden("checkpoint.npz"));
        string path = Path.Combine(folder, "bad.npz");
        var random = new Random(3);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = (byte[])golden.Clone();
            if (i % 2 == 0)
            {
                bad = bad[..random.Next(bad.Length)];
            }
            else
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }
            File.WriteAllBytes(path, bad);
            try
            {
                using var reader = new NpzReader(path);
                foreach (string key in reader.Keys)
                {
                    reader.Read(key);
                }
            }
            catch (DataFileException e)
            {
                Assert.That(e.Message, Does.Contain(path));
            }
        }
    }

    [Test]
    public void AWriterThatDoesNotCompleteLeavesAFileThatSaysSo()
    {
        string path = Path.Combine(folder, "half.npz");
        using (var writer = new NpzWriter(path))
        {
            writer.Write("a", NpyArray.From<float>([1, 2], 2));
        }
        Assert.That(() => new NpzReader(path), Throws.TypeOf<DataFileException>().With.Message.Contains("cut short"));
        using var other = new NpzWriter(path);
        other.Write("a", NpyArray.Scalar(1f));
        Assert.That(() => other.Write("a", NpyArray.Scalar(1f)), Throws.ArgumentException);
        Assert.That(() => other.Write("b", "<f4", [3], new byte[4]), Throws.ArgumentException);
    }
}
