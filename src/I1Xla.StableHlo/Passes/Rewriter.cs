using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>
/// One walk over a module in program order that replaces operations as it goes: each operation sees operands that are already
/// rewritten. Linear in the size of the module and of what is put in.
/// </summary>
internal sealed class Rewriter(Func<Operation, Rewriter, IReadOnlyList<Value>?> rewrite)
{
    private readonly Dictionary<Value, Value> _replaced = [];
    private OperationList _output = [];

    /// <summary>Whether anything was replaced.</summary>
    public bool Changed { get; private set; }

    /// <summary>Rewrites everything inside an operation.</summary>
    public void Run(Operation root)
    {
        foreach (Region region in root.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                Run(block);
            }
        }
    }

    /// <summary>The value that stands for another now.</summary>
    public Value Now(Value value)
    {
        while (_replaced.TryGetValue(value, out Value? next))
        {
            value = next;
        }
        return value;
    }

    /// <summary>Puts an operation before the one being rewritten.</summary>
    public Operation Insert(Operation op)
    {
        _output.Add(op);
        return op;
    }

    private void Run(Block block)
    {
        OperationList before = _output;
        _output = new OperationList();
        foreach (Operation op in block.Operations)
        {
            for (int i = 0; i < op.Operands.Length; i++)
            {
                Value now = Now(op.Operands[i]);
                if (!ReferenceEquals(now, op.Operands[i]))
                {
                    op.SetOperand(i, now);
                }
            }
            Run(op);
            if (rewrite(op, this) is not { } values)
            {
                _output.Add(op);
                continue;
            }
            Changed = true;
            for (int i = 0; i < values.Count; i++)
            {
                // An operation may go whose results stay in use for now, as when one that follows takes them in.
                if (!ReferenceEquals(op.Results[i], values[i]))
                {
                    _replaced[op.Results[i]] = values[i];
                }
            }
        }
        block.Replace(_output);
        _output = before;
    }
}
