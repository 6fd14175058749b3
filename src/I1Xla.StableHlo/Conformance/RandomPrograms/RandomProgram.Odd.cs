using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

// Shapes and operations of RandomShapes.Odd and Large.
public sealed partial class RandomProgram
{
    // What the interpreter does in a moment: multiplications of products, combinations of windows.
    private long MostWork => MaxElements * 8;

    private static long MostSummed(ElementKind kind) => IsHalf(kind) ? 4096 : long.MaxValue;

    private static bool IsHalf(ElementKind kind) => kind is ElementKind.F16 or ElementKind.BF16;

    // A size near one: odd, prime, a power of two or one beside it, or whole cache lines.
    private long OddSize(long near)
    {
        long power = 1L << (int)Math.Log2(Math.Max(1, near)), size = _random.Next(8) switch
        {
            0 => power,
            1 => power + 1,
            2 => power - 1,
            3 => near / 64 * 64,
            4 => Prime(near),
            5 => near,
            _ => near | 1,
        };
        return Math.Clamp(size, 1, Math.Max(1, near));
    }

    private static long Prime(long most)
    {
        while (most > 2 && Enumerable.Range(2, (int)Math.Sqrt(most)).Any(d => d < most && most % d == 0))
        {
            most--;
        }
        return most;
    }

    // Short dimensions and one that takes what is left, in any order.
    private long[] OddShape()
    {
        double least = _shapes == RandomShapes.Large ? 20 : 6;
        long total = Chance(6) ? _random.NextInt64(1, 2048) : (long)Math.Pow(2, least + (_random.NextDouble() * (Math.Log2(MaxElements) - least)));
        var dims = new List<long>();
        int rank = _random.Next(1, 5);
        while (dims.Count < rank - 1)
        {
            dims.Add(OddSize(Math.Max(1, (long)Math.Pow(total, _random.NextDouble() / (rank - dims.Count) * 2))));
            total = Math.Max(1, total / dims[^1]);
        }
        dims.Insert(_random.Next(dims.Count + 1), OddSize(total));
        return [.. dims];
    }

    // Columns of the other operand of a product.
    private long OddColumns(long elements) => OddSize(Math.Max(1, Math.Min(_random.NextInt64(1, 300), MostWork / Math.Max(1, elements))));

    // Positions that repeat and do not ascend; a few lie outside.
    private RandomValue Scattered(RandomValue positions, long size)
    {
        RandomValue spread = Helper(ElementKind.I32, positions.Dims, $"stablehlo.multiply {positions.Name}, {Splat(ElementKind.I32, positions.Dims, OneOf("1", "7", "1031", "-517"))} : {positions.Type}");
        return Helper(ElementKind.I32, positions.Dims, $"stablehlo.remainder {spread.Name}, {Splat(ElementKind.I32, positions.Dims, (size + _random.Next(2)).ToString(System.Globalization.CultureInfo.InvariantCulture))} : {positions.Type}");
    }

    private void OddOperation()
    {
        switch (_random.Next(4))
        {
            case 0: Cumulative(); break;
            case 1: Images(); break;
            case 2: Stencil(); break;
            default: Chain(); break;
        }
    }

    // A window over all that stand before, or behind.
    private void Cumulative()
    {
        RandomValue? x = Pick(v => v.Dims.Length > 0 && v.Kind is ElementKind.F32 or ElementKind.F64 or ElementKind.BF16 or ElementKind.I32 or ElementKind.I64 or ElementKind.UI8);
        if (x is null)
        {
            return;
        }
        int axis = _random.Next(x.Dims.Length), rank = x.Dims.Length, n = _next++;
        long length = x.Dims[axis];
        if (x.Count * length > MostWork || length > MostSummed(x.Kind))
        {
            return;
        }
        string op = OneOf("add", "add", "maximum", "minimum"), scalar = RandomValue.TypeText(x.Kind);
        string pads = Chance(2) ? $"[{length - 1}, 0]" : $"[0, {length - 1}]";
        (double bound, double grain) = Combined(x, op, length);
        string window = string.Join(", ", x.Dims.Select((_, i) => i == axis ? length : 1)), ones = string.Join(", ", x.Dims.Select(_ => 1L));
        AddFolded(op, x.Kind, x.Dims, $$"""
            "stablehlo.reduce_window"({{x.Name}}, {{Identity(x.Kind, op)}}) <{padding = dense<[{{string.Join(", ", x.Dims.Select((_, i) => i == axis ? pads : "[0, 0]"))}}]> : tensor<{{rank}}x2xi64>, window_dimensions = array<i64: {{window}}>, window_strides = array<i64: {{ones}}>}> ({
                ^bb0(%a{{n}}: {{scalar}}, %b{{n}}: {{scalar}}):
                  %r{{n}} = stablehlo.{{op}} %a{{n}}, %b{{n}} : {{scalar}}
                  stablehlo.return %r{{n}} : {{scalar}}
                }) : ({{x.Type}}, {{scalar}}) -> {{x.Type}}
            """, bound, grain);
    }

    // A convolution over two dimensions, operands in any order of theirs.
    private void Images()
    {
        RandomValue? x = Pick(v => v.Dims.Length == 4 && v.Kind is ElementKind.F32 or ElementKind.F64 or ElementKind.BF16 or ElementKind.F16);
        if (x is null)
        {
            return;
        }
        char[] order = [.. "bf01".OrderBy(_ => _random.Next())], kernel = [.. "io01".OrderBy(_ => _random.Next())], result = [.. "bf01".OrderBy(_ => _random.Next())];
        long Of(char d) => x.Dims[Array.IndexOf(order, d)];
        long groups = Of('f') % 3 == 0 && Chance(3) ? 3 : Chance(6) ? Of('f') : 1, outputs = groups * OddSize(_random.NextInt64(1, groups > 1 ? 3 : 40));
        long taps = _random.NextInt64(1, 4), stride = _random.NextInt64(1, 3), low = _random.NextInt64(3), high = _random.NextInt64(3);
        long Size(char d) => ((Of(d) + low + high - taps) / stride) + 1;
        if (Math.Min(Of('0'), Of('1')) + low + high < taps)
        {
            return;
        }
        long Result(char d) => d switch { 'b' => Of('b'), 'f' => outputs, _ => Size(d) };
        long[] to = [.. result.Select(Result)];
        long terms = taps * taps * (Of('f') / groups);
        if (to.Aggregate(1L, (a, b) => a * b) is var count && (count > MaxElements || count * terms > MostWork) || terms > MostSummed(x.Kind))
        {
            return;
        }
        RandomValue w = Like(x.Kind, [.. kernel.Select(d => d switch { 'i' => Of('f') / groups, 'o' => outputs, _ => taps })]);
        Add(x.Kind, to, $"stablehlo.convolution({x.Name}, {w.Name}) dim_numbers = [{string.Join(", ", order)}]x[{string.Join(", ", kernel)}]->[{string.Join(", ", result)}], window = {{stride = [{stride}, {stride}], pad = [[{low}, {high}], [{low}, {high}]]}} {{batch_group_count = 1 : i64, feature_group_count = {groups} : i64}} : ({x.Type}, {w.Type}) -> {RandomValue.TypeText(x.Kind, to)}",
            x.Bound * w.Bound * terms, x.Grain * w.Grain);
    }

    // Neighbours along a dimension.
    private void Stencil()
    {
        RandomValue? x = Pick(v => v.Dims.Length > 0 && v.Dims.Max() > 4 && v.Kind is ElementKind.F32 or ElementKind.F64 or ElementKind.BF16 or ElementKind.I32 or ElementKind.UI8 or ElementKind.I16);
        if (x is null)
        {
            return;
        }
        int axis = Array.FindIndex(x.Dims, d => d > 4);
        long length = x.Dims[axis];
        long[] to = [.. x.Dims.Select((d, i) => i == axis ? length - 2 : d)];
        string type = RandomValue.TypeText(x.Kind, to);
        RandomValue[] parts = [.. Enumerable.Range(0, 3).Select(s => Helper(x.Kind, to,
            $"stablehlo.slice {x.Name} [{string.Join(", ", x.Dims.Select((d, i) => i == axis ? $"{s}:{length - 2 + s}" : $"0:{d}"))}] : ({x.Type}) -> {type}"))];
        RandomValue sum = Helper(x.Kind, to, $"stablehlo.add {parts[0].Name}, {parts[2].Name} : {type}");
        Add(x.Kind, to, $"stablehlo.subtract {sum.Name}, {parts[1].Name} : {type}", 3 * x.Bound, x.Grain);
    }

    // Operations one after the other, element by element.
    private void Chain()
    {
        for (int i = _random.Next(2, 7); i > 0; i--)
        {
            switch (_random.Next(4))
            {
                case 0: Unary(); break;
                case 1: Choice(); break;
                case 2: Conversion(); break;
                default: Binary(); break;
            }
        }
    }
}
