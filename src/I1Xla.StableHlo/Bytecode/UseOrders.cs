namespace I1Xla.StableHlo.Bytecode;

/// <summary>
/// How the uses of values are linked in the reference, where it is not the way in which a reader links them. A module that was read
/// has what was read; otherwise operations of an older form are made after the others, which puts their uses first, and the uses of
/// their results are linked the other way around.
/// </summary>
internal sealed class UseOrders
{
    private readonly OperationTable _module;
    private readonly UseLists? _read;
    private readonly Dictionary<int, List<(int User, int Operand)>> _uses = [];

    public UseOrders(OperationTable module, UseLists? read)
    {
        _module = module;
        _read = read;
        Any = read is null ? AnyDowngraded(module) : !read.IsEmpty;
        for (int place = 0; Any && place < module.OpCount; place++)
        {
            ref OpRecord op = ref module.Op(place);
            for (int i = 0; i < op.Operands; i++)
            {
                int value = module.Operands(op)[i];
                if (!_uses.TryGetValue(value, out List<(int, int)>? uses))
                {
                    _uses.Add(value, uses = []);
                }
                uses.Add((place, i));
            }
        }
    }

    /// <summary>Whether there are any.</summary>
    public bool Any { get; }

    /// <summary>For each use of a value, last first, its place in the list; null when they are linked as a reader links them.</summary>
    /// <param name="value">The value.</param>
    /// <param name="index">Its place among the operation's results or the block's arguments.</param>
    /// <param name="maker">The operation whose result it is; -1 for an argument.</param>
    public UseListOrder? Of(int value, int index, int maker)
    {
        if (!_uses.TryGetValue(value, out List<(int User, int Operand)>? uses) || uses.Count < 2)
        {
            return null;
        }
        if (_read is not null)
        {
            return _read.Find(_module.ValueObject(value), uses.Count);
        }
        bool reversed = maker >= 0 && IsDowngraded(maker);
        if (!reversed && uses.TrueForAll(u => !IsDowngraded(u.User)))
        {
            return null;
        }
        List<(int User, int Operand)> linked = [.. uses.Where(u => IsDowngraded(u.User)).Reverse(), .. uses.Where(u => !IsDowngraded(u.User)).Reverse()];
        if (reversed)
        {
            linked.Reverse();
        }
        int[] order = [.. Enumerable.Range(0, linked.Count).OrderByDescending(i => linked[i].User).ThenByDescending(i => linked[i].Operand)];
        return UseListOrder.Of(index, order);
    }

    private bool IsDowngraded(int op) => _module.Forms[_module.Op(op).Form].IsDowngraded;

    private static bool AnyDowngraded(OperationTable module)
    {
        for (int form = 0; form < module.Forms.Count; form++)
        {
            if (module.Forms[form].IsDowngraded)
            {
                return true;
            }
        }
        return false;
    }
}
