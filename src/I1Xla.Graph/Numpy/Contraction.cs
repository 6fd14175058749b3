using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Einstein summation as a chain of <c>dot_general</c>.</summary>
internal static class Contraction
{
    public static Tensor Einsum(string equation, ReadOnlySpan<Tensor> operands, Precision precision, ElementKind? preferredType)
    {
        (string[] inputs, string output) = Parse(equation, operands);
        Tensor[] parts = Jnp.SameKind(operands);
        for (int i = 0; i < parts.Length; i++)
        {
            (parts[i], inputs[i]) = Distinct(parts[i], inputs[i], equation);
        }
        DropOnes(parts, inputs);
        var sizes = new Dictionary<char, long>();
        for (int i = 0; i < parts.Length; i++)
        {
            for (int d = 0; d < inputs[i].Length; d++)
            {
                char label = inputs[i][d];
                if (sizes.TryGetValue(label, out long size) && size != parts[i].Shape[d])
                {
                    throw Tracer.Error("einsum", $"\"{equation}\": '{label}' is {size} in one operand and {parts[i].Shape[d]} in another (shapes {Shapes(operands)})");
                }
                sizes[label] = parts[i].Shape[d];
            }
        }
        (Tensor left, string labels) = (parts[0], inputs[0]);
        for (int i = 1; i < parts.Length; i++)
        {
            string needed = output + string.Concat(inputs[(i + 1)..]);
            (left, labels) = Pair(left, labels, parts[i], inputs[i], needed, i == parts.Length - 1 ? output : null, precision, preferredType);
        }
        (left, labels) = SumAway(left, labels, output);
        long[] order = new long[output.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = labels.IndexOf(output[i]);
        }
        return Hlo.Transpose(left, order);
    }

    /// <summary>Contracts two operands; labels that nothing later needs are summed.</summary>
    private static (Tensor, string) Pair(Tensor a, string la, Tensor b, string lb, string needed, string? output, Precision precision, ElementKind? preferredType)
    {
        (a, la) = SumAway(a, la, needed + lb);
        (b, lb) = SumAway(b, lb, needed + la);
        string batch = new([.. la.Where(c => lb.Contains(c) && needed.Contains(c))]);
        string contract = new([.. la.Where(c => lb.Contains(c) && !needed.Contains(c))]);
        if (output is not null)
        {
            // Batch dimensions in the order in which the output has them.
            batch = new([.. batch.OrderBy(c => output.IndexOf(c))]);
        }
        string freeA = new([.. la.Where(c => !lb.Contains(c))]), freeB = new([.. lb.Where(c => !la.Contains(c))]);
        if (output is not null && output != batch + freeA + freeB && output == batch + freeB + freeA)
        {
            ((a, la), (b, lb)) = ((b, lb), (a, la));
            (freeA, freeB) = (freeB, freeA);
        }
        static ValueArray<long> Places(string labels, string where) => labels.Select(c => (long)where.IndexOf(c)).ToValueArray();
        var numbers = new DotDimensionNumbersAttr(Places(batch, la), Places(batch, lb), Places(contract, la), Places(contract, lb));
        return (Hlo.DotGeneral(a, b, numbers, preferredType, precision), batch + freeA + freeB);
    }

    /// <summary>
    /// The diagonals of two dimensions as a new last dimension: rows are laid one after the other, so that the diagonal's
    /// elements stand evenly apart.
    /// </summary>
    public static Tensor Diagonal(Tensor x, int axis1, int axis2, int offset = 0)
    {
        long[] order = [.. Enumerable.Range(0, x.Rank).Where(d => d != axis1 && d != axis2).Select(d => (long)d), axis1, axis2];
        Tensor front = Hlo.Transpose(x, order);
        int row = x.Rank - 2, column = x.Rank - 1;
        (long fromRow, long fromColumn) = (Math.Max(0, -offset), Math.Max(0, offset));
        long n = Math.Max(0, Math.Min(x.Shape[axis1] - fromRow, x.Shape[axis2] - fromColumn));
        front = Hlo.SliceDim(Hlo.SliceDim(front, row, Math.Min(fromRow, front.Shape[row] - n), Math.Min(fromRow, front.Shape[row] - n) + n), column,
            Math.Min(fromColumn, front.Shape[column] - n), Math.Min(fromColumn, front.Shape[column] - n) + n);
        long[] rest = x.Rank == 2 ? [] : front.Shape.ToArray()[..row];
        // n * n elements and n more make n rows of n + 1, and the diagonal their first column.
        Tensor flat = Hlo.PadDim(Hlo.Reshape(front, [.. rest, n * n]), row, 0, n);
        return Hlo.Reshape(Hlo.SliceDim(Hlo.Reshape(flat, [.. rest, n, n + 1]), column, 0, 1), [.. rest, n]);
    }

    /// <summary>An operand whose labels are all different: of dimensions with one label the diagonal is taken.</summary>
    private static (Tensor, string) Distinct(Tensor x, string labels, string equation)
    {
        while (true)
        {
            int second = Enumerable.Range(0, labels.Length).FirstOrDefault(i => labels.IndexOf(labels[i]) < i, -1);
            if (second < 0)
            {
                return (x, labels);
            }
            int first = labels.IndexOf(labels[second]);
            if (x.Shape[first] != x.Shape[second])
            {
                throw Tracer.Error("einsum", $"\"{equation}\": '{labels[second]}' is {x.Shape[first]} and {x.Shape[second]} in one operand");
            }
            x = Diagonal(x, first, second);
            labels = labels.Remove(second, 1).Remove(first, 1) + labels[second];
        }
    }

    /// <summary>A dimension of size 1 broadcasts against the same label of another size: it is left out.</summary>
    private static void DropOnes(Tensor[] parts, string[] inputs)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            for (int d = inputs[i].Length - 1; d >= 0; d--)
            {
                char label = inputs[i][d];
                bool larger = false;
                for (int j = 0; j < parts.Length; j++)
                {
                    larger |= j != i && inputs[j].IndexOf(label) is var at and >= 0 && parts[j].Shape[at] != 1;
                }
                if (larger && parts[i].Shape[d] == 1)
                {
                    parts[i] = Hlo.Squeeze(parts[i], [d]);
                    inputs[i] = inputs[i].Remove(d, 1);
                }
            }
        }
    }

    private static (Tensor, string) SumAway(Tensor x, string labels, string needed)
    {
        long[] gone = [.. Enumerable.Range(0, labels.Length).Where(i => !needed.Contains(labels[i])).Select(i => (long)i)];
        return gone.Length == 0 ? (x, labels) : (Hlo.ReduceSum(x, gone), new string([.. labels.Where(needed.Contains)]));
    }

    private static (string[] Inputs, string Output) Parse(string equation, ReadOnlySpan<Tensor> operands)
    {
        string text = equation.Replace(" ", "");
        int arrow = text.IndexOf("->", StringComparison.Ordinal);
        string[] inputs = (arrow < 0 ? text : text[..arrow]).Split(',');
        if (inputs.Length != operands.Length)
        {
            throw Tracer.Error("einsum", $"\"{equation}\" names {inputs.Length} operands and {operands.Length} were given");
        }
        // "..." becomes capital Greek letters, aligned at the end as broadcasting aligns.
        const string Batch = "\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398";
        int most = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            int extra = operands[i].Rank - inputs[i].Replace("...", "").Length;
            if (extra < 0 || (extra > 0 && !inputs[i].Contains("...")) || extra > Batch.Length)
            {
                throw Tracer.Error("einsum", $"\"{equation}\": \"{inputs[i]}\" does not fit shape {operands[i].Shape}");
            }
            if (inputs[i].Contains("..."))
            {
                inputs[i] = inputs[i].Replace("...", Batch[(Batch.Length - extra)..]);
                most = Math.Max(most, extra);
            }
        }
        string all = string.Concat(inputs);
        string output = arrow >= 0
            ? text[(arrow + 2)..].Replace("...", Batch[(Batch.Length - most)..])
            : Batch[(Batch.Length - most)..] + new string([.. all.Where(c => c < '\u0391' && all.Count(d => d == c) == 1).Order()]);
        foreach (char label in output)
        {
            if (!all.Contains(label) || output.Count(c => c == label) > 1)
            {
                throw Tracer.Error("einsum", $"\"{equation}\": '{label}' of the output stands in no operand, or twice in the output");
            }
        }
        return (inputs, output);
    }

    private static string Shapes(ReadOnlySpan<Tensor> operands)
    {
        var shapes = new List<string>();
        foreach (Tensor t in operands)
        {
            shapes.Add(t.Shape.ToString());
        }
        return string.Join(", ", shapes);
    }
}
