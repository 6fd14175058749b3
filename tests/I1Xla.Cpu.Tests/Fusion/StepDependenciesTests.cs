using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Tests.Fusion;

/// <summary>Which steps wait for which, and that a new order keeps to it.</summary>
public class StepDependenciesTests
{
    private int _id;

    /// <summary>A concatenation's memory may be written by several steps; a reader waits for all of them, and they keep their order.</summary>
    [Test]
    public void ReadersWaitForEveryWriter()
    {
        HloNode x = Node(), whole = Node(), read = Node();
        List<PlannedStep> steps = [Step(whole, [x], [whole]), Step(Node(), [x], [whole]), Step(read, [whole], [read])];
        (HashSet<int>[] after, int[] waits) = StepDependencies.Of(Computation([x], [read]), steps, [-1]);
        Assert.That(after[0], Is.EquivalentTo(new[] { 1, 2 }));
        Assert.That(after[1], Is.EquivalentTo(new[] { 2 }));
        Assert.That(waits, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    /// <summary>Sends and the like have no data between them, yet happen in the order of the program.</summary>
    [Test]
    public void EffectsKeepTheirOrder()
    {
        HloNode x = Node(), first = Node(), pure = Node(), second = Node();
        List<PlannedStep> steps = [Step(first, [x], [first]), Step(pure, [x], [pure]), Step(second, [x], [second])];
        HloComputation computation = Computation([x], [pure], first, second);
        (HashSet<int>[] after, int[] waits) = StepDependencies.Of(computation, steps, [-1]);
        Assert.That(after[0], Is.EquivalentTo(new[] { 2 }));
        Assert.That(after[1], Is.Empty);
        Assert.That(waits, Is.EqualTo(new[] { 0, 0, 1 }));
    }

    /// <summary>A result in the memory of an argument comes after all that read the argument, but only where the plan has it so.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void ResultsOverArgumentsComeAfterTheReaders(bool readBefore)
    {
        HloNode x = Node(), y = Node(), read = Node(), result = Node();
        PlannedStep reader = Step(read, [x], [read]), writer = Step(result, [y], [result]);
        List<PlannedStep> steps = readBefore ? [reader, writer] : [writer, reader];
        (HashSet<int>[] after, _) = StepDependencies.Of(Computation([x, y], [result, read]), steps, [0, -1]);
        Assert.That(after[0], readBefore ? Is.EquivalentTo(new[] { 1 }) : Is.Empty);
    }

    /// <summary>Any order that groups or saves memory keeps every dependency: random plans.</summary>
    [Test]
    public void NewOrdersKeepDependencies([Range(0, 19)] int seed)
    {
        var random = new Random(seed);
        HloNode x = Node();
        List<HloNode> made = [x], effects = [];
        var steps = new List<PlannedStep>();
        for (int s = 0; s < 40; s++)
        {
            HloNode node = Node(1 << random.Next(4, 20));
            HloNode[] reads = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => made[random.Next(made.Count)]).Distinct()];
            steps.Add(Step(node, reads, [node]));
            made.Add(node);
            if (random.Next(5) == 0)
            {
                effects.Add(node);
            }
        }
        HloComputation computation = Computation([x], [made[^1]], [.. effects]);
        (HashSet<int>[] after, _) = StepDependencies.Of(computation, steps, [0]);
        Keeps(StepOrder.LeastMemory(computation, steps, [0]));
        List<PlannedStep[]> groups = StepGroups.Make(computation, steps, [0]);
        Assert.That(groups, Has.Some.Length.GreaterThan(1));
        Keeps([.. groups.SelectMany(g => g)]);

        void Keeps(List<PlannedStep> order)
        {
            int[] place = [.. steps.Select(s => order.IndexOf(s))];
            Assert.That(place, Is.Unique.And.None.EqualTo(-1));
            for (int s = 0; s < steps.Count; s++)
            {
                Assert.That(after[s].Where(later => place[later] < place[s]), Is.Empty, $"step {s}");
            }
        }
    }

    // Products, since those may go into groups.
    private HloNode Node(long count = 4) => new(_id++, HloOp.Dot, ElementKind.F32, [count], []) { Payload = new HloDot(None, None, None, None) };

    private static ValueArray<long> None => new([]);

    private static PlannedStep Step(HloNode node, HloNode[] reads, HloNode[] writes) => new(node, [], reads, writes, []);

    private static HloComputation Computation(HloNode[] parameters, HloNode[] roots, params HloNode[] effects) => new(parameters, roots, effects);
}
