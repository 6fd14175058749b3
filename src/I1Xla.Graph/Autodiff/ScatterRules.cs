using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// Derivatives of scatters that replace, add, multiply, or keep the larger or smaller. Where several updates meet in one
/// place: a replacing scatter lets only the one that won have the cotangent, extremes share it among equals, and a
/// multiplying one has a derivative for its updates only with unique indices (as in JAX).
/// </summary>
internal static class ScatterRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register() => Rules.Add(HloOps.Scatter, Vjp, Jvp);

    private static void Vjp(VjpContext c)
    {
        var s = new Scattered(c.Op, c.In, c.NoRule);
        Tensor ct = c.Ct!;
        if (s.Combiner == HloOps.Add)
        {
            c.Give(0, ct);
            c.Give(2, c.Needs(2) ? s.Taken(ct) : null);
        }
        else if (s.Combiner is null)
        {
            c.Give(0, c.Needs(0) ? s.Onto(ct, Hlo.Zeros(c.TypeOf(2)), null) : null);
            if (c.Needs(2))
            {
                Tensor taken = s.Taken(ct);
                c.Give(2, s.Unique ? taken : Hlo.Select(s.Winners(), taken, Hlo.ZerosLike(taken)));
            }
        }
        else if (s.Combiner == HloOps.Multiply)
        {
            c.Give(0, c.Needs(0) ? s.Onto(ct, c.In(2), HloOps.Multiply) : null);
            c.Give(2, c.Needs(2) ? s.Taken(Hlo.Binary(HloOps.Multiply, ct, s.UniqueOperand())) : null);
        }
        else
        {
            (Tensor operand, Tensor update) = s.Shares(c.Out(0));
            c.Give(0, Hlo.Binary(HloOps.Multiply, ct, operand));
            c.Give(2, c.Needs(2) ? Hlo.Binary(HloOps.Multiply, s.Taken(ct), update) : null);
        }
    }

    private static void Jvp(JvpContext c)
    {
        var s = new Scattered(c.Op, c.In, c.NoRule);
        Tensor onOperand = c.TangentOrZero(0), onUpdates = c.TangentOrZero(2);
        if (s.Combiner == HloOps.Add || (s.Combiner is null && s.Unique))
        {
            c.ApplyToTangents(0, 2);
        }
        else if (s.Combiner is null)
        {
            Tensor kept = s.Onto(onOperand, Hlo.ZerosLike(onUpdates), null);
            c.Give(s.Onto(kept, Hlo.Select(s.Winners(), onUpdates, Hlo.ZerosLike(onUpdates)), HloOps.Add));
        }
        else if (s.Combiner == HloOps.Multiply)
        {
            Tensor first = s.Onto(onOperand, c.In(2), HloOps.Multiply);
            c.Give(c.Tangent(2) is null ? first : Hlo.Binary(HloOps.Add, first, Hlo.Binary(HloOps.Multiply, s.UniqueOperand(), s.Onto(Hlo.ZerosLike(onOperand), onUpdates, HloOps.Add))));
        }
        else
        {
            (Tensor operand, Tensor update) = s.Shares(c.Out(0));
            c.Give(s.Onto(Hlo.Binary(HloOps.Multiply, onOperand, operand), Hlo.Binary(HloOps.Multiply, onUpdates, update), HloOps.Add));
        }
    }

    /// <summary>One scatter, read.</summary>
    private sealed class Scattered
    {
        private readonly ScatterDimensionNumbersAttr _numbers;
        private readonly Func<int, Tensor> _in;
        private readonly Func<string, GraphException> _noRule;
        private readonly TensorType _operand;
        private readonly TensorType _updates;
        private readonly long[] _sizes;

        public Scattered(Operation op, Func<int, Tensor> @in, Func<string, GraphException> noRule)
        {
            (_in, _noRule) = (@in, noRule);
            if (op.Operands.Length != 3)
            {
                throw noRule("a scatter of several tensors has no rule");
            }
            Combiner = op.Regions[0].Entry is { Operations: [var end], Arguments: [_, var update] } && ReferenceEquals(end.Operands[0], update)
                ? null : ReductionRules.CombinerOf(op) is { } name && (name == HloOps.Add || name == HloOps.Multiply || name == HloOps.Maximum || name == HloOps.Minimum) ? name
                : throw noRule("only scatters that replace, add, multiply, or keep the larger or smaller have a rule");
            Unique = op.Attributes.Get<BoolAttr>("unique_indices") is { Value: true };
            _numbers = op.Attributes.Get<ScatterDimensionNumbersAttr>("scatter_dimension_numbers")!;
            (_operand, _updates) = (op.Operands[0].TensorType, op.Operands[2].TensorType);
            _sizes = new long[_operand.Rank];
            int window = 0;
            for (int d = 0; d < _sizes.Length; d++)
            {
                bool inserted = _numbers.InsertedWindowDims.Span.Contains(d) || _numbers.InputBatchingDims.Span.Contains(d);
                _sizes[d] = inserted ? 1 : _updates.Shape[(int)_numbers.UpdateWindowDims[window++]];
            }
        }

        /// <summary>How updates combine with what is there; null when they replace it.</summary>
        public OpName? Combiner { get; }

        /// <summary>Whether the program promises that no two updates meet.</summary>
        public bool Unique { get; }

        /// <summary>Scatters other updates onto another operand, at the same places.</summary>
        public Tensor Onto(Tensor x, Tensor updates, OpName? combiner) => Hlo.Scatter(x, _in(1), updates, _numbers, combiner, unique: Unique);

        /// <summary>What of a tensor stands where the updates go; 0 for updates that were dropped.</summary>
        public Tensor Taken(Tensor x)
        {
            Tensor taken = Hlo.Gather(x, _in(1), new GatherDimensionNumbersAttr(
                _numbers.UpdateWindowDims, _numbers.InsertedWindowDims, _numbers.InputBatchingDims, _numbers.ScatterIndicesBatchingDims, _numbers.ScatterDimsToOperandDims, _numbers.IndexVectorDim), _sizes);
            return Hlo.Select(Inside(), taken, Hlo.ZerosLike(taken));
        }

        /// <summary>The operand of a multiplication that promises unique indices.</summary>
        public Tensor UniqueOperand() => Unique ? _in(0) : throw _noRule("a multiplying scatter has a derivative for its updates only with unique indices (uniqueIndices: true)");

        /// <summary>Of updates that replace, those that stand in the result: each is numbered, and the numbers scattered and read back.</summary>
        public Tensor Winners()
        {
            var kind = new TensorType(ElementKind.I32, _updates.Shape);
            long[] map = BatchDims();
            Shape batch = Shape.Create([.. map.Select(d => _updates.Shape[(int)d])]);
            Tensor number = Hlo.Reshape(Hlo.Binary(HloOps.Add, Hlo.Iota(ElementKind.I32, [batch.ElementCount], 0), Hlo.Splat(1L, ElementKind.I32, [batch.ElementCount])), batch);
            Tensor numbers = Hlo.BroadcastInDim(number, kind.Shape, map);
            Tensor there = Onto(Hlo.Zeros(new TensorType(ElementKind.I32, _operand.Shape)), numbers, null);
            return Hlo.Compare("EQ", Taken(there), numbers);
        }

        /// <summary>Where the result comes from, for operand and updates: 1 where there is only one source, equal parts where there are several.</summary>
        public (Tensor Operand, Tensor Updates) Shares(Tensor result)
        {
            ElementKind kind = result.DType;
            Tensor fromOperand = Hlo.Convert(Hlo.Compare("EQ", _in(0), result), kind);
            Tensor fromUpdates = Hlo.Convert(Hlo.Binary(HloOps.And, Hlo.Compare("EQ", _in(2), Taken(result)), Inside()), kind);
            Tensor count = Onto(fromOperand, fromUpdates, HloOps.Add);
            // A NaN comes from nowhere that compares equal.
            Tensor safe = Hlo.Binary(HloOps.Maximum, count, Hlo.Ones(count.Type));
            Tensor taken = Hlo.Binary(HloOps.Maximum, Taken(safe), Hlo.Ones(fromUpdates.Type));
            return (Hlo.Binary(HloOps.Divide, fromOperand, safe), Hlo.Binary(HloOps.Divide, fromUpdates, taken));
        }

        private long[] BatchDims()
        {
            var dims = new List<long>();
            for (int d = 0; d < _updates.Rank; d++)
            {
                if (!_numbers.UpdateWindowDims.Span.Contains(d))
                {
                    dims.Add(d);
                }
            }
            return [.. dims];
        }

        private Tensor Inside() => Hlo.BroadcastInDim(
            IndexBounds.Inside(_in(1), _operand.Shape, _numbers.ScatterDimsToOperandDims.Span, _sizes, _numbers.IndexVectorDim), _updates.Shape, BatchDims());
    }
}
