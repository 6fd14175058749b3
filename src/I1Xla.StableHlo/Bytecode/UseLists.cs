using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>
/// How a file says that the uses of a value are linked in C++ (MLIR bytecode, "Use-list orders"): all places in order, or pairs
/// of a place and where it stands. The IR here has no such lists; what was read is kept so that it can be written again.
/// </summary>
/// <param name="Value">Which of the operation's results or the block's arguments.</param>
/// <param name="IsPairs">Whether the numbers are pairs.</param>
/// <param name="Numbers">The numbers as the file has them.</param>
internal sealed record UseListOrder(int Value, bool IsPairs, int[] Numbers)
{
    /// <summary>Reads those of some values.</summary>
    public static List<UseListOrder> Read(ref BytecodeCursor cursor, int values)
    {
        int lists = values == 1 ? 1 : cursor.Count("use lists");
        var orders = new List<UseListOrder>(lists);
        for (int i = 0; i < lists; i++)
        {
            int value = values == 1 ? 0 : cursor.Index(values, "value with a use list");
            ulong count = cursor.VarIntWithFlag(out bool pairs);
            if (count > (ulong)cursor.Remaining)
            {
                throw cursor.Error("a use list is longer than the file");
            }
            int[] numbers = new int[count];
            for (int k = 0; k < numbers.Length; k++)
            {
                numbers[k] = cursor.Index(int.MaxValue, "use");
            }
            orders.Add(new UseListOrder(value, pairs, numbers));
        }
        return orders;
    }

    /// <summary>Makes one from the place of each use; null when all are where a reader puts them anyway.</summary>
    public static UseListOrder? Of(int value, int[] order)
    {
        int moved = order.Where((place, i) => place != i).Count();
        if (moved == 0)
        {
            return null;
        }
        return moved >= order.Length / 2 ? new UseListOrder(value, false, order)
            : new UseListOrder(value, true, [.. order.Select((place, i) => (place, i)).Where(p => p.place != p.i).SelectMany(p => new[] { p.place, p.i })]);
    }

    /// <summary>Whether it can be that of a value with so many uses.</summary>
    public bool Fits(int uses) => Numbers.All(n => n < uses) && (IsPairs ? Numbers.Length % 2 == 0 : Numbers.Length == uses);
}

/// <summary>The use lists of a module that was read, for the version it was written for.</summary>
internal sealed class UseLists
{
    private static readonly ConditionalWeakTable<Operation, UseLists> s_read = [];
    private readonly Dictionary<Value, UseListOrder> _orders = new(ReferenceEqualityComparer.Instance);
    private StableHloVersion _version;

    /// <summary>Those of a module for a version; null where the module does not come from an artifact of that version.</summary>
    public static UseLists? Of(Operation module, StableHloVersion version) =>
        s_read.TryGetValue(module, out UseLists? read) && read._version == version ? read : null;

    /// <summary>Notes orders of results of an operation or of arguments of a block.</summary>
    public void Add<T>(ReadOnlySpan<T> values, List<UseListOrder> orders) where T : Value
    {
        foreach (UseListOrder order in orders)
        {
            _orders[values[order.Value]] = order;
        }
    }

    /// <summary>Makes these the lists of a module.</summary>
    public void Attach(Operation module, StableHloVersion version)
    {
        _version = version;
        s_read.AddOrUpdate(module, this);
    }

    /// <summary>The order of a value's uses as it was read; null when there is none, or the value has another number of uses now.</summary>
    public UseListOrder? Find(Value value, int uses) => _orders.TryGetValue(value, out UseListOrder? order) && order.Fits(uses) ? order : null;

    /// <summary>Whether there are any.</summary>
    public bool IsEmpty => _orders.Count == 0;
}
