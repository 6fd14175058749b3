using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>
/// Ways to run a region over scalars many times. <see cref="Call"/> runs it as it stands. <see cref="Lanes"/> runs it on
/// vectors, each element a run of its own, when all its operations are elementwise. <see cref="BinaryName"/> recognises a
/// region that is one operation on its two arguments.
/// </summary>
internal sealed class ScalarRegions(OpContext context, Region region)
{
    private readonly bool _liftable = IsLiftable(region);

    /// <summary>The short name of the only operation of a region <c>^(a, b): return op(a, b)</c>; null for other regions.</summary>
    public string? BinaryName { get; } = Recognise(region);

    /// <summary>The argument that a region without operations returns; -1 for other regions.</summary>
    public int ReturnedArgument { get; } = Returned(region);

    /// <summary>Runs the region once.</summary>
    public Literal[] Call(params ReadOnlySpan<Literal> arguments)
    {
        var values = new RuntimeValue[arguments.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new TensorValue(arguments[i]);
        }
        return context.Run(region, values).Select(v => ((TensorValue)v).Literal).ToArray();
    }

    /// <summary>Runs the region for each element of equally long vectors.</summary>
    public Literal[] Lanes(Literal[] arguments)
    {
        int count = Elements.Count(arguments[0]);
        if (ReturnedArgument >= 0)
        {
            return [arguments[ReturnedArgument]];
        }
        if (BinaryName is { } name && arguments[0].Type.Element is ScalarType)
        {
            return [Elementwise.Binary(context, name, arguments[0], arguments[1])];
        }
        return _liftable ? Lift(arguments, count) : OneByOne(arguments, count);
    }

    /// <summary>Folds a row of elements into one, rounding after each step; null when the region is not one arithmetic operation on scalars.</summary>
    public Literal? Fold(Literal initial, Literal row)
    {
        if (BinaryName is null || row.Type.Element is not ScalarType)
        {
            return null;
        }
        ElementKind kind = row.Type.Kind;
        if (kind.IsFloat() && Elementwise.Real(BinaryName) is { } real)
        {
            double sum = Elements.Reals(initial)[0];
            foreach (double x in Elements.Reals(row))
            {
                sum = FloatKind.Round(kind, real(sum, x));
            }
            Literal result = context.Make(row.Type.Element, Shape.Scalar);
            Elements.Write(result, (ReadOnlySpan<double>)[sum]);
            return result;
        }
        if ((kind.IsInteger() || kind.IsBoolean()) && Elementwise.Integer(BinaryName) is { } integer)
        {
            long sum = Elements.Integers(initial)[0];
            foreach (long x in Elements.Integers(row))
            {
                sum = IntegerKind.Wrap(kind, integer(kind, sum, x));
            }
            Literal result = context.Make(row.Type.Element, Shape.Scalar);
            Elements.Write(result, (ReadOnlySpan<long>)[sum]);
            return result;
        }
        return null;
    }

    /// <summary>Element <paramref name="index"/> as a scalar that shares the bytes.</summary>
    public static Literal Element(Literal x, long index)
    {
        int size = x.Type.Kind.StorageBytes();
        return new Literal(new TensorType(x.Type.Element, Shape.Scalar), x.Data.Slice(checked((int)index * size), size));
    }

    private Literal[] OneByOne(Literal[] arguments, int count)
    {
        Literal[]? results = null;
        var scalars = new Literal[arguments.Length];
        for (int i = 0; i < count; i++)
        {
            for (int a = 0; a < scalars.Length; a++)
            {
                scalars[a] = Element(arguments[a], i);
            }
            Literal[] values = Call(scalars);
            results ??= values.Select(v => context.Make(v.Type.Element, [count])).ToArray();
            for (int r = 0; r < results.Length; r++)
            {
                int size = values[r].Type.Kind.StorageBytes();
                values[r].Data.CopyTo(results[r].Data.Slice(i * size, size));
            }
        }
        return results ?? region.Entry.Terminator!.Operands.ToArray().Select(o => context.Make(o.TensorType.Element, [0])).ToArray();
    }

    private Literal[] Lift(Literal[] arguments, int count)
    {
        var values = new Dictionary<Value, Literal>();
        for (int i = 0; i < arguments.Length; i++)
        {
            values[region.Entry.Arguments[i]] = arguments[i];
        }
        Literal Find(Value value)
        {
            if (values.TryGetValue(value, out Literal? known))
            {
                return known;
            }
            // From around the region: one scalar for all lanes.
            RuntimeValue outer = context.Scope.Find(value) ?? throw context.Error("a region uses a value that is not there");
            return values[value] = Scalars.Repeat(context, ((TensorValue)outer).Literal, [count]);
        }
        foreach (Operation op in region.Entry.Operations)
        {
            if (EvaluatorTable.IsTerminator(op))
            {
                return op.Operands.ToArray().Select(Find).ToArray();
            }
            var operands = new RuntimeValue[op.Operands.Length];
            for (int i = 0; i < operands.Length; i++)
            {
                operands[i] = new TensorValue(Find(op.Operands[i]));
            }
            var inner = new OpContext(context.Interpreter, op, operands, context.Scope, context.Process, context.Depth);
            Literal result = ((TensorValue)EvaluatorTable.Find(op)!(inner)[0]).Literal;
            values[op.Results[0]] = operands.Length == 0 ? Scalars.Repeat(context, result, [count]) : result;
        }
        throw context.Error("a region ends without a return");
    }

    private static bool IsLiftable(Region region)
    {
        if (region.Blocks.Count != 1 || region.Entry.Arguments.Any(a => a.Type is not TensorType { Rank: 0, Element: ScalarType }))
        {
            return false;
        }
        foreach (Operation op in region.Entry.Operations)
        {
            bool scalar = true;
            foreach (Value operand in op.Operands)
            {
                scalar &= operand.Type is TensorType { Rank: 0, Element: ScalarType };
            }
            if (!scalar || !(EvaluatorTable.IsTerminator(op) || (op.Name.Full == "stablehlo.constant" && op.Result.Type is TensorType { Rank: 0, Element: ScalarType }) || Elementwise.Is(op.Name)))
            {
                return false;
            }
        }
        return true;
    }

    private static string? Recognise(Region region)
    {
        if (region.Blocks.Count != 1 || region.Entry is not { Arguments.Count: 2, Operations: { Count: 2 } operations } block)
        {
            return null;
        }
        Operation op = operations[0], end = operations[1];
        return op.Name.Dialect == "stablehlo" && op.Operands.Length == 2 && op.Results.Length == 1
            && op.Operands[0] == block.Arguments[0] && op.Operands[1] == block.Arguments[1]
            && EvaluatorTable.IsTerminator(end) && end.Operands.Length == 1 && end.Operands[0] == op.Results[0]
            && (Elementwise.Real(op.Name.Short) is not null || Elementwise.Integer(op.Name.Short) is not null)
            ? op.Name.Short : null;
    }

    private static int Returned(Region region)
    {
        if (region.Blocks.Count != 1 || region.Entry is not { Operations: [var end] } || end.Operands.Length != 1)
        {
            return -1;
        }
        return end.Operands[0] is BlockArgument argument && argument.Owner == region.Entry ? argument.Index : -1;
    }
}
