using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary><c>gather</c>, <c>scatter</c> and <c>torch_index_select</c>: index by index, as the specification defines them.</summary>
internal static class Gathering
{
    public static void Register(Registrar add)
    {
        add("stablehlo.gather", c => OpContext.One(Gather(c, c.Longs("slice_sizes"))), Quantization.Structural);
        add("stablehlo.dynamic_gather", c => OpContext.One(Gather(c, c.LongsOf(2))), Quantization.Structural);
        add("stablehlo.scatter", c => OpContext.Many(Scatter(c)), Quantization.Structural);
        add("stablehlo.torch_index_select", c => OpContext.One(IndexSelect(c)), Quantization.Structural);
    }

    private static Literal Gather(OpContext c, long[] sliceSizes)
    {
        Literal operand = c.Tensor(0), indices = c.Tensor(1);
        var d = c.Attribute<GatherDimensionNumbersAttr>("dimension_numbers");
        var starts = new StartIndices(indices, d.IndexVectorDim, d.StartIndexMap, d.OperandBatchingDims, d.StartIndicesBatchingDims);
        int[] offsetDims = Remaining(operand.Type.Rank, d.CollapsedSliceDims, d.OperandBatchingDims);
        long[] batchShape = starts.BatchShape;
        int rank = batchShape.Length + offsetDims.Length;
        if (sliceSizes.Length != operand.Type.Rank || offsetDims.Length != d.OffsetDims.Length)
        {
            throw c.Error("slice_sizes or offset_dims do not fit the operand's rank");
        }
        long[] shape = new long[rank];
        int nextBatch = 0, nextOffset = 0;
        bool[] isOffset = new bool[rank];
        foreach (long o in d.OffsetDims)
        {
            isOffset[o] = true;
        }
        for (int i = 0; i < rank; i++)
        {
            shape[i] = isOffset[i] ? sliceSizes[offsetDims[nextOffset++]] : batchShape[nextBatch++];
        }
        Literal result = c.Make(operand.Type.Element, new Shape(shape));
        if (result.Data.Length == 0)
        {
            return result;
        }
        long[] strides = operand.Shape.Strides();
        long[] index = new long[rank], batch = new long[batchShape.Length];
        int size = operand.Type.Kind.StorageBytes(), to = 0;
        long[] start = new long[operand.Type.Rank];
        do
        {
            nextBatch = 0;
            for (int i = 0; i < rank; i++)
            {
                if (!isOffset[i])
                {
                    batch[nextBatch++] = index[i];
                }
            }
            starts.Read(batch, start);
            long at = 0;
            for (int i = 0; i < start.Length; i++)
            {
                at += Math.Clamp(start[i], 0, operand.Shape[i] - sliceSizes[i]) * strides[i];
            }
            nextOffset = 0;
            for (int i = 0; i < rank; i++)
            {
                if (isOffset[i])
                {
                    at += index[i] * strides[offsetDims[nextOffset++]];
                }
            }
            operand.Data.Span.Slice(checked((int)at * size), size).CopyTo(result.Data.Span[(to * size)..]);
            to++;
        }
        while (Strided.Next(index, shape));
        return result;
    }

    private static Literal[] Scatter(OpContext c)
    {
        int n = c.Count / 2;
        Literal[] inputs = c.Tensors(0, n), updates = c.Tensors(n + 1, n);
        Literal indices = c.Tensor(n);
        var d = c.Attribute<ScatterDimensionNumbersAttr>("scatter_dimension_numbers");
        var starts = new StartIndices(indices, d.IndexVectorDim, d.ScatterDimsToOperandDims, d.InputBatchingDims, d.ScatterIndicesBatchingDims);
        Shape shape = inputs[0].Shape, updateShape = updates[0].Shape;
        int[] windowDims = Remaining(shape.Rank, d.InsertedWindowDims, d.InputBatchingDims);
        if (windowDims.Length != d.UpdateWindowDims.Length || starts.BatchShape.Length + windowDims.Length != updateShape.Rank)
        {
            throw c.Error("update_window_dims do not fit the ranks of the inputs and updates");
        }
        var region = new ScalarRegions(c, c.Op.Regions[0]);
        Literal[] results = inputs.Select(x => new Literal(x.Type, x.Data.ToArray())).ToArray();
        bool[] isWindow = new bool[updateShape.Rank];
        foreach (long w in d.UpdateWindowDims)
        {
            isWindow[w] = true;
        }
        long[] strides = shape.Strides();
        long[] index = new long[updateShape.Rank], batch = new long[starts.BatchShape.Length], full = new long[shape.Rank];
        if (Elements.Count(updates[0]) == 0)
        {
            return results;
        }
        bool dropsWhole = c.Interpreter.Options.ScatterDropsWholeWindows;
        var arguments = new Literal[2 * n];
        int from = 0;
        do
        {
            int nextBatch = 0, nextWindow = 0;
            for (int i = 0; i < isWindow.Length; i++)
            {
                if (!isWindow[i])
                {
                    batch[nextBatch++] = index[i];
                }
            }
            starts.Read(batch, full);
            bool isDropped = dropsWhole && !FitsWhole(full, shape, windowDims, d.UpdateWindowDims, updateShape);
            for (int i = 0; i < isWindow.Length; i++)
            {
                if (isWindow[i])
                {
                    full[windowDims[nextWindow++]] += index[i];
                }
            }
            long at = isDropped ? -1 : 0;
            for (int i = 0; i < full.Length && at >= 0; i++)
            {
                at = full[i] < 0 || full[i] >= shape[i] ? -1 : at + (full[i] * strides[i]);
            }
            if (at >= 0)
            {
                for (int i = 0; i < n; i++)
                {
                    arguments[i] = ScalarRegions.Element(results[i], at);
                    arguments[n + i] = ScalarRegions.Element(updates[i], from);
                }
                Literal[] values = n == 1 ? region.Lanes(AsVectors(arguments)) : region.Call(arguments);
                for (int i = 0; i < n; i++)
                {
                    values[i].Data.CopyTo(ScalarRegions.Element(results[i], at).Data);
                }
            }
            c.Charge(1);
            from++;
        }
        while (Strided.Next(index, updateShape.Dims));
        return results;
    }

    private static bool FitsWhole(long[] start, Shape shape, int[] windowDims, ValueArray<long> updateWindowDims, Shape updateShape)
    {
        for (int i = 0; i < windowDims.Length; i++)
        {
            long at = start[windowDims[i]];
            if (at < 0 || at + updateShape[(int)updateWindowDims[i]] > shape[windowDims[i]])
            {
                return false;
            }
        }
        return true;
    }

    private static Literal[] AsVectors(Literal[] scalars) => Array.ConvertAll(scalars, s => new Literal(new TensorType(s.Type.Element, [1]), s.Data));

    private static Literal IndexSelect(OpContext c)
    {
        Literal operand = c.Tensor(0), indices = c.Tensor(1);
        int dimension = (int)c.Int("dim"), batch = (int)c.Int("batch_dims", 0);
        long[] x = operand.Shape.ToArray(), i = indices.Shape.ToArray();
        Literal result = c.Make(operand.Type.Element, new Shape([.. x[..dimension], .. i[batch..], .. x[(dimension + 1)..]]));
        long[] at = Elements.Integers(indices), strides = operand.Shape.Strides(), index = new long[result.Type.Rank], indexStrides = indices.Shape.Strides();
        int size = operand.Type.Kind.StorageBytes(), to = 0;
        if (result.Data.Length == 0)
        {
            return result;
        }
        do
        {
            long which = 0, from = 0;
            for (int d = 0; d < batch; d++)
            {
                which += index[d] * indexStrides[d];
            }
            for (int d = batch; d < i.Length; d++)
            {
                which += index[dimension + d - batch] * indexStrides[d];
            }
            for (int d = 0; d < x.Length; d++)
            {
                long position = d < dimension ? index[d] : d == dimension ? Math.Clamp(at[which], 0, x[d] - 1) : index[d - 1 + i.Length - batch];
                from += position * strides[d];
            }
            operand.Data.Span.Slice(checked((int)from * size), size).CopyTo(result.Data.Span[(to * size)..]);
            to++;
        }
        while (Strided.Next(index, result.Shape.Dims));
        return result;
    }

    private static int[] Remaining(int rank, ValueArray<long> dropped, ValueArray<long> batching) =>
        Enumerable.Range(0, rank).Where(d => !dropped.Contains(d) && !batching.Contains(d)).ToArray();

    /// <summary>The index vectors of a gather or scatter, and the full start index into the operand that each stands for.</summary>
    private sealed class StartIndices(
        Literal indices, long vectorDimension, ValueArray<long> map, ValueArray<long> operandBatching, ValueArray<long> indicesBatching)
    {
        private readonly long[] _values = Elements.Integers(indices);
        private readonly long[] _strides = indices.Shape.Strides();

        /// <summary>The shape of the indices without the vector dimension.</summary>
        public long[] BatchShape { get; } = indices.Shape.ToArray().Where((_, i) => i != vectorDimension).ToArray();

        public void Read(ReadOnlySpan<long> batch, Span<long> full)
        {
            full.Clear();
            long at = 0;
            for (int d = 0, b = 0; d < _strides.Length; d++)
            {
                at += d == vectorDimension ? 0 : batch[b++] * _strides[d];
            }
            long step = vectorDimension < _strides.Length ? _strides[vectorDimension] : 0;
            for (int i = 0; i < map.Length; i++)
            {
                long value = _values[at + (i * step)];
                full[(int)map[i]] = indices.Type.Kind == ElementKind.UI64 && value < 0 ? long.MaxValue / 2 : value;
            }
            for (int i = 0; i < operandBatching.Length; i++)
            {
                long d = indicesBatching[i];
                full[(int)operandBatching[i]] = batch[(int)(d < vectorDimension ? d : d - 1)];
            }
        }
    }
}
