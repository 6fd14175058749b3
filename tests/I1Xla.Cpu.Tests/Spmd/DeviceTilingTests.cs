using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;

namespace I1Xla.Cpu.Tests.Spmd;

public sealed class DeviceTilingTests
{
    private static string Tiles(DeviceTiling tiling) => string.Join(' ', Enumerable.Range(0, tiling.Devices).Select(d => string.Join(',', tiling.TileOf(d))));

    [TestCase("{replicated}", 4, "0,0 0,0 0,0 0,0")]
    [TestCase("{manual}", 2, "0,0 0,0")]
    [TestCase("{devices=[2,2]<=[4]}", 4, "0,0 0,1 1,0 1,1")]
    [TestCase("{devices=[2,2]0,2,1,3}", 4, "0,0 1,0 0,1 1,1")]
    [TestCase("{devices=[2,1,2]<=[4] last_tile_dim_replicate}", 4, "0,0 0,0 1,0 1,0")]
    [TestCase("{devices=[1,2,4]<=[4,2]T(1,0) last_tile_dim_replicate}", 8, "0,0 0,1 0,0 0,1 0,0 0,1 0,0 0,1")]
    [TestCase("{devices=[2,1,4]<=[2,2,2]T(1,0,2) last_tile_dims={replicated}}", 8, "0,0 0,0 1,0 1,0 0,0 0,0 1,0 1,0")]
    public void HloShardings(string text, int devices, string expected) => Assert.That(Tiles(DeviceTiling.ParseHlo(text, 2, devices)), Is.EqualTo(expected));

    [Test]
    public void UnevenTilesAreShortAtTheEnd()
    {
        DeviceTiling tiling = DeviceTiling.ParseHlo("{devices=[3]<=[3]}", 1, 3);
        Assert.That(tiling.LocalShape(new Shape(7))[0], Is.EqualTo(3));
        Assert.That(tiling.Offsets(2, new Shape(7)), Is.EqualTo(new long[] { 6 }));
    }

    [TestCase("{devices=[2,2]<=[4]}", 8)]
    [TestCase("{diagonal}", 4)]
    public void WhatMakesNoSenseIsNamed(string text, int devices) =>
        Assert.That(Assert.Throws<ArgumentException>(() => DeviceTiling.ParseHlo(text, 2, devices))!.Message, Does.Contain(text));

    [Test]
    public void ShardyAxesAndPartsOfAxes()
    {
        var mesh = new SdyMeshAttr(new ValueArray<SdyMeshAxis>([new("x", 2), new("y", 4)]));
        SdyDimensionSharding Dimension(params SdyAxisRef[] axes) => new(new ValueArray<SdyAxisRef>(axes));
        var whole = new SdyShardingAttr(mesh, new ValueArray<SdyDimensionSharding>([Dimension(new SdyAxisRef("y")), Dimension(new SdyAxisRef("x"))]));
        Assert.That(Tiles(DeviceTiling.FromShardy(whole, mesh, 8)), Is.EqualTo("0,0 1,0 2,0 3,0 0,1 1,1 2,1 3,1"));
        var part = new SdyShardingAttr(mesh, new ValueArray<SdyDimensionSharding>([Dimension(new SdyAxisRef("y", 1, 2), new SdyAxisRef("x")), Dimension(new SdyAxisRef("y", 2, 2))]));
        Assert.That(Tiles(DeviceTiling.FromShardy(part, mesh, 8)), Is.EqualTo("0,0 0,1 2,0 2,1 1,0 1,1 3,0 3,1"));
    }
}
