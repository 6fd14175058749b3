namespace I1Xla.StableHlo.Bytecode;

/// <summary>
/// Numbers everything a file refers to, as MLIR's writer does it (IRNumbering): in the order of a walk, then by how often each
/// is used, then grouped by dialect within what numbers of the same length can tell apart.
/// </summary>
internal sealed class IrNumbering : IDisposable
{
    private readonly OperationTable _module;
    private readonly NodeTable _nodes;
    private readonly List<int> _dialects = [];
    private readonly List<int> _dialectNumbers = [];
    private PooledList<int> _attributes = new();
    private PooledList<int> _types = new();
    private PooledList<int> _names = new();
    private int _nextValue;

    public IrNumbering(OperationTable module, NodeTable nodes)
    {
        _module = module;
        _nodes = nodes;
        NumberedName[] names = module.Forms.Names;
        Operation(0);
        var pending = new Stack<(int Region, int First)>();
        Postpone(pending, 0);
        while (pending.TryPop(out (int Region, int First) next))
        {
            _nextValue = next.First;
            Region(next.Region, pending);
        }
        Order(_attributes.Span, node => nodes.Info(node).References, node => _dialectNumbers[nodes.Info(node).Dialect]);
        Order(_types.Span, node => nodes.Info(node).References, node => _dialectNumbers[nodes.Info(node).Dialect]);
        Order(_names.Span, name => names[name].References, name => _dialectNumbers[names[name].Dialect]);
        for (int i = 0; i < _attributes.Count; i++)
        {
            nodes.Info(_attributes[i]).Number = i;
        }
        for (int i = 0; i < _types.Count; i++)
        {
            nodes.Info(_types[i]).Number = i;
        }
        for (int i = 0; i < _names.Count; i++)
        {
            names[_names[i]].Number = i;
        }
    }

    /// <summary>The dialects of the file in order, as the table of nodes has them.</summary>
    public IReadOnlyList<int> Dialects => _dialects;

    /// <summary>The nodes that are attributes, in order.</summary>
    public ReadOnlySpan<int> Attributes => _attributes.Span;

    /// <summary>The nodes that are types, in order.</summary>
    public ReadOnlySpan<int> Types => _types.Span;

    /// <summary>The names of operations, in order.</summary>
    public ReadOnlySpan<int> Names => _names.Span;

    /// <summary>The number of a dialect in the file.</summary>
    public int DialectNumber(int dialect) => _dialectNumbers[dialect];

    /// <inheritdoc/>
    public void Dispose()
    {
        _attributes.Dispose();
        _types.Dispose();
        _names.Dispose();
    }

    /// <summary>The regions of an operation are numbered after what is beside it; values within them go on from those before, unless it is isolated.</summary>
    private void Postpone(Stack<(int Region, int First)> pending, int place)
    {
        ref OpRecord op = ref _module.Op(place);
        for (int i = 0; i < op.Regions; i++)
        {
            pending.Push((op.FirstRegion + i, op.IsIsolated ? 0 : _nextValue));
        }
    }

    private void Region(int place, Stack<(int Region, int First)> pending)
    {
        ref RegionRecord region = ref _module.Region(place);
        int first = _nextValue;
        for (int i = 0; i < region.Blocks; i++)
        {
            ref BlockRecord block = ref _module.Block(region.FirstBlock + i);
            for (int k = 0; k < block.Arguments; k++)
            {
                ref ValueRecord argument = ref _module.Value(block.FirstArgument + k);
                argument.Number = _nextValue++;
                Node(argument.Location.Index);
                Node(argument.Type.Index);
            }
            for (int k = 0, op = block.FirstOp; k < block.Ops; k++, op = _module.Op(op).End)
            {
                Operation(op);
            }
        }
        region.Values = _nextValue - first;
        for (int i = 0; i < region.Blocks; i++)
        {
            ref BlockRecord block = ref _module.Block(region.FirstBlock + i);
            for (int k = 0, op = block.FirstOp; k < block.Ops; k++, op = _module.Op(op).End)
            {
                Postpone(pending, op);
            }
        }
    }

    private void Operation(int place)
    {
        ref OpRecord op = ref _module.Op(place);
        OperationForm form = _module.Forms[op.Form];
        ref NumberedName name = ref _module.Forms.Names[form.Name];
        if (name.References++ == 0)
        {
            Dialect(name.Dialect);
            _names.Add(form.Name);
        }
        for (int i = 0; i < op.Results; i++)
        {
            ref ValueRecord result = ref _module.Value(op.FirstResult + i);
            result.Number = _nextValue++;
            Node(result.Type.Index);
        }
        if (form.Attributes is { } attributes)
        {
            Node(attributes.Index);
        }
        Parts(form.Properties);
        Node(op.Location.Index);
    }

    private void Node(int node)
    {
        ref NodeInfo info = ref _nodes.Info(node);
        if (info.References++ > 0)
        {
            return;
        }
        (info.IsType ? ref _types : ref _attributes).Add(node);
        Dialect(info.Dialect);
        Parts(_nodes.Tokens(node));
    }

    private void Parts(ReadOnlySpan<Token> tokens)
    {
        foreach (Token token in tokens)
        {
            if (token.IsNode)
            {
                Node((int)token.Value);
            }
        }
    }

    private void Dialect(int dialect)
    {
        while (_dialectNumbers.Count <= dialect)
        {
            _dialectNumbers.Add(-1);
        }
        if (_dialectNumbers[dialect] < 0)
        {
            _dialectNumbers[dialect] = _dialects.Count;
            _dialects.Add(dialect);
        }
    }

    /// <summary>Sorts what is in the order of a walk: the most used first, then by dialect in groups.</summary>
    private void Order(Span<int> items, Func<int, int> references, Func<int, int> dialect)
    {
        var part = new PooledList<int>();
        ByUse(items, references, ref part);
        int start = 0, firstDialect = 0;
        long group = 0;
        for (int i = 1; i < 9 && start < items.Length; i++)
        {
            // The subtraction is what MLIR does, though it makes groups other than one might expect.
            group = (1L << (7 * i)) - group;
            Span<int> grouped = items.Slice(start, (int)Math.Min(group, items.Length - start));
            ByDialect(grouped, dialect, firstDialect, ref part);
            firstDialect = dialect(grouped[^1]);
            start += grouped.Length;
        }
        part.Dispose();
    }

    /// <summary>Puts the most used first and keeps the order otherwise. Mostly things are used once, and only the others need sorting.</summary>
    private static void ByUse(Span<int> items, Func<int, int> references, ref PooledList<int> scratch)
    {
        var keys = new PooledList<ulong>();
        scratch.Truncate(0);
        for (int i = 0; i < items.Length; i++)
        {
            int uses = references(items[i]);
            if (uses > 1)
            {
                keys.Add(((ulong)(uint.MaxValue - (uint)uses) << 32) | (uint)i);
            }
            else
            {
                scratch.Add(items[i]);
            }
        }
        keys.Span.Sort();
        int once = scratch.Count;
        foreach (ulong key in keys.Span)
        {
            scratch.Add(items[(int)(uint)key]);
        }
        scratch.Span[once..].CopyTo(items);
        scratch.Span[..once].CopyTo(items[(scratch.Count - once)..]);
        keys.Dispose();
    }

    /// <summary>Groups items by the numbers of their dialects, one dialect before all others, and keeps the order otherwise.</summary>
    private void ByDialect(Span<int> items, Func<int, int> dialect, int first, ref PooledList<int> scratch)
    {
        scratch.Truncate(0);
        for (int rank = -1; rank < _dialects.Count; rank++)
        {
            int wanted = rank < 0 ? first : rank;
            if (rank == first)
            {
                continue;
            }
            foreach (int item in items)
            {
                if (dialect(item) == wanted)
                {
                    scratch.Add(item);
                }
            }
            if (scratch.Count == items.Length)
            {
                break;
            }
        }
        scratch.Span.CopyTo(items);
    }
}
