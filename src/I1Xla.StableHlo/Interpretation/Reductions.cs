using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary><c>reduce</c> and <c>map</c>: regions run over the elements of tensors.</summary>
internal static class Reductions
{
    public static void Register(Registrar add)
    {
        add("stablehlo.reduce", c => OpContext.Many(Reduce(c)), Quantization.Structural);
        add("stablehlo.map", Map, Quantization.Structural);
    }

    private static Literal[] Reduce(OpContext c)
    {
        int n = c.Count / 2;
        return Reduce(c, c.Tensors(0, n), c.Tensors(n, n), c.Longs("dimensions"), c.Op.Regions[0]);
    }

    /// <summary>Folds the given dimensions of each input, in row-major order, starting from the initial values.</summary>
    public static Literal[] Reduce(OpContext c, Literal[] inputs, Literal[] initial, long[] dimensions, Region body)
    {
        if (inputs.Length == 0)
        {
            throw c.Error("there is nothing to reduce");
        }
        int rank = inputs[0].Type.Rank;
        long[] kept = Enumerable.Range(0, rank).Select(d => (long)d).Where(d => !dimensions.Contains(d)).ToArray();
        var shape = new Shape(kept.Select(d => inputs[0].Shape[(int)d]).ToArray());
        long[] folded = dimensions.Order().ToArray();
        int outer = checked((int)shape.ElementCount);
        int steps = checked((int)new Shape(folded.Select(d => inputs[0].Shape[(int)d]).ToArray()).ElementCount);
        var region = new ScalarRegions(c, body);
        if (inputs.Length == 1 && outer < 8 && inputs[0].Type.Element is ScalarType)
        {
            Literal rows = DataMovement.Transpose(c, inputs[0], [.. kept, .. folded]);
            Literal result = c.Make(rows.Type.Element, shape);
            int size = rows.Type.Kind.StorageBytes();
            for (int o = 0; o < outer; o++)
            {
                var row = new Literal(new TensorType(rows.Type.Element, [steps]), rows.Data.Slice(o * steps * size, steps * size));
                if (region.Fold(initial[0], row) is not { } sum)
                {
                    goto general;
                }
                sum.Data.CopyTo(result.Data[(o * size)..]);
            }
            return [result];
        }
    general:
        // One step folds one element into every output at once.
        Literal[] lanes = inputs.Select(x => DataMovement.Transpose(c, x, [.. folded, .. kept])).ToArray();
        Literal[] sums = initial.Select(x => Scalars.Repeat(c, x, [outer])).ToArray();
        for (int s = 0; s < steps && outer > 0; s++)
        {
            var arguments = new Literal[2 * inputs.Length];
            for (int i = 0; i < inputs.Length; i++)
            {
                int bytes = outer * lanes[i].Type.Kind.StorageBytes();
                arguments[i] = sums[i];
                arguments[inputs.Length + i] = new Literal(new TensorType(lanes[i].Type.Element, [outer]), lanes[i].Data.Slice(s * bytes, bytes));
            }
            sums = region.Lanes(arguments);
        }
        return sums.Select(s => DataMovement.Reshape(c, s, shape)).ToArray();
    }

    private static RuntimeValue[] Map(OpContext c)
    {
        Shape shape = c.Tensor(0).Shape;
        Literal[] vectors = c.Tensors().Select(x => DataMovement.Reshape(c, x, [x.Shape.ElementCount])).ToArray();
        Literal[] results = new ScalarRegions(c, c.Op.Regions[0]).Lanes(vectors);
        return OpContext.Many(results.Select(r => DataMovement.Reshape(c, r, shape)));
    }
}
