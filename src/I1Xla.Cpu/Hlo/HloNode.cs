using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// A node of the compiler's graph: an operation on static tensors with its operands. Nodes are made by
/// <see cref="HloBuilder"/>, which simplifies as it builds and never makes the same node twice, so a node is a value.
/// </summary>
public sealed class HloNode
{
    internal HloNode(int id, HloOp op, ElementKind kind, long[] dims, HloNode[] inputs)
    {
        Id = id;
        Op = op;
        Kind = kind;
        Dims = dims;
        Inputs = inputs;
    }

    /// <summary>A number that grows in the order of creation, so that operands come before users.</summary>
    public int Id { get; internal set; }

    /// <summary>The operation.</summary>
    public HloOp Op { get; }

    /// <summary>Element kind of the result; meaningless for nodes with several results.</summary>
    public ElementKind Kind { get; }

    /// <summary>Dimension sizes of the result.</summary>
    public long[] Dims { get; }

    /// <summary>Operands.</summary>
    public HloNode[] Inputs { get; }

    /// <summary>First list of numbers; see <see cref="HloOp"/>.</summary>
    public long[] A { get; init; } = [];

    /// <summary>Second list of numbers.</summary>
    public long[] B { get; init; } = [];

    /// <summary>Third list of numbers.</summary>
    public long[] C { get; init; } = [];

    /// <summary>Anything else the operation needs.</summary>
    public object? Payload { get; init; }

    /// <summary>Computations of control flow.</summary>
    public HloComputation[] Computations { get; init; } = [];

    /// <summary>Result types of a node with several results; null for one.</summary>
    public IrType[]? ResultTypes { get; init; }

    /// <summary>The operation this came from; always there for <see cref="HloOp.Generic"/>.</summary>
    public Operation? Source { get; internal set; }

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long n = 1;
            foreach (long d in Dims)
            {
                n *= d;
            }
            return n;
        }
    }

    /// <summary>Bytes of the result.</summary>
    public long Bytes => Count * Kind.StorageBytes();

    /// <summary>The constant, when this is one.</summary>
    public HloConstant? Constant => Payload as HloConstant;

    /// <summary>Whether this is a constant with one value everywhere.</summary>
    public bool IsSplat => Op == HloOp.Constant && Constant!.IsSplat;

    /// <summary>The type.</summary>
    public TensorType Type => new(Kind, new Shape((long[])Dims.Clone()));

    /// <inheritdoc/>
    public override string ToString() =>
        $"%{Id} = {Kind.Name()}[{string.Join(",", Dims)}] {Op}({string.Join(", ", Inputs.Select(i => "%" + i.Id))})"
        + (A.Length > 0 ? $" [{string.Join(",", A)}]" : "") + (B.Length > 0 ? $" [{string.Join(",", B)}]" : "")
        + (Op == HloOp.Generic ? " " + Source!.Name : "")
        + (Payload is HloOp or HloCompare ? " " + Payload : "");
}

/// <summary>A constant's bytes: one element when <see cref="IsSplat"/>.</summary>
/// <param name="Data">Row-major elements.</param>
/// <param name="IsSplat">Whether one element stands for all.</param>
public sealed record HloConstant(ReadOnlyMemory<byte> Data, bool IsSplat)
{
    /// <summary>Structural equality with a bound on what is compared byte by byte being the length itself.</summary>
    public bool Equals(HloConstant? other) => other is not null && IsSplat == other.IsSplat && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Data.Span[..Math.Min(Data.Length, 64)]);
        return hash.ToHashCode();
    }
}

/// <summary>Dimension numbers of a dot.</summary>
/// <param name="LhsBatch">Batching dimensions of the left operand.</param>
/// <param name="RhsBatch">Of the right.</param>
/// <param name="LhsContract">Contracting dimensions of the left operand.</param>
/// <param name="RhsContract">Of the right.</param>
public sealed record HloDot(ValueArray<long> LhsBatch, ValueArray<long> RhsBatch, ValueArray<long> LhsContract, ValueArray<long> RhsContract)
{
    /// <summary>The dimensions of an operand that are neither batch nor contracted, in their order.</summary>
    public static long[] Free(HloNode operand, ValueArray<long> batch, ValueArray<long> contract) =>
        [.. Enumerable.Range(0, operand.Dims.Length).Select(d => (long)d).Where(d => !batch.Contains(d) && !contract.Contains(d))];
}

/// <summary>A graph: parameters in, roots out.</summary>
/// <param name="Parameters">Parameter nodes in order.</param>
/// <param name="Roots">Results in order.</param>
/// <param name="Effects">Nodes that must run though nothing uses them.</param>
public sealed record HloComputation(HloNode[] Parameters, HloNode[] Roots, HloNode[] Effects)
{
    /// <summary>The live nodes, operands before users; parameters first.</summary>
    public List<HloNode> Schedule()
    {
        var order = new List<HloNode>();
        var seen = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(HloNode Node, int Next)>();
        foreach (HloNode p in Parameters)
        {
            seen.Add(p);
            order.Add(p);
        }
        foreach (HloNode root in Roots.Concat(Effects))
        {
            if (!seen.Add(root))
            {
                continue;
            }
            stack.Push((root, 0));
            while (stack.TryPop(out (HloNode Node, int Next) top))
            {
                int i = top.Next;
                while (i < top.Node.Inputs.Length && !seen.Add(top.Node.Inputs[i]))
                {
                    i++;
                }
                if (i < top.Node.Inputs.Length)
                {
                    stack.Push((top.Node, i + 1));
                    stack.Push((top.Node.Inputs[i], 0));
                }
                else
                {
                    order.Add(top.Node);
                }
            }
        }
        return order;
    }
}
