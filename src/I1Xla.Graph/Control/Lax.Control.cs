using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Control flow and structured operations, with the names and semantics of <c>jax.lax</c>.</summary>
public static partial class Lax
{
    /// <summary>
    /// Runs a body over the leading dimension of sequences, threading carries through. The body may use tensors from outside.
    /// Differentiable in reverse: the forward pass keeps what the backward pass needs of each step.
    /// </summary>
    /// <param name="body">From carries and one slice of each sequence to new carries (same types) and one slice of each stacked result.</param>
    /// <param name="init">Initial carries.</param>
    /// <param name="sequences">Tensors with the same leading size; none with <paramref name="length"/>.</param>
    /// <param name="length">The number of steps when there are no sequences.</param>
    /// <param name="reverse">Whether to run from the last slice to the first; stacked results stand in the order of the slices.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    public static (Tensor[] Carries, Tensor[] Stacked) Scan(
        Func<Tensor[], Tensor[], (Tensor[] Carries, Tensor[] Slices)> body, ReadOnlySpan<Tensor> init, ReadOnlySpan<Tensor> sequences,
        long? length = null, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long steps = length ?? (sequences.Length > 0 && sequences[0].Rank > 0 ? sequences[0].Shape[0] : throw Tracer.Error("scan", "there is neither a sequence nor a length"));
        var operands = new Tensor[init.Length + sequences.Length];
        var arguments = new IrType[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = Hlo.Materialize(i < init.Length ? init[i] : sequences[i - init.Length]);
            if (i >= init.Length && (operands[i].Rank == 0 || operands[i].Shape[0] != steps))
            {
                throw Tracer.Error("scan", $"sequence {i - init.Length} has shape {operands[i].Shape}, which does not lead with {steps}");
            }
            arguments[i] = i < init.Length ? operands[i].Type : ScanOp.Slice(operands[i].Type);
        }
        int carries = init.Length;
        Tensor[] returned = [];
        Region region = Hlo.Region(arguments, inputs =>
        {
            (Tensor[] next, Tensor[] slices) = body(inputs[..carries], inputs[carries..]);
            returned = [.. next, .. slices];
            if (next.Length != carries)
            {
                throw Tracer.Error("scan", $"the body gives {next.Length} carries, not {carries}");
            }
            for (int i = 0; i < returned.Length; i++)
            {
                returned[i] = i < carries && returned[i].IsNumber ? Hlo.Number(returned[i], operands[i].DType, operands[i].Shape) : Hlo.Materialize(returned[i]);
                if (i < carries && !returned[i].Type.Equals(operands[i].Type))
                {
                    throw Tracer.Error("scan", $"carry {i} starts as {operands[i]} and the body gives {returned[i]}");
                }
            }
            return returned;
        });
        IrType[] types = ScanOp.ResultTypes(steps, carries, region.Entry.Terminator!.Operands);
        Tensor[] results = Hlo.Several(HloOps.Scan, types, operands, ScanOp.Attributes(steps, carries, reverse), [region]);
        return (results[..carries], results[carries..]);
    }

    /// <summary>Applies a function to each slice along the leading dimension, one after the other, and stacks the results.</summary>
    public static Tensor Map(Func<Tensor, Tensor> function, Tensor sequence, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Scan((_, slices) => ([], [function(slices[0])]), [], [sequence], null, false, file, line).Stacked[0];
    }

    /// <summary>
    /// Runs a body for each i from <paramref name="lower"/> up to but not including <paramref name="upper"/>; the count is
    /// known while tracing, so the loop is differentiable.
    /// </summary>
    public static Tensor[] ForiLoop(int lower, int upper, Func<Tensor, Tensor[], Tensor[]> body, ReadOnlySpan<Tensor> init, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] start = [Hlo.Splat((long)lower, ElementKind.I32, Shape.Scalar), .. init];
        return Scan((carries, _) => ([carries[0] + 1, .. body(carries[0], carries[1..])], []), start, [], Math.Max(0, upper - lower), false, file, line).Carries[1..];
    }

    /// <summary>Runs a body while a condition on the values holds. There is no reverse derivative, since the number of steps is not known.</summary>
    /// <param name="condition">From the values to a boolean scalar.</param>
    /// <param name="body">From the values to new values of the same types.</param>
    /// <param name="init">Initial values.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    public static Tensor[] WhileLoop(Func<Tensor[], Tensor> condition, Func<Tensor[], Tensor[]> body, ReadOnlySpan<Tensor> init, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        var operands = new Tensor[init.Length];
        var types = new IrType[init.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = Hlo.Materialize(init[i]);
            types[i] = operands[i].Type;
        }
        Region test = Hlo.Region(types, values =>
        {
            Tensor go = Hlo.Materialize(condition(values));
            return go.DType.IsBoolean() && go.Rank == 0 ? [go] : throw Tracer.Error("while_loop", $"the condition gives {go}, not a boolean scalar");
        });
        Region step = Hlo.Region(types, values =>
        {
            Tensor[] next = body(values);
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = next[i].IsNumber ? Hlo.Number(next[i], operands[i].DType, operands[i].Shape) : next[i];
                if (next.Length != operands.Length || !next[i].Type.Equals(operands[i].Type))
                {
                    throw Tracer.Error("while_loop", $"value {i} starts as {operands[i]} and the body gives {next[i]}");
                }
            }
            return next;
        });
        return Hlo.Several(HloOps.While, types, operands, null, [test, step]);
    }

    /// <summary>One of two computations, by a boolean scalar. The branches may use tensors from outside.</summary>
    public static Tensor[] Cond(Tensor predicate, Func<Tensor[]> onTrue, Func<Tensor[]> onFalse, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        predicate = Hlo.Materialize(predicate);
        if (predicate.Rank != 0)
        {
            throw Tracer.Error("cond", $"the predicate has shape {predicate.Shape}, not a scalar's");
        }
        return Branches("cond", Hlo.Convert(Jnp.ToBoolean(predicate), ElementKind.I32), [onFalse, onTrue]);
    }

    /// <summary>One of two computations of one tensor, by a boolean scalar.</summary>
    public static Tensor Cond(Tensor predicate, Func<Tensor> onTrue, Func<Tensor> onFalse, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Cond(predicate, () => [onTrue()], () => [onFalse()], file, line)[0];

    /// <summary>One of several computations, by an integer scalar that is clamped to their number.</summary>
    public static Tensor[] Switch(Tensor index, ReadOnlySpan<Func<Tensor[]>> branches, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        index = Hlo.Materialize(index);
        if (index.Rank != 0 || !index.DType.IsInteger() || branches.Length == 0)
        {
            throw Tracer.Error("switch", $"an integer scalar and at least one branch are needed, found {index} and {branches.Length} branches");
        }
        index = Hlo.Convert(index, ElementKind.I32);
        Tensor zero = Hlo.Splat(0L, ElementKind.I32, Shape.Scalar), last = Hlo.Splat((long)branches.Length - 1, ElementKind.I32, Shape.Scalar);
        return Branches("switch", Hlo.Many(HloOps.Clamp, index.Type, false, [zero, index, last]), branches);
    }

    /// <summary>Keeps the compiler from moving work across, and from seeing that what goes in comes out.</summary>
    public static Tensor[] OptimizationBarrier(ReadOnlySpan<Tensor> operands, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.OptimizationBarrier(operands);
    }

    private static Tensor[] Branches(string op, Tensor index, ReadOnlySpan<Func<Tensor[]>> branches)
    {
        var regions = new Region[branches.Length];
        for (int b = 0; b < regions.Length; b++)
        {
            Func<Tensor[]> branch = branches[b];
            regions[b] = Hlo.Region([], _ => [.. branch().Select(Hlo.Materialize)]);
        }
        Value[] first = regions[0].Entry.Terminator!.Operands.ToArray();
        foreach (Region region in regions)
        {
            Value[] given = region.Entry.Terminator!.Operands.ToArray();
            if (!given.Select(v => v.Type).SequenceEqual(first.Select(v => v.Type)))
            {
                static string Types(Value[] values) => $"({string.Join(", ", values.Select(v => $"{v.TensorType.Kind.Name()}{v.TensorType.Shape}"))})";
                throw Tracer.Error(op, $"the branches give different types: {Types(first)} and {Types(given)}");
            }
        }
        return Hlo.Several(HloOps.Case, [.. first.Select(v => v.Type)], [index], null, regions);
    }
}
