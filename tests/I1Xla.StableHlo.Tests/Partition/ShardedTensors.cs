using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;

namespace I1Xla.StableHlo.Tests.Partition;

/// <summary>Tensors cut into what each device holds, and joined again.</summary>
internal static class ShardedTensors
{
    /// <summary>A device's part of a tensor; what pads a short one is a number that must never be seen.</summary>
    public static Literal Cut(Literal whole, DeviceTiling tiling, int device)
    {
        var part = new Literal(whole.Type with { Shape = tiling.LocalShape(whole.Shape) });
        part.Data.Span.Fill(0x55);
        Move(whole, part, tiling.Offsets(device, whole.Shape), (all, one, bytes) => whole.Data.Span.Slice(all, bytes).CopyTo(part.Data.Span[one..]));
        return part;
    }

    /// <summary>The tensor of which the devices hold parts.</summary>
    public static Literal Join(IReadOnlyList<Literal> parts, DeviceTiling tiling, TensorType type)
    {
        var whole = new Literal(type);
        var written = new bool[whole.Data.Length];
        for (int d = 0; d < parts.Count; d++)
        {
            Literal part = parts[d];
            Assert.That(part.Shape, Is.EqualTo(tiling.LocalShape(type.Shape)));
            Move(whole, part, tiling.Offsets(d, type.Shape), (all, one, bytes) =>
            {
                Span<byte> to = whole.Data.Span.Slice(all, bytes), from = part.Data.Span.Slice(one, bytes);
                Assert.That(!written[all] || to.SequenceEqual(from), "devices hold different values of the same part");
                from.CopyTo(to);
                written[all] = true;
            });
        }
        Assert.That(written.Where((_, i) => i % type.Kind.StorageBytes() == 0), Is.All.True);
        return whole;
    }

    private static void Move(Literal whole, Literal part, long[] offsets, Action<int, int, int> copy)
    {
        int bytes = part.Type.Kind.StorageBytes();
        long[] partDims = part.Shape.ToArray(), strides = whole.Shape.Strides();
        for (long i = 0; i < part.Shape.ElementCount; i++)
        {
            long rest = i, at = 0;
            bool inside = true;
            for (int d = partDims.Length - 1; d >= 0; d--)
            {
                (rest, long digit) = Math.DivRem(rest, partDims[d]);
                at += (offsets[d] + digit) * strides[d];
                inside &= offsets[d] + digit < whole.Shape[d];
            }
            if (inside)
            {
                copy((int)at * bytes, (int)i * bytes, bytes);
            }
        }
    }
}
