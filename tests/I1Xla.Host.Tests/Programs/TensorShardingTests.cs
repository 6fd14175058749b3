using I1Xla.Host.Programs;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Tests.Programs;

public class TensorShardingTests
{
    private static TensorSharding Of(string attribute, int rank, int devices, string mesh = "")
    {
        ModuleOp module = MlirParser.ParseModule($$"""
            module {
              {{mesh}}
              func.func @main(%a: tensor<{{string.Join('x', Enumerable.Repeat("8", rank))}}xf32> { {{attribute}} }) {
                return
              }
            }
            """);
        return TensorSharding.Find(module, module.FindFunction("main")!.Value.ArgAttributes(0), rank, devices)!;
    }

    private static Literal Iota(params long[] shape)
    {
        var literal = new Literal(new TensorType(ElementKind.I32, new Shape(shape)));
        Span<int> values = literal.As<int>();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i;
        }
        return literal;
    }

    private static int[] Part(TensorSharding sharding, Literal whole, int device) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(sharding.Take(whole, device)).ToArray();

    [TestCase("mhlo.sharding = \"{devices=[2,2]0,1,2,3}\"", new[] { 0, 1, 4, 5 }, new[] { 2, 3, 6, 7 }, new[] { 8, 9, 12, 13 })]
    [TestCase("mhlo.sharding = \"{devices=[2,2]<=[2,2]T(1,0)}\"", new[] { 0, 1, 4, 5 }, new[] { 8, 9, 12, 13 }, new[] { 2, 3, 6, 7 })]
    [TestCase("mhlo.sharding = \"{devices=[4,1]<=[4]}\"", new[] { 0, 1, 2, 3 }, new[] { 4, 5, 6, 7 }, new[] { 8, 9, 10, 11 })]
    [TestCase("mhlo.sharding = \"{devices=[2,1,2]<=[4] last_tile_dim_replicate}\"", new[] { 0, 1, 2, 3, 4, 5, 6, 7 }, new[] { 0, 1, 2, 3, 4, 5, 6, 7 }, new[] { 8, 9, 10, 11, 12, 13, 14, 15 })]
    [TestCase("mhlo.sharding = \"{devices=[1,2,2]<=[2,2]T(1,0) last_tile_dims={replicated}}\"", new[] { 0, 1, 4, 5, 8, 9, 12, 13 }, new[] { 2, 3, 6, 7, 10, 11, 14, 15 }, new[] { 0, 1, 4, 5, 8, 9, 12, 13 })]
    public void GspmdStringsGiveEachDeviceItsPart(string attribute, int[] first, int[] second, int[] third)
    {
        TensorSharding sharding = Of(attribute, 2, 4);
        Literal whole = Iota(4, 4);
        Assert.Multiple(() =>
        {
            Assert.That(Part(sharding, whole, 0), Is.EqualTo(first));
            Assert.That(Part(sharding, whole, 1), Is.EqualTo(second));
            Assert.That(Part(sharding, whole, 2), Is.EqualTo(third));
        });
    }

    [TestCase("[{\"x\"}, {}]", 0, 0, 1)]
    [TestCase("[{}, {\"y\"}]", 0, 1, 0)]
    [TestCase("[{\"y\", \"x\"}, {}]", 0, 2, 1)]
    [TestCase("[{\"x\", \"y\"}, {}]", 0, 1, 2)]
    public void ShardyAxesGiveEachDeviceItsTile(string dimensions, int zero, int one, int two)
    {
        const string mesh = "sdy.mesh @m = <[\"x\"=2, \"y\"=2]>";
        TensorSharding sharding = Of($"sdy.sharding = #sdy.sharding<@m, {dimensions}>", 2, 4, mesh);
        Literal whole = Iota(4, 4);
        int Tile(int device)
        {
            long[] part = sharding.PartShape(whole.Shape);
            int origin = Part(sharding, whole, device)[0];
            return (int)((origin / 4 / part[0] * (4 / part[1])) + (origin % 4 / part[1]));
        }
        Assert.That(new[] { Tile(0), Tile(1), Tile(2) }, Is.EqualTo(new[] { zero, one, two }));
    }

    [Test]
    public void ASubAxisAndDeviceIdsAreUnderstood()
    {
        // Eight positions along x; the middle factor of 2 (after a major factor of 2) cuts the dimension. Device ids are reversed.
        const string mesh = "sdy.mesh @m = <[\"x\"=8], device_ids=[7, 6, 5, 4, 3, 2, 1, 0]>";
        TensorSharding sharding = Of("sdy.sharding = #sdy.sharding<@m, [{\"x\":(2)2}]>", 1, 8, mesh);
        Literal whole = Iota(8);
        Assert.That(Enumerable.Range(0, 8).Select(d => Part(sharding, whole, d)[0]), Is.EqualTo(new[] { 4, 4, 0, 0, 4, 4, 0, 0 }));
    }

    [Test]
    public void PartsPutTogetherAreTheWholeAlsoWhereTilesDoNotDivide()
    {
        TensorSharding sharding = Of("mhlo.sharding = \"{devices=[3,2]<=[6]}\"", 2, 6);
        Literal whole = Iota(7, 5), again = new(whole.Type);
        Assert.That(sharding.PartShape(whole.Shape), Is.EqualTo(new long[] { 3, 3 }));
        for (int d = 0; d < 6; d++)
        {
            sharding.Put(sharding.Take(whole, d), again, d);
        }
        Assert.That(again.As<int>().ToArray(), Is.EqualTo(whole.As<int>().ToArray()));
    }

    [TestCase("mhlo.sharding = \"{devices=[2,2]<=[2]}\"", "2 devices for 2 × 2 tiles")]
    [TestCase("mhlo.sharding = \"{tiles}\"", "cannot be read")]
    [TestCase("mhlo.sharding = \"{devices=[4]<=[4]}\"", "does not go with a tensor of 2 dimensions")]
    [TestCase("sdy.sharding = #sdy.sharding<@absent, [{}, {}]>", "the mesh @absent")]
    public void AWrongShardingIsNamed(string attribute, string what) =>
        Assert.That(() => Of(attribute, 2, 4), Throws.TypeOf<UserErrorException>().With.Message.Contains(what));
}
