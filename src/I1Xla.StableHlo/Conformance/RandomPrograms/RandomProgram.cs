using System.Globalization;
using System.Text;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

/// <summary>
/// A random StableHLO program, valid by construction, with arguments: operations, shapes (scalars and empty tensors among them), element types,
/// views, contractions, windows, gathers and scatters, sorts, control flow and calls. Of each float value it is known whether every backend must give
/// the same elements (small multiples of a power of two); where rounding may differ, nothing that would make much of a small difference
/// (a comparison, a conversion to integers, a sort) is done with it.
/// </summary>
/// <remarks>StableHLO specification, section <c>Ops</c>: programs keep its constraints and use only what it defines.</remarks>
public sealed partial class RandomProgram
{
    private readonly System.Random _random;
    private readonly RandomShapes _shapes;
    private readonly List<Literal> _arguments = [];
    private readonly List<RandomValue> _parameters = [];
    private readonly List<string> _functions = [];
    private StringBuilder _text = new();
    private List<RandomValue> _values = [];
    private int _next;
    private int _depth;

    // Whether some numbers of 16 bits stand in order: their sums are far from zero on the way, and the interpreter rounds at every step.
    private bool _sorted;

    private RandomProgram(int seed, RandomShapes shapes)
    {
        _random = new System.Random(seed);
        _shapes = shapes;
        MaxElements = shapes switch { RandomShapes.Small => 4096, RandomShapes.Odd => 1 << 16, _ => 1 << 22 };
    }

    /// <summary>The module.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Arguments for <c>main</c>.</summary>
    public IReadOnlyList<Literal> Arguments => _arguments;

    /// <summary>For each result whether it must be equal to the last bit.</summary>
    public IReadOnlyList<bool> IsExact { get; private set; } = [];

    private long MaxElements { get; }

    /// <summary>Makes a program; the same seed gives the same one.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="shapes">How large its tensors are.</param>
    public static RandomProgram Create(int seed, RandomShapes shapes = RandomShapes.Small)
    {
        var program = new RandomProgram(seed, shapes);
        program.Build();
        return program;
    }

    private void Build()
    {
        int count = _random.Next(1, 5);
        long[] first = [];
        for (int i = 0; i < count; i++)
        {
            ElementKind kind = AnyKind();
            long[] dims = _shapes != RandomShapes.Small && i > 0 && Chance(2) ? first : Shape();
            _values.Add(Argument(kind, dims));
            first = i == 0 ? dims : first;
        }
        int operations = _shapes == RandomShapes.Large ? _random.Next(1, 7) : _random.Next(3, 22);
        for (int i = 0; i < operations; i++)
        {
            Operation();
        }
        List<RandomValue> results = [_values[^1]];
        while (results.Count < 5 && _random.Next(3) > 0)
        {
            results.Add(Pick());
        }
        results = [.. results.Distinct()];
        IsExact = [.. results.Select(r => r.IsExact)];
        var module = new StringBuilder("module {\n");
        module.Append(CultureInfo.InvariantCulture, $"  func.func public @main({string.Join(", ", _parameters.Select(p => $"{p.Name}: {p.Type}"))}) -> ({string.Join(", ", results.Select(r => r.Type))}) {{\n{_text}");
        module.Append(CultureInfo.InvariantCulture, $"    return {string.Join(", ", results.Select(r => r.Name))} : {string.Join(", ", results.Select(r => r.Type))}\n  }}\n");
        foreach (string function in _functions)
        {
            module.Append(function);
        }
        Text = module.Append("}\n").ToString();
    }

    private RandomValue Argument(ElementKind kind, long[] dims)
    {
        (Literal literal, double bound, double grain) = Data(kind, dims);
        var value = new RandomValue($"%arg{_arguments.Count}", kind, dims, bound, grain);
        _arguments.Add(literal);
        _parameters.Add(value);
        return value;
    }

    private void Operation()
    {
        if (_shapes != RandomShapes.Small && Chance(5))
        {
            OddOperation();
            return;
        }
        switch (_random.Next(20))
        {
            case 0 or 1 or 2: Unary(); break;
            case 3 or 4 or 5: Binary(); break;
            case 6: Choice(); break;
            case 7 or 8: Conversion(); break;
            case 9 or 10 or 11: View(); break;
            case 12: Dynamic(); break;
            case 13 or 14: Reduction(); break;
            case 15: Contraction(); break;
            case 16: Window(); break;
            case 17: Indexed(); break;
            case 18: Sorted(); break;
            default: Control(); break;
        }
    }

    // Values and names.

    private RandomValue Pick() => _values[Math.Max(_random.Next(_values.Count), _random.Next(_values.Count))];

    private RandomValue? Pick(Func<RandomValue, bool> condition)
    {
        RandomValue[] fitting = [.. _values.Where(condition)];
        return fitting.Length == 0 ? null : fitting[Math.Max(_random.Next(fitting.Length), _random.Next(fitting.Length))];
    }

    private string Fresh() => $"%v{_next++}";

    /// <summary>Writes an operation whose result later operations may use; what is too big for its type is clamped first.</summary>
    private RandomValue Add(ElementKind kind, long[] dims, string code, double bound = 0, double grain = 0)
    {
        RandomValue value = Helper(kind, dims, code, bound, grain);
        double most = kind switch { ElementKind.F16 or ElementKind.BF16 => 256, ElementKind.F8E4M3FN or ElementKind.F8E5M2 => 16, _ => 65536 };
        if (kind.IsFloat() && value.Bound > most)
        {
            value = Clamped(value, 16);
        }
        else if (kind.IsComplex() && value.Bound > most)
        {
            value = Helper(kind, dims, $"stablehlo.multiply {value.Name}, {Splat(kind, dims, Number(1 / value.Bound))} : {value.Type}", 1, 0);
        }
        _values.Add(value);
        return value;
    }

    /// <summary>Writes an operation whose result later operations do not pick.</summary>
    private RandomValue Helper(ElementKind kind, long[] dims, string code, double bound = 0, double grain = 0)
    {
        string name = Fresh();
        _text.Append(CultureInfo.InvariantCulture, $"    {name} = {code}\n");
        return new RandomValue(name, kind, dims, bound, grain);
    }

    private RandomValue Clamped(RandomValue x, double most)
    {
        if (x.Bound <= most)
        {
            return x;
        }
        string type = RandomValue.TypeText(x.Kind), low = Scalar(x.Kind, Number(-most)), high = Scalar(x.Kind, Number(most));
        // What was rounded before stays a matter of the backend.
        return Helper(x.Kind, x.Dims, $"stablehlo.clamp {low}, {x.Name}, {high} : ({type}, {x.Type}, {type}) -> {x.Type}", most, x.IsExact ? x.Grain : 0);
    }

    private string Scalar(ElementKind kind, string value) => Splat(kind, [], value);

    private string Splat(ElementKind kind, long[] dims, string value) =>
        Helper(kind, dims, $"stablehlo.constant dense<{(kind.IsComplex() ? $"({value}, 0.0)" : value)}> : {RandomValue.TypeText(kind, dims)}").Name;

    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text : text.Contains('E', StringComparison.Ordinal) ? text.Replace("E", ".0E", StringComparison.Ordinal) : text + ".0";
    }

    private static string List(IEnumerable<long> values) => "[" + string.Join(", ", values) + "]";

    private static string List(IEnumerable<int> values) => "[" + string.Join(", ", values) + "]";

    // Types and data.

    private ElementKind AnyKind() => _random.Next(10) switch
    {
        < 4 => ElementKind.F32,
        4 => OneOf(ElementKind.F64, ElementKind.F16),
        5 => ElementKind.BF16,
        6 => OneOf(ElementKind.I32, ElementKind.I64),
        7 => OneOf(ElementKind.UI32, ElementKind.UI64, ElementKind.I8, ElementKind.UI8, ElementKind.I16, ElementKind.UI16, ElementKind.I4, ElementKind.UI4),
        8 => ElementKind.I1,
        _ => OneOf(ElementKind.Complex64, ElementKind.Complex128, ElementKind.F32),
    };

    private long[] Shape()
    {
        if (_shapes != RandomShapes.Small)
        {
            return OddShape();
        }
        long[] sizes = [1, 2, 3, 4, 5, 7, 8, 16, 17, 33];
        long[] dims = [.. Enumerable.Range(0, _random.Next(0, 5)).Select(_ => sizes[_random.Next(sizes.Length)])];
        if (dims.Length > 0 && _random.Next(40) == 0)
        {
            dims[_random.Next(dims.Length)] = 0;
        }
        while (dims.Aggregate(1L, (a, b) => a * b) > MaxElements)
        {
            dims = dims[1..];
        }
        return dims;
    }

    private (Literal Literal, double Bound, double Grain) Data(ElementKind kind, long[] dims)
    {
        var type = new TensorType(kind, new Shape((long[])dims.Clone()));
        var literal = new Literal(type);
        Span<byte> bytes = literal.Data.Span;
        int size = kind.StorageBytes();
        bool wide = _random.Next(3) == 0;
        for (int i = 0; i < bytes.Length / Math.Max(1, size); i++)
        {
            Span<byte> at = bytes.Slice(i * size, size);
            double half = _random.Next(-16, 17) / 2.0;
            switch (kind)
            {
                case ElementKind.I1: at[0] = (byte)_random.Next(2); break;
                case ElementKind.F32: BitConverter.TryWriteBytes(at, (float)half); break;
                case ElementKind.F64: BitConverter.TryWriteBytes(at, half); break;
                case ElementKind.F16: BitConverter.TryWriteBytes(at, (Half)half); break;
                case ElementKind.BF16: BitConverter.TryWriteBytes(at, (ushort)(BitConverter.SingleToUInt32Bits((float)half) >> 16)); break;
                case ElementKind.Complex64:
                    BitConverter.TryWriteBytes(at, (float)half);
                    BitConverter.TryWriteBytes(at[4..], _random.Next(-8, 9) / 2f);
                    break;
                case ElementKind.Complex128:
                    BitConverter.TryWriteBytes(at, half);
                    BitConverter.TryWriteBytes(at[8..], _random.Next(-8, 9) / 2.0);
                    break;
                case ElementKind.I4: at[0] = (byte)(sbyte)_random.Next(-8, 8); break;
                case ElementKind.UI4: at[0] = (byte)_random.Next(16); break;
                default:
                    long whole = wide ? _random.NextInt64(long.MinValue, long.MaxValue) : _random.Next(kind.IsUnsignedInteger() ? 0 : -9, 10);
                    BitConverter.GetBytes(whole).AsSpan(0, size).CopyTo(at);
                    break;
            }
        }
        return (literal, kind.IsComplex() ? 12 : 8, 0.5);
    }

    private T OneOf<T>(params T[] values) => values[_random.Next(values.Length)];

    private bool Chance(int of) => _random.Next(of) == 0;

    /// <summary>Another value of a kind and shape: one that exists, an iota, a broadcast, or a constant.</summary>
    private RandomValue Like(ElementKind kind, long[] dims)
    {
        if (!Chance(4) && Pick(v => v.Kind == kind && v.Dims.AsSpan().SequenceEqual(dims)) is { } known)
        {
            return known;
        }
        if (_shapes != RandomShapes.Small && _depth == 0 && _arguments.Count < 8 && Chance(2))
        {
            return Argument(kind, dims);
        }
        string type = RandomValue.TypeText(kind, dims);
        if (dims.Length > 0 && kind is not (ElementKind.I1 or ElementKind.I4 or ElementKind.UI4) && !kind.IsComplex() && Chance(2))
        {
            int dim = _random.Next(dims.Length);
            return Helper(kind, dims, $"stablehlo.iota dim = {dim} : {type}", Math.Max(1, dims[dim]), 1);
        }
        int number = _random.Next(1, 5);
        string value = kind == ElementKind.I1 ? (Chance(2) ? "true" : "false") : kind.IsFloat() ? Number(number / 2.0) : kind.IsComplex() ? $"({Number(number / 2.0)}, {Number(-number)})" : number.ToString(CultureInfo.InvariantCulture);
        string scalar = RandomValue.TypeText(kind);
        RandomValue constant = Helper(kind, [], $"stablehlo.constant dense<{value}> : {scalar}");
        return Helper(kind, dims, $"stablehlo.broadcast_in_dim {constant.Name}, dims = [] : ({scalar}) -> {type}", 5, 0.5);
    }
}
