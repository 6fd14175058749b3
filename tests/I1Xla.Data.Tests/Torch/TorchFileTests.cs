using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Data.Torch;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Torch;

public sealed class TorchFileTests
{
    private string folder = "";

    [SetUp]
    public void SetUp() => folder = Directory.CreateTempSubdirectory("i1xla-torch").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    private string Target => Path.Combine(folder, "file.pt");

    private static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private TorchFile Open(PickleBytes pickle, params (string, byte[])[] members) => new(PickleBytes.Archive(Target, pickle.End(), members));

    [Test]
    public void AReleaseFileHoldsWhatPyTorchSays()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("torch", "release_tiny.json")));
        using var file = new TorchFile(SharedAssets.Golden("torch", "release_tiny.pt"));
        var root = (PickleDict)file.Root!;
        JsonElement layout = json.RootElement.GetProperty("layout");
        Assert.That(((PickleDict)root["config"]!).Items.Select(i => $"{i.Key}={Convert.ToDouble(i.Value, null)}"),
            Is.EqualTo(layout.GetProperty("config").EnumerateObject().Select(p => $"{p.Name}={p.Value.GetDouble()}")));
        Assert.That(((PickleDict)root["model"]!).Items.Select(i => $"{i.Key} {i.Value}"),
            Is.EqualTo(layout.GetProperty("model").EnumerateObject().Select(p => $"{p.Name} {p.Value.GetString()}")));
    }

    [Test]
    public void WhatIsReadIsWrittenAgain([Values("release_tiny", "train_accum2")] string name)
    {
        string golden = SharedAssets.Golden("torch", name + ".pt");
        using var file = new TorchFile(golden);
        TorchWriter.Save(Target, name, (PickleDict)Copy(file.Root)!);
        if (name == "release_tiny")
        {
            // The training file's moments share their keys' text in Python's memory, which makes its pickle shorter.
            Assert.That(Member(Target, "data.pkl"), Is.EqualTo(Member(golden, "data.pkl")));
        }
        using var again = new TorchFile(Target);
        Assert.That(Tensors(again.Root).Select(t => Convert.ToHexString(again.Read(t).Data.Span)), Is.EqualTo(Tensors(file.Root).Select(t => Convert.ToHexString(file.Read(t).Data.Span))));
        Assert.That(Tensors(again.Root).Select(t => t.ToString()), Is.EqualTo(Tensors(file.Root).Select(t => t.ToString())));

        object? Copy(object? value)
        {
            switch (value)
            {
                case PickleDict dict:
                    var copy = new PickleDict();
                    foreach ((object key, object? item) in dict.Items)
                    {
                        copy.Set(key, Copy(item));
                    }
                    return copy;
                case TorchTensor t:
                    return new TorchSource(t.Descr, t.Shape, () => file.Read(t).Data);
                default:
                    return value;
            }
        }

        static IEnumerable<TorchTensor> Tensors(object? value) => value switch
        {
            PickleDict dict => dict.Items.SelectMany(i => Tensors(i.Value)),
            TorchTensor t => [t],
            _ => [],
        };
    }

    [Test]
    public void ViewsOfOneStorageAreReadInCOrder()
    {
        byte[] storage = Floats(0, 1, 2, 3, 4, 5);
        using TorchFile file = Open(new PickleBytes().Op('}').Op('(')
            .Text("whole").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1])
            .Text("transposed").Tensor("FloatStorage", "0", 6, 0, [3, 2], [1, 3])
            .Text("column").Tensor("FloatStorage", "0", 6, 1, [2], [3])
            .Text("expanded").Tensor("FloatStorage", "0", 6, 4, [3, 2], [0, 1])
            .Text("scalar").Tensor("FloatStorage", "0", 6, 5, [], [])
            .Text("empty").Tensor("FloatStorage", "0", 6, 0, [0, 3], [3, 1]).Op('u'), ("data/0", storage));
        var root = (PickleDict)file.Root!;
        Assert.Multiple(() =>
        {
            Assert.That(Values("whole"), Is.EqualTo(new float[] { 0, 1, 2, 3, 4, 5 }));
            Assert.That(Values("transposed"), Is.EqualTo(new float[] { 0, 3, 1, 4, 2, 5 }));
            Assert.That(Values("column"), Is.EqualTo(new float[] { 1, 4 }));
            Assert.That(Values("expanded"), Is.EqualTo(new float[] { 4, 5, 4, 5, 4, 5 }));
            Assert.That(Values("scalar"), Is.EqualTo(new float[] { 5 }));
            Assert.That(Values("empty"), Is.Empty);
        });

        float[] Values(string name) => file.Read((TorchTensor)root[name]!).ToFloat32();
    }

    [TestCase("BFloat16Storage", new byte[] { 0x80, 0x3f, 0x20, 0xc0 }, new[] { 1f, -2.5f })]
    [TestCase("HalfStorage", new byte[] { 0x00, 0x3c, 0x00, 0xc1 }, new[] { 1f, -2.5f })]
    [TestCase("DoubleStorage", new byte[] { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0x04, 0xc0 }, new[] { 1f, -2.5f })]
    [TestCase("LongStorage", new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, new[] { 1f, -1f })]
    [TestCase("CharStorage", new byte[] { 1, 0xff }, new[] { 1f, -1f })]
    [TestCase("BoolStorage", new byte[] { 1, 0 }, new[] { 1f, 0f })]
    public void EveryElementTypeIsRead(string storage, byte[] bytes, float[] expected)
    {
        using TorchFile file = Open(new PickleBytes().Tensor(storage, "7", 2, 0, [2], [1]), ("data/7", bytes));
        Assert.That(file.Read((TorchTensor)file.Root!).ToFloat32(), Is.EqualTo(expected));
    }

    [Test]
    public void PlainValuesOfLaterProtocolsAreRead()
    {
        byte[] pickle = [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, (byte)']', 0x94, (byte)'(', 0x8c, 2, (byte)'h', (byte)'i', 0x94, 0x88, (byte)'N', (byte)'J', 0xff, 0xff, 0xff, 0xff, (byte)'h', 1, 0x85, (byte)'e', (byte)'.'];
        using var file = new TorchFile(PickleBytes.Archive(Target, pickle));
        var list = (List<object?>)file.Root!;
        Assert.That(list, Is.EqualTo(new object?[] { "hi", true, null, -1L, new object?[] { "hi" } }));
    }

    private static readonly TestCaseData[] s_hostile =
    [
        new TestCaseData("posix.system", new PickleBytes().Global("posix", "system").Op('(').Text("id").Op('t').Op('R').End()).SetArgDisplayNames("call of os.system"),
        new TestCaseData("builtins.eval", new PickleBytes().Text("builtins").Text("eval").Op(0x93).Op('(').Text("1").Op('t').Op('R').End()).SetArgDisplayNames("eval from the stack"),
        new TestCaseData("builtins.getattr", new PickleBytes().Op('}').Text("model").Global("builtins", "getattr").Op('s').End()).SetArgDisplayNames("a function as a value"),
        new TestCaseData("torch.load", new PickleBytes().Global("torch", "load").Op('(').Text("x").Op('t').Op('R').End()).SetArgDisplayNames("torch's own functions"),
        new TestCaseData("torch._utils._rebuild_device_tensor_from_numpy", new PickleBytes().Global("torch._utils", "_rebuild_device_tensor_from_numpy").End()).SetArgDisplayNames("other rebuild functions"),
        new TestCaseData("torch.nn.modules.linear.Linear", new PickleBytes().Global("torch.nn.modules.linear", "Linear").Op(')').Op(0x81).Op('}').Op('b').End()).SetArgDisplayNames("a whole module"),
        new TestCaseData("opcode 0x69", new PickleBytes().Op('(').Text("id").Op([(byte)'i', .. "os\nsystem\n"u8]).End()).SetArgDisplayNames("INST"),
        new TestCaseData("opcode 0x6f", new PickleBytes().Op('(').Op('o').End()).SetArgDisplayNames("OBJ"),
        new TestCaseData("opcode 0x82", new PickleBytes().Op(0x82, 1).End()).SetArgDisplayNames("EXT1"),
        new TestCaseData("a call of a String", new PickleBytes().Text("os").Op(')').Op('R').End()).SetArgDisplayNames("call of a text"),
        new TestCaseData("the state of", new PickleBytes().Op(']').Op('}').Op('b').End()).SetArgDisplayNames("BUILD on a list"),
    ];

    [TestCaseSource(nameof(s_hostile))]
    public void AFileThatWouldRunCodeIsRefusedByName(string name, byte[] pickle)
    {
        PickleBytes.Archive(Target, pickle);
        Assert.That(() => new TorchFile(Target), Throws.TypeOf<DataFileException>().With.Message.Contains(name).And.Message.Contains(Target).And.Message.Contains("is refused"));
    }

    private static readonly TestCaseData[] s_damaged =
    [
        new TestCaseData("reaches to element 6", new PickleBytes().Tensor("FloatStorage", "0", 6, 1, [2, 3], [3, 1]).End()),
        new TestCaseData("is none", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [2, 3], [-3, 1]).End()),
        new TestCaseData("is none", new PickleBytes().Tensor("FloatStorage", "0", 6, -1, [2], [1]).End()),
        new TestCaseData("is none", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [2, 3], [3]).End()),
        new TestCaseData("too large", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [long.MaxValue, 4], [0, 0]).End()),
        new TestCaseData("too large", new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [3, 3], [long.MaxValue, long.MaxValue]).End()),
        new TestCaseData("persistent id", new PickleBytes().Op('(').Text("module").Op('t').Op('Q').End()),
        new TestCaseData("too few values", new PickleBytes().Op('R').End()),
        new TestCaseData("no mark", new PickleBytes().Op('t').End()),
        new TestCaseData("memo 3, which is empty", new PickleBytes().Op((byte)'h', 3).End()),
        new TestCaseData("neither text nor number", new PickleBytes().Op('}').Op(']').Op('N').Op('s').End()),
        new TestCaseData("an unknown instruction (0xf0)", new PickleBytes().Op(0xf0).End()),
        new TestCaseData("protocol 9", new PickleBytes().Op(0x80, 9).End()),
    ];

    [TestCaseSource(nameof(s_damaged))]
    public void WhatIsNoPickleOfTensorsIsDamaged(string what, byte[] pickle)
    {
        PickleBytes.Archive(Target, pickle, ("data/0", new byte[24]));
        Assert.That(() => new TorchFile(Target), Throws.TypeOf<DataFileException>().With.Message.Contains(what).And.Message.Contains("data.pkl"));
    }

    [Test]
    public void AStorageThatIsAbsentShortOrFlippedIsNamed()
    {
        PickleBytes Pickle() => new PickleBytes().Tensor("FloatStorage", "0", 6, 0, [6], [1]);
        Assert.That(() => ReadRoot(Pickle()), Throws.TypeOf<DataFileException>().With.Message.Contains("no storage '0'"));
        Assert.That(() => ReadRoot(Pickle(), ("data/0", new byte[20])), Throws.TypeOf<DataFileException>().With.Message.Contains("20 bytes"));
        PickleBytes.Archive(Target, Pickle().End(), ("data/0", Floats(1, 2, 3, 4, 5, 6)));
        byte[] bytes = File.ReadAllBytes(Target);
        int at = bytes.AsSpan().IndexOf(Floats(1, 2, 3, 4, 5, 6));
        bytes[at] ^= 1;
        File.WriteAllBytes(Target, bytes);
        using var file = new TorchFile(Target);
        Assert.That(() => file.Read((TorchTensor)file.Root!), Throws.TypeOf<DataFileException>().With.Message.Contains("checksum"));

        NpyArray ReadRoot(PickleBytes pickle, params (string, byte[])[] members)
        {
            File.Delete(Target);
            using TorchFile opened = Open(pickle, members);
            try
            {
                return opened.Read((TorchTensor)opened.Root!);
            }
            finally
            {
                File.Delete(Target);
            }
        }
    }

    [Test]
    public void OtherFilesAreToldApart()
    {
        File.WriteAllBytes(Target, new PickleBytes().Int(0x1950a86a).End());
        Assert.That(() => new TorchFile(Target), Throws.TypeOf<DataFileException>().With.Message.Contains("before PyTorch 1.6"));
        File.WriteAllText(Target, "no archive");
        Assert.That(() => new TorchFile(Target), Throws.TypeOf<DataFileException>().With.Message.Contains("not a PyTorch checkpoint"));
        NpzWriter.Save(Target, [new("a", NpyArray.Scalar(1f))]);
        Assert.That(() => new TorchFile(Target), Throws.TypeOf<DataFileException>().With.Message.Contains("NumPy archive"));
        Assert.That(() => new TorchFile(Path.Combine(folder, "none.pt")), Throws.TypeOf<DataFileException>().With.Message.Contains("does not exist"));
        File.Delete(Target);
        using (ZipArchive zip = ZipFile.Open(Target, ZipArchiveMode.Create))
        {
            using (Stream pickle = zip.CreateEntry("a/data.pkl").Open())
            {
                pickle.Write(new PickleBytes().Op('N').End());
            }
            using Stream order = zip.CreateEntry("a/byteorder").Open();
            order.Write("big"u8);
        }
        Assert.That(() => new TorchFile(Target), Throws.TypeOf<DataFileException>().With.Message.Contains("big-endian"));
    }

    [Test]
    public void AFileCutAnywhereIsOneError()
    {
        byte[] whole = File.ReadAllBytes(SharedAssets.Golden("torch", "release_tiny.pt"));
        for (int length = 0; length < whole.Length; length += 1009)
        {
            File.WriteAllBytes(Target, whole[..length]);
            Assert.That(() => ReadAll(Target), Throws.TypeOf<DataFileException>(), $"{length} bytes");
        }
    }

    [Test]
    public void AnyDamageToThePickleIsOneErrorOrHarmless()
    {
        byte[] pickle = Member(SharedAssets.Golden("torch", "release_tiny.pt"), "data.pkl");
        var random = new Random(5);
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("I1XLA_FUZZ_ROUNDS"), out int n) ? n : 1500, errors = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = [.. pickle];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }
            File.Delete(Target);
            PickleBytes.Archive(Target, damaged);
            try
            {
                new TorchFile(Target).Dispose();
            }
            catch (DataFileException)
            {
                errors++;
            }
        }
        Assert.That(errors, Is.GreaterThan(rounds / 3));
    }

    private static void ReadAll(string path)
    {
        using var file = new TorchFile(path);
        foreach ((object _, object? value) in ((PickleDict)((PickleDict)file.Root!)["model"]!).Items)
        {
            file.Read((TorchTensor)value!);
        }
    }

    private static byte[] Member(string path, string name)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using Stream stream = zip.Entries.Single(e => e.FullName.EndsWith("/" + name, StringComparison.Ordinal)).Open();
        var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
