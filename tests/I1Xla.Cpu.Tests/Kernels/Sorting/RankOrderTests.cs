using System.Runtime.Intrinsics;
using I1Xla.Cpu.Kernels.Sorting;
using I1Xla.Cpu.Tests.Compiler;

namespace I1Xla.Cpu.Tests.Kernels.Sorting;

/// <summary>Short lines are sorted by counting.</summary>
public sealed unsafe class RankOrderTests
{
    /// <summary>All keys alike, few different ones, and any, the largest among them; nothing behind the room for them is written.</summary>
    [Test]
    public void EqualKeysKeepTheirOrder([Values] bool wide, [Values(1, 2, 7, 8, 31, 32, 33, 64, 100, 127, 128, 200, 255, 256)] int count, [Values(1, 5, 0)] int different)
    {
        if (wide ? !Vector512.IsHardwareAccelerated : !Vector256.IsHardwareAccelerated)
        {
            Assert.Ignore("the processor has no such vectors");
        }
        var random = new Random(count);
        ulong Key() => different == 0 ? (ulong)random.NextInt64(long.MinValue, long.MaxValue) : ulong.MaxValue - (ulong)random.Next(different);
        ulong[] keys = [.. Enumerable.Range(0, count).Select(_ => Key())];
        const ulong guard = 0x0123456789ABCDEF;
        ulong[] room = [.. keys, .. new ulong[RankOrder.Room(count) - count], guard];
        int[] order = new int[count + 1];
        order[count] = -7;
        fixed (ulong* k = room)
        {
            fixed (int* o = order)
            {
                RankOrder.Order(k, count, o, wide);
            }
        }
        Assert.That(order[..count], Is.EqualTo(Enumerable.Range(0, count).OrderBy(i => keys[i])));
        Assert.That((order[count], room[^1]), Is.EqualTo((-7, guard)));
    }

    [Test]
    public void LinesOfAnyLength([Values(1, 3, 32, 33, 127, 256, 257, 300)] int count, [Values("f32", "i64", "f64", "ui8", "bf16", "i1")] string kind, [Values("LT", "GT")] string direction) =>
        ProgramCheck.Check($$"""
            func.func @main(%x: tensor<5x{{count}}x{{kind}}>, %y: tensor<5x{{count}}xi32>, %z: tensor<{{count}}x3x{{kind}}>) -> (tensor<5x{{count}}x{{kind}}>, tensor<5x{{count}}xi32>, tensor<{{count}}x3x{{kind}}>) {
              %0:2 = "stablehlo.sort"(%x, %y) ({
              ^bb0(%a: tensor<{{kind}}>, %b: tensor<{{kind}}>, %c: tensor<i32>, %d: tensor<i32>):
                %p = stablehlo.compare {{direction}}, %a, %b : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
                stablehlo.return %p : tensor<i1>
              }) {dimension = 1 : i64, is_stable = true} : (tensor<5x{{count}}x{{kind}}>, tensor<5x{{count}}xi32>) -> (tensor<5x{{count}}x{{kind}}>, tensor<5x{{count}}xi32>)
              %1 = "stablehlo.sort"(%z) ({
              ^bb0(%a: tensor<{{kind}}>, %b: tensor<{{kind}}>):
                %p = stablehlo.compare {{direction}}, %a, %b : (tensor<{{kind}}>, tensor<{{kind}}>) -> tensor<i1>
                stablehlo.return %p : tensor<i1>
              }) {dimension = 0 : i64, is_stable = true} : (tensor<{{count}}x3x{{kind}}>) -> tensor<{{count}}x3x{{kind}}>
              return %0#0, %0#1, %1 : tensor<5x{{count}}x{{kind}}>, tensor<5x{{count}}xi32>, tensor<{{count}}x3x{{kind}}>
            }
            """);
}
