using System.Globalization;
using I1Xla.Data.Npy;
using I1Xla.Host.Checkpoints;
using I1Xla.Testing;

namespace I1Xla.Host.Tests;

public class CheckpointTests
{
    private string _dir = "";

    [SetUp]
    public void MakeFolder() => _dir = Directory.CreateTempSubdirectory("i1xla-checkpoint").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_dir, true);

    private static CheckpointEntry Entry(string key, params float[] values) =>
        new(new CheckpointSpec(key, "<f4", [values.Length]), NpyArray.From<float>(values, values.Length).Data);

    private static readonly CheckpointEntry[] s_first = [Entry("params/a", 1, 2, 3), Entry("params/b", 4)];
    private static readonly CheckpointEntry[] s_second = [Entry("params/a", 5, 6, 7), Entry("params/b", 8)];

    [Test]
    public void ASaveReplacesTheFileWholeAndKeepsCopies()
    {
        using var store = new CheckpointStore(_dir);
        store.BeginSave(s_first, 1, true, TimeSpan.FromSeconds(30));
        store.BeginSave(s_second, 2, false, TimeSpan.FromSeconds(30));
        store.Wait(TimeSpan.FromSeconds(30));
        CheckpointSpec[] specs = s_first.Select(e => e.Spec).ToArray();
        Assert.That(CheckpointLoader.Load(store.MainPath, specs)["params/a"].ToArray(), Is.EqualTo(s_second[0].Data.ToArray()));
        Assert.That(CheckpointLoader.Load(store.CopyPath(1), specs)["params/a"].ToArray(), Is.EqualTo(s_first[0].Data.ToArray()));
        Assert.That(Directory.GetFiles(_dir).Select(Path.GetFileName), Is.EquivalentTo(new[] { "checkpoint.npz", "checkpoint.npz-000000001" }));
        Assert.That(store.Copies(), Is.EqualTo(new long[] { 1 }));
    }

    [Test]
    public void AFullDiskLosesNothingAndSaysWhatToDo()
    {
        using (var store = new CheckpointStore(_dir))
        {
            store.Save(s_first, 1, false);
        }
        // /dev/full answers every write with "No space left on device".
        using var full = new CheckpointStore(_dir, _ => new FullDisk());
        full.BeginSave(s_second, 2, true, TimeSpan.FromSeconds(30));
        var e = Assert.Throws<UserErrorException>(() => full.Wait(TimeSpan.FromSeconds(30)))!;
        Assert.That(e.Message, Does.Contain("step 2").And.Contain("No space left on device").And.Contain("untouched").And.Contain("--workdir"));
        Assert.That(CheckpointLoader.Load(full.MainPath, s_first.Select(x => x.Spec).ToArray())["params/b"].ToArray(), Is.EqualTo(s_first[1].Data.ToArray()));
        Assert.That(full.Copies(), Is.Empty);
    }

    [Test]
    public void AHalfWrittenFileIsRefusedAndALeftoverRemoved()
    {
        using var store = new CheckpointStore(_dir);
        store.Save(s_first, 1, true);
        byte[] whole = File.ReadAllBytes(store.MainPath);
        File.WriteAllBytes(store.MainPath, whole[..(whole.Length / 2)]);
        File.WriteAllBytes(store.MainPath + "-TEMPORARY", whole[..20]);
        var e = Assert.Throws<UserErrorException>(() => CheckpointLoader.Load(store.MainPath, [s_first[0].Spec]))!;
        Assert.That(e.Message, Does.Contain(store.MainPath).And.Contain("permanent copies"));
        Assert.That(store.RemoveLeftovers().Select(Path.GetFileName), Is.EqualTo(new[] { "checkpoint.npz-TEMPORARY" }));
        Assert.That(File.Exists(store.MainPath + "-TEMPORARY"), Is.False);
    }

    [Test]
    public void AFlippedBitIsNamedWithItsEntry()
    {
        using var store = new CheckpointStore(_dir);
        store.Save(s_first, 1, false);
        byte[] whole = File.ReadAllBytes(store.MainPath);
        int at = whole.AsSpan().IndexOf(s_first[0].Data.Span);
        whole[at] ^= 1;
        File.WriteAllBytes(store.MainPath, whole);
        Assert.That(Assert.Throws<UserErrorException>(() => CheckpointLoader.Load(store.MainPath, s_first.Select(x => x.Spec).ToArray()))!.Message,
            Does.Contain("params/a").And.Contain("checksum"));
    }

    [Test]
    public void ACheckpointOfAnotherModelListsNamesAndShapes()
    {
        using var store = new CheckpointStore(_dir);
        store.Save(s_first, 1, false);
        CheckpointSpec[] specs = [new("params/a", "<f4", [4]), new("params/c", "<f4", [1])];
        string message = Assert.Throws<UserErrorException>(() => CheckpointLoader.Load(store.MainPath, specs))!.Message;
        Assert.That(message, Does.Contain("params/a: f4[3] in the file; the run needs f4[4]"));
        Assert.That(message, Does.Contain("params/c: absent; the run needs f4[1]"));
        Assert.That(message, Does.Contain("params/b: in the file, but the run has no such entry"));
        Assert.That(CheckpointLoader.Load(store.MainPath, [new("params/a", "<f4", [4]), s_first[1].Spec], key => key == "params/a").Keys, Is.EqualTo(new[] { "params/b" }));
    }

    [Test]
    public void AMissingCheckpointNamesItsNeighbours()
    {
        using var store = new CheckpointStore(_dir);
        store.Save(s_first, 1, true);
        Assert.That(Assert.Throws<UserErrorException>(() => CheckpointLoader.Open(store.CopyPath(2)))!.Message, Does.Contain("checkpoint.npz-000000001"));
    }

    [Test]
    public void DiffTellsWhatChangedAndByHowMuch()
    {
        string left = Path.Combine(_dir, "left.npz"), right = Path.Combine(_dir, "right.npz");
        NpzWriter.Save(left, [new("same", NpyArray.Scalar(1)), new("x", NpyArray.From<float>([1, 2, 4], 3)), new("gone", NpyArray.Scalar(1f))]);
        NpzWriter.Save(right, [new("same", NpyArray.Scalar(1)), new("x", NpyArray.From<float>([1, 2, 5], 3)), new("new", NpyArray.Scalar(1f))]);
        IReadOnlyList<CheckpointDifference> differences = CheckpointReport.Diff(left, right);
        Assert.That(differences, Is.EqualTo(new CheckpointDifference[]
        {
            new("x", "1 of 3 values", 1, 0.25), new("gone", "only in the first", null, null), new("new", "only in the second", null, null),
        }));
        Assert.That(CheckpointReport.Diff(left, left), Is.Empty);
    }

    [TestCaseSource(nameof(GoldenFiles)), Category("golden")]
    public void AnI1CheckpointIsInspectedAndWrittenBackByteForByte(string name)
    {
        string path = SharedAssets.Golden(name + ".npz");
        CheckpointReport report = CheckpointReport.Read(path, statistics: true);
        // i1 names a kept copy after its step.
        string[] copies = Directory.GetFiles(SharedAssets.GoldenDirectory, name + ".npz-*");
        long step = copies.Length > 0 ? long.Parse(copies[0][(copies[0].LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture) : report.Step ?? 0;
        Assert.That(report.Step, Is.EqualTo(step));
        Assert.That(report.Entries.Where(e => e.Key.StartsWith("opt/1/0/1/", StringComparison.Ordinal)).Select(e => e.Type), Is.Not.Empty.And.All.StartsWith("bf16["));
        var entries = new List<CheckpointEntry>();
        using (NpzReader reader = CheckpointLoader.Open(path))
        {
            foreach (string key in reader.Keys)
            {
                NpyArray array = reader.Read(key);
                entries.Add(new CheckpointEntry(new CheckpointSpec(key, array.Descr, array.Shape), array.Data));
            }
        }
        using var store = new CheckpointStore(_dir);
        store.Save(entries, step, true);
        Assert.That(File.ReadAllBytes(store.MainPath), Is.EqualTo(File.ReadAllBytes(path)));
        foreach (string copy in copies)
        {
            Assert.That(File.ReadAllBytes(store.CopyPath(step)), Is.EqualTo(File.ReadAllBytes(copy)));
            Assert.That(CheckpointReport.Diff(path, copy), Is.Empty);
        }
    }

    private static IEnumerable<string> GoldenFiles() => SharedAssets.GoldenCases("", "checkpoint");

    // A seekable stream whose writes end in the error of a full device.
    private sealed class FullDisk : MemoryStream
    {
        private readonly FileStream _full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);

        public override void Write(ReadOnlySpan<byte> buffer) => _full.Write(buffer);

        protected override void Dispose(bool disposing)
        {
            _full.Dispose();
            base.Dispose(disposing);
        }
    }
}
