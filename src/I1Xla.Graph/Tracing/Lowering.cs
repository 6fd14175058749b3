using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Writes operations that only exist while tracing in terms of StableHLO.</summary>
internal static class Lowering
{
    /// <summary>Lowers every such operation in a block and its regions.</summary>
    public static void Lower(FunctionTracer function, Block block)
    {
        bool any = false;
        foreach (Operation op in block.Operations)
        {
            foreach (Region region in op.Regions)
            {
                foreach (Block inner in region.Blocks)
                {
                    Lower(function, inner);
                }
            }
            any |= op.Name == HloOps.Scan || op.Name == HloOps.ShardMap || IsNarrowErfInv(op);
        }
        if (!any)
        {
            return;
        }
        var replaced = new Dictionary<Value, Value>();
        OperationList operations = block.Operations;
        block.Replace([]);
        var builder = new OpBuilder(block);
        foreach (Operation op in operations)
        {
            Substitute(op, replaced);
            builder.Location = op.Location;
            if (op.Name == HloOps.Scan)
            {
                ScanToWhile(new ScanOp(op), builder, replaced);
            }
            else if (op.Name == HloOps.ShardMap)
            {
                ShardMapLowering.Lower(function.Module, op, builder, replaced);
            }
            else if (IsNarrowErfInv(op))
            {
                replaced[op.Result] = ErfInv(function, op, block);
            }
            else
            {
                block.Add(op);
            }
        }
    }

    private static bool IsNarrowErfInv(Operation op) => op.Name == HloOps.ErfInv && op.Result.TensorType.Kind != ElementKind.F64;

    /// <summary>The inverse error function by its polynomials, at the end of a block.</summary>
    private static Value ErfInv(FunctionTracer function, Operation op, Block block)
    {
        Location? former = function.LocationOverride;
        using Tracer.Switched _ = Tracer.Enter(function);
        function.Push(block);
        function.LocationOverride = op.Location;
        Value result = Special.ErfInvPolynomial(function.Wrap(op.Operands[0])).Value;
        function.LocationOverride = former;
        function.Pop();
        return result;
    }

    /// <summary>Points an operation's operands, and those of what is nested in it, at what replaced them.</summary>
    public static void Substitute(Operation op, Dictionary<Value, Value> replaced)
    {
        for (int i = 0; i < op.Operands.Length; i++)
        {
            if (replaced.TryGetValue(op.Operands[i], out Value? now))
            {
                op.SetOperand(i, now);
            }
        }
        foreach (Region region in op.Regions)
        {
            foreach (Block inner in region.Blocks)
            {
                foreach (Operation nested in inner.Operations)
                {
                    Substitute(nested, replaced);
                }
            }
        }
    }

    /// <summary>
    /// A while over a counter, the carries and the stacked results. Sequences and outer values ride along unchanged, and
    /// constants are made inside, so that the regions use nothing from outside.
    /// </summary>
    private static void ScanToWhile(ScanOp scan, OpBuilder builder, Dictionary<Value, Value> replaced)
    {
        Operation op = scan.Op;
        if (scan.Length == 0)
        {
            // No step runs: the carries stay, and there is nothing to stack.
            for (int i = 0; i < op.Results.Length; i++)
            {
                replaced[op.Results[i]] = i < scan.Carries ? op.Operands[i] : Zeros(builder, op.Results[i].TensorType);
            }
            return;
        }
        var i32 = new TensorType(ElementKind.I32, Shape.Scalar);
        int carries = scan.Carries, sequences = op.Operands.Length - carries;
        List<Value> captures = Backward.Captures(op.Regions);
        List<Value> passed = [.. captures.Where(v => v.DefiningOp?.Name != HloOps.Constant)];

        // Loop values: outer values, sequences, counter, carries, stacked results.
        var init = new List<Value>(passed);
        init.AddRange(op.Operands[carries..].ToArray());
        int counterAt = init.Count;
        init.Add(Constant(builder, i32, 0));
        init.AddRange(op.Operands[..carries].ToArray());
        int stackedAt = init.Count;
        for (int i = carries; i < op.Results.Length; i++)
        {
            init.Add(Zeros(builder, op.Results[i].TensorType));
        }
        IrType[] types = [.. init.Select(v => v.Type)];

        var test = new Block(types);
        var inTest = new OpBuilder(test) { Location = op.Location };
        Value limit = Constant(inTest, i32, scan.Length);
        inTest.Create(HloOps.Return, [inTest.Create(HloOps.Compare, [test.Arguments[counterAt], limit], [new TensorType(ElementKind.I1, Shape.Scalar)], new AttributeMap
        {
            { "comparison_direction", EnumAttr.StableHlo("comparison_direction", "LT") },
            { "compare_type", EnumAttr.StableHlo("comparison_type", "SIGNED") },
        }).Result], []);

        var body = new Block(types);
        var b = new OpBuilder(body) { Location = op.Location };
        BlockArgument counter = body.Arguments[counterAt];
        Value zero = Constant(b, i32, 0);
        Value place = counter;
        if (scan.Reverse)
        {
            place = b.Create(HloOps.Subtract, [Constant(b, i32, scan.Length - 1), counter], [i32]).Result;
        }
        var map = new Dictionary<Value, Value>();
        for (int i = 0; i < passed.Count; i++)
        {
            map[passed[i]] = body.Arguments[i];
        }
        foreach (Value constant in captures.Where(v => v.DefiningOp?.Name == HloOps.Constant))
        {
            map[constant] = b.Create(HloOps.Constant, [], [constant.Type], constant.DefiningOp!.Attributes.Clone()).Result;
        }
        for (int i = 0; i < carries; i++)
        {
            map[scan.Body.Arguments[i]] = body.Arguments[counterAt + 1 + i];
        }
        for (int i = 0; i < sequences; i++)
        {
            Value sequence = body.Arguments[passed.Count + i];
            TensorType type = sequence.TensorType;
            long[] sizes = type.Shape.ToArray();
            sizes[0] = 1;
            Value cut = b.Create(HloOps.DynamicSlice, [sequence, .. Starts(place, zero, type.Rank)], [new TensorType(type.Element, new Shape(sizes))],
                new AttributeMap { { "slice_sizes", DenseArrayAttr.I64(sizes) } }).Result;
            map[scan.Body.Arguments[carries + i]] = b.Create(HloOps.Reshape, [cut], [ScanOp.Slice(type)]).Result;
        }
        OperationList inner = scan.Body.Operations;
        for (int i = 0; i < inner.Count - 1; i++)
        {
            body.Add(inner[i].Clone(map));
        }
        Operation end = inner[^1];
        b.Location = op.Location;
        var next = new List<Value>(body.Arguments.Take(counterAt));
        next.Add(b.Create(HloOps.Add, [counter, Constant(b, i32, 1)], [i32]).Result);
        for (int i = 0; i < end.Operands.Length; i++)
        {
            Value value = map.GetValueOrDefault(end.Operands[i], end.Operands[i]);
            if (i < carries)
            {
                next.Add(value);
                continue;
            }
            BlockArgument stack = body.Arguments[stackedAt + i - carries];
            TensorType type = stack.TensorType;
            long[] one = type.Shape.ToArray();
            one[0] = 1;
            Value slice = b.Create(HloOps.Reshape, [value], [new TensorType(type.Element, new Shape(one))]).Result;
            next.Add(b.Create(HloOps.DynamicUpdateSlice, [stack, slice, .. Starts(place, zero, type.Rank)], [type]).Result);
        }
        b.Create(HloOps.Return, [.. next], []);

        Operation loop = builder.Create(HloOps.While, [.. init], types, null, [new Region(test), new Region(body)]);
        for (int i = 0; i < op.Results.Length; i++)
        {
            replaced[op.Results[i]] = loop.Results[counterAt + 1 + i];
        }
    }

    private static Value[] Starts(Value place, Value zero, int rank)
    {
        var starts = new Value[rank];
        Array.Fill(starts, zero);
        starts[0] = place;
        return starts;
    }

    private static Value Constant(OpBuilder builder, TensorType type, long value) =>
        builder.Create(HloOps.Constant, [], [type], new AttributeMap { { "value", new DenseElementsAttr(type, BitConverter.GetBytes((int)value), true) } }).Result;

    private static Value Zeros(OpBuilder builder, TensorType type) =>
        builder.Create(HloOps.Constant, [], [type], new AttributeMap { { "value", new DenseElementsAttr(type, new byte[type.Kind.StorageBytes()], true) } }).Result;
}
