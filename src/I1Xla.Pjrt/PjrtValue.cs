using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>A named value's value: a string, an integer, a list of integers, a float or a boolean (<c>PJRT_NamedValue</c>).</summary>
public readonly struct PjrtValue : IEquatable<PjrtValue>
{
    private readonly object? boxed;

    private PjrtValue(PjrtNamedValueType type, object boxed)
    {
        Type = type;
        this.boxed = boxed;
    }

    /// <summary>Which of the five it is.</summary>
    public PjrtNamedValueType Type { get; }

    /// <summary>The string.</summary>
    public string AsString => Get<string>(PjrtNamedValueType.String);

    /// <summary>The integer.</summary>
    public long AsInt64 => Get<long>(PjrtNamedValueType.Int64);

    /// <summary>The integers.</summary>
    public IReadOnlyList<long> AsInt64List => Get<long[]>(PjrtNamedValueType.Int64List);

    /// <summary>The float.</summary>
    public float AsFloat => Get<float>(PjrtNamedValueType.Float);

    /// <summary>The boolean.</summary>
    public bool AsBool => Get<bool>(PjrtNamedValueType.Bool);

    /// <summary>A string value.</summary>
    public static implicit operator PjrtValue(string value) => new(PjrtNamedValueType.String, value);

    /// <summary>An integer value.</summary>
    public static implicit operator PjrtValue(long value) => new(PjrtNamedValueType.Int64, value);

    /// <summary>A list of integers.</summary>
    public static implicit operator PjrtValue(long[] value) => new(PjrtNamedValueType.Int64List, value);

    /// <summary>A float value.</summary>
    public static implicit operator PjrtValue(float value) => new(PjrtNamedValueType.Float, value);

    /// <summary>A boolean value.</summary>
    public static implicit operator PjrtValue(bool value) => new(PjrtNamedValueType.Bool, value);

    /// <summary>Whether both have the same type and value.</summary>
    public static bool operator ==(PjrtValue left, PjrtValue right) => left.Equals(right);

    /// <summary>Whether type or value differ.</summary>
    public static bool operator !=(PjrtValue left, PjrtValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PjrtValue other) => Type == other.Type &&
        (Type == PjrtNamedValueType.Int64List ? AsInt64List.SequenceEqual(other.AsInt64List) : Equals(boxed, other.boxed));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PjrtValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Type == PjrtNamedValueType.Int64List ? AsInt64List.Count : HashCode.Combine(Type, boxed);

    /// <summary>The value as text, such as <c>8</c>, <c>true</c> or <c>[2,2]</c>.</summary>
    public override string ToString() => Type switch
    {
        PjrtNamedValueType.Int64List => "[" + string.Join(',', AsInt64List) + "]",
        PjrtNamedValueType.Bool => AsBool ? "true" : "false",
        _ => Convert.ToString(boxed, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Reads an array of named values that the plugin owns.</summary>
    internal static unsafe IReadOnlyDictionary<string, PjrtValue> Read(PJRT_NamedValue* values, nuint count)
    {
        var result = new Dictionary<string, PjrtValue>();
        byte* at = (byte*)values;
        for (nuint i = 0; i < count; i++)
        {
            var value = (PJRT_NamedValue*)at;
            result[PjrtApi.Text(value->Name, value->NameSize)] = value->Type switch
            {
                PjrtNamedValueType.String => PjrtApi.Text(value->Value.StringValue, value->ValueSize),
                PjrtNamedValueType.Int64 => value->Value.Int64Value,
                PjrtNamedValueType.Int64List => new ReadOnlySpan<long>(value->Value.Int64ArrayValue, checked((int)value->ValueSize)).ToArray(),
                PjrtNamedValueType.Float => value->Value.FloatValue,
                PjrtNamedValueType.Bool => value->Value.BoolValue,
                _ => throw new InvalidOperationException($"A named value of the unknown type {value->Type}."),
            };
            at += sizeof(PJRT_NamedValue);
        }
        return result;
    }

    private T Get<T>(PjrtNamedValueType type) => Type == type && boxed is T value
        ? value
        : throw new InvalidOperationException($"This value is a {Type} ({this}), not a {type}.");

    /// <summary>Named values laid out in native memory for the duration of a call.</summary>
    internal sealed unsafe class NativeList : IDisposable
    {
        private readonly List<nint> blocks = [];

        public NativeList(PjrtApi api, IReadOnlyDictionary<string, PjrtValue>? values)
        {
            if (values is null || values.Count == 0)
            {
                return;
            }
            Count = (nuint)values.Count;
            First = (PJRT_NamedValue*)Allocate(values.Count * sizeof(PJRT_NamedValue));
            PJRT_NamedValue* at = First;
            foreach ((string name, PjrtValue value) in values)
            {
                *at = api.Sized<PJRT_NamedValue>();
                at->Name = Utf8(name, out at->NameSize);
                at->Type = value.Type;
                at->ValueSize = 1;
                switch (value.Type)
                {
                    case PjrtNamedValueType.String:
                        at->Value.StringValue = Utf8(value.AsString, out at->ValueSize);
                        break;
                    case PjrtNamedValueType.Int64:
                        at->Value.Int64Value = value.AsInt64;
                        break;
                    case PjrtNamedValueType.Int64List:
                        IReadOnlyList<long> list = value.AsInt64List;
                        at->Value.Int64ArrayValue = (long*)Allocate(Math.Max(1, list.Count) * sizeof(long));
                        for (int i = 0; i < list.Count; i++)
                        {
                            at->Value.Int64ArrayValue[i] = list[i];
                        }
                        at->ValueSize = (nuint)list.Count;
                        break;
                    case PjrtNamedValueType.Float:
                        at->Value.FloatValue = value.AsFloat;
                        break;
                    default:
                        at->Value.BoolValue = value.AsBool;
                        break;
                }
                at++;
            }
        }

        public PJRT_NamedValue* First { get; }

        public nuint Count { get; }

        public void Dispose()
        {
            foreach (nint block in blocks)
            {
                NativeMemory.Free((void*)block);
            }
            blocks.Clear();
        }

        private void* Allocate(int bytes)
        {
            void* block = NativeMemory.AllocZeroed((nuint)bytes);
            blocks.Add((nint)block);
            return block;
        }

        private byte* Utf8(string text, out nuint size)
        {
            int bytes = Encoding.UTF8.GetByteCount(text);
            var pointer = (byte*)Allocate(bytes + 1);
            Encoding.UTF8.GetBytes(text, new Span<byte>(pointer, bytes));
            size = (nuint)bytes;
            return pointer;
        }
    }
}
