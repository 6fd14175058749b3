using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Tests;

/// <summary>The operations of a block behave as a list, also where they fill several chunks.</summary>
public sealed class OperationListTests
{
    private static readonly Operation[] s_ops = [.. Enumerable.Range(0, (3 * OperationList.ChunkLength) + 7).Select(_ => new Operation("stablehlo.constant", [], []))];

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void ChangesAsAListDoes(int seed)
    {
        var random = new Random(seed);
        var expected = new List<Operation>(s_ops);
        var actual = new OperationList(s_ops);
        for (int i = 0; i < 200; i++)
        {
            int at = random.Next(expected.Count);
            Operation op = s_ops[random.Next(s_ops.Length)];
            switch (random.Next(5))
            {
                case 0:
                    expected.Insert(at, op);
                    actual.Insert(at, op);
                    break;
                case 1:
                    expected.RemoveAt(at);
                    actual.RemoveAt(at);
                    break;
                case 2:
                    Assert.That(actual.Remove(op), Is.EqualTo(expected.Remove(op)));
                    break;
                case 3:
                    expected.Add(op);
                    actual.Add(op);
                    break;
                default:
                    (expected[at], actual[at]) = (op, op);
                    break;
            }
        }
        Assert.That(actual.SequenceEqual(expected));
        Assert.That(actual.IndexOf(expected[^1]), Is.EqualTo(expected.IndexOf(expected[^1])));
        var copy = new Operation[expected.Count + 2];
        actual.CopyTo(copy, 2);
        Assert.That(copy.Skip(2).SequenceEqual(expected));
    }

    [Test]
    public void RemovesAllThatMatch()
    {
        var expected = new List<Operation>(s_ops);
        var actual = new OperationList(s_ops);
        HashSet<Operation> gone = [.. s_ops.Where((_, i) => i % 3 != 0)];
        Assert.That(actual.RemoveAll(gone.Contains), Is.EqualTo(expected.RemoveAll(gone.Contains)));
        Assert.That(actual.SequenceEqual(expected));
        expected.Reverse();
        actual.Reverse();
        Assert.That(actual.SequenceEqual(expected));
        actual.Clear();
        Assert.That(actual, Is.Empty);
    }

    [Test]
    public void ChangesWhileEnumeratingAreFound()
    {
        var list = new OperationList(s_ops.Take(3));
        Assert.That(() => { foreach (Operation op in list) { list.Add(op); } }, Throws.InvalidOperationException);
        Assert.That(() => list[list.Count], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => list.RemoveAt(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    /// <summary>What the chunks are for: nothing that a large block made is old before its time.</summary>
    [Test]
    public void LargeBlocksAreNoLargeObjects()
    {
        var list = new OperationList(s_ops);
        Assert.That(OperationList.ChunkLength * IntPtr.Size, Is.LessThan(85_000 / 2));
        // A collection that another test caused may have promoted the first one; a large object would keep every one alive.
        Assert.That(Enumerable.Range(0, 10).Any(_ => IsDeadAfterOneCollection()));
        GC.KeepAlive(list);
    }

    private static bool IsDeadAfterOneCollection()
    {
        WeakReference last = Fill();
        GC.Collect(0);
        return !last.IsAlive;
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Fill()
    {
        var list = new OperationList();
        for (int i = 0; i < 100_000; i++)
        {
            list.Add(s_ops[0]);
        }
        var last = new Operation("stablehlo.constant", [], []);
        list.Add(last);
        return new WeakReference(last);
    }
}
