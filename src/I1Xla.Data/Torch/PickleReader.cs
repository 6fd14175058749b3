using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace I1Xla.Data.Torch;

/// <summary>A dictionary as Python pickles it: pairs in their order, found by text key.</summary>
public sealed class PickleDict
{
    private readonly Dictionary<object, int> index = [];
    private readonly List<KeyValuePair<object, object?>> items = [];

    /// <summary>The pairs, in order.</summary>
    public IReadOnlyList<KeyValuePair<object, object?>> Items => items;

    /// <summary>Number of pairs.</summary>
    public int Count => items.Count;

    /// <summary>The value of a text key; null when it is absent or None.</summary>
    public object? this[string key] => index.TryGetValue(key, out int at) ? items[at].Value : null;

    /// <summary>Whether there is a key.</summary>
    public bool Contains(string key) => index.ContainsKey(key);

    /// <summary>Sets a pair; a key that is there keeps its place.</summary>
    public void Set(object key, object? value)
    {
        if (index.TryGetValue(key, out int at))
        {
            items[at] = new(key, value);
            return;
        }
        index[key] = items.Count;
        items.Add(new(key, value));
    }
}

/// <summary>Something that a pickle may call: what a class or function of the allow-list does here.</summary>
/// <param name="Name">Its Python name, for errors.</param>
/// <param name="Call">What a call gives for its arguments.</param>
internal sealed record PickleCallable(string Name, Func<object?[], object?> Call);

/// <summary>A pickle names a class or function that is not on the allow-list, or an instruction that would run one.</summary>
internal sealed class PickleRefusedException(string what, long offset) : Exception($"{what} at byte {offset}")
{
    /// <summary>What it names.</summary>
    public string What { get; } = what;

    /// <summary>Where in the pickle.</summary>
    public long Offset { get; } = offset;
}

/// <summary>
/// Reads Python pickles of protocols 2 to 5 without running anything: plain values are built here, and classes and functions
/// come only from the caller's allow-list. Values are null, bool, long, BigInteger, double, string, byte[],
/// List&lt;object?&gt;, object?[] (tuple), <see cref="PickleDict"/>, and what the allow-list makes. Opcodes are those of
/// Python's <c>pickletools</c>.
/// </summary>
internal sealed class PickleReader
{
    private static readonly object s_mark = new();
    private readonly ReadOnlyMemory<byte> data;
    private readonly Func<string, string, object?> findGlobal;
    private readonly Func<object?, object?> findPersistent;
    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private int at;

    private PickleReader(ReadOnlyMemory<byte> data, Func<string, string, object?> findGlobal, Func<object?, object?> findPersistent) =>
        (this.data, this.findGlobal, this.findPersistent) = (data, findGlobal, findPersistent);

    /// <summary>Reads one pickle.</summary>
    /// <param name="data">Its bytes.</param>
    /// <param name="findGlobal">The value of module and name; null refuses it.</param>
    /// <param name="findPersistent">The value of a persistent id.</param>
    /// <exception cref="PickleRefusedException">It names something that is not allowed.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static object? Read(ReadOnlyMemory<byte> data, Func<string, string, object?> findGlobal, Func<object?, object?> findPersistent) =>
        new PickleReader(data, findGlobal, findPersistent).Run();

    private object? Run()
    {
        while (true)
        {
            int start = at;
            byte op = Take(1)[0];
            switch (op)
            {
                case 0x80: // PROTO
                    byte protocol = Take(1)[0];
                    if (protocol is < 2 or > 5)
                    {
                        throw new FormatException($"it is a pickle of protocol {protocol}; protocols 2 to 5 can be read");
                    }
                    break;
                case 0x95: Take(8); break; // FRAME
                case (byte)'.': return Pop();
                case (byte)'(': stack.Add(s_mark); break;
                case (byte)'0': Pop(); break;
                case (byte)'1': PopToMark(); break;
                case (byte)'2': stack.Add(Peek()); break;
                case (byte)'N': stack.Add(null); break;
                case 0x88: stack.Add(true); break;
                case 0x89: stack.Add(false); break;
                case (byte)'K': stack.Add((long)Take(1)[0]); break;
                case (byte)'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case (byte)'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 0x8a: stack.Add(Integer(Take(Take(1)[0]))); break; // LONG1
                case 0x8b: stack.Add(Integer(Take(Length4()))); break; // LONG4
                case (byte)'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case (byte)'X': stack.Add(Utf8(Take(Length4()))); break;
                case 0x8c: stack.Add(Utf8(Take(Take(1)[0]))); break; // SHORT_BINUNICODE
                case 0x8d: stack.Add(Utf8(Take(Length8()))); break; // BINUNICODE8
                case (byte)'U': stack.Add(Encoding.Latin1.GetString(Take(Take(1)[0]))); break;
                case (byte)'T': stack.Add(Encoding.Latin1.GetString(Take(Length4()))); break;
                case (byte)'C': stack.Add(Take(Take(1)[0]).ToArray()); break;
                case (byte)'B': stack.Add(Take(Length4()).ToArray()); break;
                case 0x8e: stack.Add(Take(Length8()).ToArray()); break; // BINBYTES8
                case (byte)']': stack.Add(new List<object?>()); break;
                case (byte)'}': stack.Add(new PickleDict()); break;
                case (byte)')': stack.Add(Array.Empty<object?>()); break;
                case (byte)'l': stack.Add(PopToMark().ToList()); break;
                case (byte)'t': stack.Add(PopToMark()); break;
                case (byte)'d': stack.Add(Fill(new PickleDict(), PopToMark())); break;
                case 0x85: stack.Add(PopMany(1)); break; // TUPLE1
                case 0x86: stack.Add(PopMany(2)); break;
                case 0x87: stack.Add(PopMany(3)); break;
                case (byte)'a': Append(PopMany(1)); break;
                case (byte)'e': Append(PopToMark()); break;
                case (byte)'s': Fill(null, PopMany(2)); break;
                case (byte)'u': Fill(null, PopToMark()); break;
                case (byte)'q': memo[Take(1)[0]] = Peek(); break;
                case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
                case 0x94: memo[memo.Count] = Peek(); break; // MEMOIZE
                case (byte)'h': stack.Add(Recall(Take(1)[0])); break;
                case (byte)'j': stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
                case (byte)'c': stack.Add(Global(Line(), Line(), start)); break;
                case 0x93: // STACK_GLOBAL
                    object?[] names = PopMany(2);
                    stack.Add(names is [string module, string name] ? Global(module, name, start) : throw Damaged("a global without a name", start));
                    break;
                case (byte)'R': // REDUCE
                case 0x81: // NEWOBJ
                    object?[] call = PopMany(2);
                    stack.Add(call is [PickleCallable callable, object?[] arguments] ? callable.Call(arguments)
                        : throw new PickleRefusedException($"a call of {Describe(call[0])}", start));
                    break;
                case (byte)'b': // BUILD
                    object? state = Pop();
                    if (Peek() is not PickleDict || state is not PickleDict)
                    {
                        throw new PickleRefusedException($"the state of {Describe(Peek())}", start);
                    }
                    break;
                case (byte)'Q': stack.Add(findPersistent(Pop())); break;
                default:
                    throw op is (byte)'i' or (byte)'o' or (byte)'P' or 0x82 or 0x83 or 0x84 or 0x92
                        ? new PickleRefusedException($"an instruction that makes objects of any class (opcode 0x{op:x2})", start)
                        : Damaged($"an unknown instruction (0x{op:x2})", start);
            }
        }
    }

    private object? Global(string module, string name, int start) =>
        findGlobal(module, name) ?? throw new PickleRefusedException($"{module}.{name}", start);

    private static string Describe(object? value) => value switch
    {
        PickleCallable c => c.Name,
        null => "None",
        _ => "a " + value.GetType().Name,
    };

    private static FormatException Damaged(string what, long offset) => new(string.Create(CultureInfo.InvariantCulture, $"its pickle has {what} at byte {offset}"));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > data.Length - at)
        {
            throw new FormatException($"its pickle ends early, at byte {data.Length}");
        }
        ReadOnlySpan<byte> span = data.Span.Slice(at, count);
        at += count;
        return span;
    }

    private int Length4()
    {
        uint n = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return n <= int.MaxValue ? (int)n : throw Damaged("a length out of range", at);
    }

    private int Length8()
    {
        ulong n = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return n <= int.MaxValue ? (int)n : throw Damaged("a length out of range", at);
    }

    private string Line()
    {
        int end = data.Span[at..].IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new FormatException($"its pickle ends early, at byte {data.Length}");
        }
        string text = Utf8(Take(end));
        Take(1);
        return text;
    }

    private static string Utf8(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static object Integer(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private object? Recall(long key) => memo.TryGetValue(key, out object? value) ? value : throw Damaged($"a reference to memo {key}, which is empty,", at);

    private object? Peek() => stack.Count > 0 && stack[^1] != s_mark ? stack[^1] : throw Damaged("too few values", at);

    private object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopMany(int count)
    {
        var values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }
        return values;
    }

    private object?[] PopToMark()
    {
        int mark = stack.LastIndexOf(s_mark);
        if (mark < 0)
        {
            throw Damaged("no mark", at);
        }
        object?[] values = [.. stack[(mark + 1)..]];
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }

    private void Append(object?[] values)
    {
        if (Peek() is not List<object?> list)
        {
            throw Damaged("an append to what is no list", at);
        }
        list.AddRange(values);
    }

    // Into a dictionary of its own, or into the one on top of the stack.
    private PickleDict Fill(PickleDict? own, object?[] pairs)
    {
        PickleDict dict = own ?? Peek() as PickleDict ?? throw Damaged("a pair for what is no dictionary", at);
        if (pairs.Length % 2 != 0)
        {
            throw Damaged("a key without a value", at);
        }
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] is not (string or long or bool or double))
            {
                throw Damaged($"a dictionary key that is neither text nor number ({Describe(pairs[i])})", at);
            }
            dict.Set(pairs[i]!, pairs[i + 1]);
        }
        return dict;
    }
}
