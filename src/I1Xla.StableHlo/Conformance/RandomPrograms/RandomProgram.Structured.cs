using System.Globalization;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

public sealed partial class RandomProgram
{
    // The least element for maxima, the greatest for minima, else the neutral one.
    private string Identity(ElementKind kind, string op) => Scalar(kind, (op, kind) switch
    {
        ("add" or "or" or "xor", ElementKind.I1) => "false",
        (_, ElementKind.I1) => op is "and" or "minimum" or "multiply" ? "true" : "false",
        ("multiply", _) => kind.IsInteger() ? "1" : "1.0",
        ("maximum", _) when kind.IsFloat() => kind switch { ElementKind.F64 => "0xFFF0000000000000", ElementKind.F32 => "0xFF800000", ElementKind.F16 => "0xFC00", _ => "0xFF80" },
        ("minimum", _) when kind.IsFloat() => kind switch { ElementKind.F64 => "0x7FF0000000000000", ElementKind.F32 => "0x7F800000", ElementKind.F16 => "0x7C00", _ => "0x7F80" },
        ("maximum", _) => kind.IsUnsignedInteger() ? "0" : (-Math.Pow(2, kind.BitWidth() - 1)).ToString("F0", CultureInfo.InvariantCulture),
        ("minimum", _) => kind.IsUnsignedInteger() ? ((UInt128.One << kind.BitWidth()) - 1).ToString(CultureInfo.InvariantCulture) : ((UInt128.One << (kind.BitWidth() - 1)) - 1).ToString(CultureInfo.InvariantCulture),
        ("and", _) => kind.IsUnsignedInteger() ? ((UInt128.One << kind.BitWidth()) - 1).ToString(CultureInfo.InvariantCulture) : "-1",
        _ => kind.IsInteger() ? "0" : "0.0",
    });

    private string Monoid(ElementKind kind) =>
        kind == ElementKind.I1 ? OneOf("and", "or") : kind.IsInteger() ? OneOf("add", "maximum", "minimum", "and", "or", "xor", "multiply") : kind.IsComplex() ? "add" : OneOf("add", "add", "maximum", "minimum");

    private static (double Bound, double Grain) Combined(RandomValue x, string op, long count) => op switch
    {
        "add" => (x.Bound * Math.Max(1, count), x.Grain),
        _ => (x.Bound, x.Grain),
    };

    // Which zero is the least of zeros of both signs depends on the order in which a backend folds; adding zero leaves one sign.
    private RandomValue AddFolded(string op, ElementKind kind, long[] dims, string code, double bound, double grain)
    {
        if (op == "add" || !kind.IsFloat())
        {
            return Add(kind, dims, code, bound, grain);
        }
        RandomValue folded = Helper(kind, dims, code, bound, grain);
        return Add(kind, dims, $"stablehlo.add {folded.Name}, {Splat(kind, dims, "0.0")} : {folded.Type}", bound, grain);
    }

    private static bool IsSmallFloat(ElementKind kind) => kind is ElementKind.F8E4M3FN or ElementKind.F8E5M2;

    private void Reduction()
    {
        RandomValue? x = Pick(v => !IsSmallFloat(v.Kind) && v.Dims.Length > 0);
        if (x is null)
        {
            return;
        }
        int[] over = [.. Enumerable.Range(0, x.Dims.Length).Where(_ => Chance(2)).DefaultIfEmpty(x.Dims.Length - 1)];
        long[] to = [.. x.Dims.Where((_, i) => !over.Contains(i))];
        long count = over.Aggregate(1L, (n, d) => n * x.Dims[d]);
        string scalar = RandomValue.TypeText(x.Kind), target = RandomValue.TypeText(x.Kind, to);
        if (Chance(4) && x.IsExact && x.Kind is ElementKind.F32 or ElementKind.I32 or ElementKind.BF16 or ElementKind.F64)
        {
            ArgMax(x, over, to);
            return;
        }
        string op = Monoid(x.Kind);
        if (op == "add" && (count > MostSummed(x.Kind) || (_sorted && IsHalf(x.Kind))))
        {
            op = "maximum";
        }
        (double bound, double grain) = Combined(x, op, count);
        if (count == 0 && op is "maximum" or "minimum")
        {
            return;
        }
        RandomValue r = AddFolded(op, x.Kind, to, $"stablehlo.reduce({x.Name} init: {Identity(x.Kind, op)}) applies stablehlo.{op} across dimensions = {List(over)} : ({x.Type}, {scalar}) -> {target}", bound, grain);
        // Often back against what was reduced, as a normalisation does.
        if (x.Kind.IsFloat() && Chance(2))
        {
            int[] kept = [.. Enumerable.Range(0, x.Dims.Length).Where(i => !over.Contains(i))];
            RandomValue b = Helper(x.Kind, x.Dims, $"stablehlo.broadcast_in_dim {r.Name}, dims = {List(kept)} : ({target}) -> {x.Type}");
            Add(x.Kind, x.Dims, $"stablehlo.subtract {x.Name}, {b.Name} : {x.Type}", x.Bound + r.Bound, Finer(x, r));
        }
    }

    // The pair reduction that JAX writes for argmax: value and position, ties to the lower position.
    private void ArgMax(RandomValue x, int[] over, long[] to)
    {
        string scalar = RandomValue.TypeText(x.Kind), index = RandomValue.TypeText(ElementKind.I32), indices = RandomValue.TypeText(ElementKind.I32, x.Dims);
        RandomValue iota = Helper(ElementKind.I32, x.Dims, $"stablehlo.iota dim = {over[0]} : {indices}");
        string low = Identity(x.Kind, "maximum"), zero = Scalar(ElementKind.I32, "0"), pair = Fresh();
        string values = RandomValue.TypeText(x.Kind, to), positions = RandomValue.TypeText(ElementKind.I32, to), p = RandomValue.TypeText(ElementKind.I1);
        int n = _next++;
        _text.Append(CultureInfo.InvariantCulture, $$"""
                {{pair}}:2 = stablehlo.reduce({{x.Name}} init: {{low}}), ({{iota.Name}} init: {{zero}}) across dimensions = {{List(over)}} : ({{x.Type}}, {{indices}}, {{scalar}}, {{index}}) -> ({{values}}, {{positions}})
                 reducer(%a{{n}}: {{scalar}}, %b{{n}}: {{scalar}}) (%i{{n}}: {{index}}, %j{{n}}: {{index}}) {
                  %g{{n}} = stablehlo.compare GT, %a{{n}}, %b{{n}} : ({{scalar}}, {{scalar}}) -> {{p}}
                  %e{{n}} = stablehlo.compare EQ, %a{{n}}, %b{{n}} : ({{scalar}}, {{scalar}}) -> {{p}}
                  %l{{n}} = stablehlo.compare LT, %i{{n}}, %j{{n}} : ({{index}}, {{index}}) -> {{p}}
                  %t{{n}} = stablehlo.and %e{{n}}, %l{{n}} : {{p}}
                  %o{{n}} = stablehlo.or %g{{n}}, %t{{n}} : {{p}}
                  %x{{n}} = stablehlo.select %g{{n}}, %a{{n}}, %b{{n}} : {{p}}, {{scalar}}
                  %y{{n}} = stablehlo.select %o{{n}}, %i{{n}}, %j{{n}} : {{p}}, {{index}}
                  stablehlo.return %x{{n}}, %y{{n}} : {{scalar}}, {{index}}
                }

            """);
        if (x.Count > 0)
        {
            _values.Add(new RandomValue(pair + "#0", x.Kind, to, x.Bound, x.Grain));
        }
        _values.Add(new RandomValue(pair + "#1", ElementKind.I32, to, 0, 0));
    }

    private void Contraction()
    {
        RandomValue? x = Pick(v => v.Dims.Length is > 0 and < 4 && v.Kind != ElementKind.I1 && v.Kind is not (ElementKind.I4 or ElementKind.UI4) && !IsSmallFloat(v.Kind));
        if (x is null)
        {
            return;
        }
        int contract = _random.Next(x.Dims.Length);
        int[] batch = x.Dims.Length > 2 && Chance(2) ? [contract == 0 ? 1 : 0] : [];
        long k = x.Dims[contract], n = _shapes == RandomShapes.Small ? OneOf(1L, 3L, 5L, 16L) : OddColumns(x.Count);
        long[] other = batch.Length > 0 ? [x.Dims[batch[0]], k, n] : [k, n];
        if (Chance(2))
        {
            (other[^1], other[^2]) = (other[^2], other[^1]);
        }
        int otherContract = Array.LastIndexOf(other, k) is var at && other[^2] == k ? other.Length - 2 : at;
        if (other.Aggregate(1L, (a, b) => a * b) > MaxElements || k > MostSummed(x.Kind))
        {
            return;
        }
        RandomValue y = Like(x.Kind, other);
        int[] free = [.. Enumerable.Range(0, x.Dims.Length).Where(d => d != contract && !batch.Contains(d))];
        int otherFree = Enumerable.Range(0, other.Length).First(d => d != otherContract && (batch.Length == 0 || d > 0));
        long[] to = [.. batch.Select(d => x.Dims[d]), .. free.Select(d => x.Dims[d]), other[otherFree]];
        if (to.Aggregate(1L, (a, b) => a * b) > MaxElements)
        {
            return;
        }
        ElementKind kind = x.Kind switch
        {
            ElementKind.BF16 or ElementKind.F16 when Chance(2) => ElementKind.F32,
            ElementKind.I8 or ElementKind.I16 when Chance(2) => ElementKind.I32,
            ElementKind.UI8 when Chance(2) => ElementKind.UI32,
            _ => x.Kind,
        };
        double grain = x.Grain * y.Grain, bound = (x.Kind.IsComplex() ? 2 : 1) * x.Bound * y.Bound * Math.Max(1, k);
        if (_shapes != RandomShapes.Small && Chance(3))
        {
            long[] turned = [.. batch.Select(d => x.Dims[d]), other[otherFree], .. free.Select(d => x.Dims[d])];
            string batched = batch.Length > 0 ? $"batching_dims = [0] x {List(batch)}, " : "";
            Add(kind, turned, $"stablehlo.dot_general {y.Name}, {x.Name}, {batched}contracting_dims = [{otherContract}] x [{contract}] : ({y.Type}, {x.Type}) -> {RandomValue.TypeText(kind, turned)}", bound, grain);
            return;
        }
        string batching = batch.Length > 0 ? $"batching_dims = {List(batch)} x [0], " : "";
        Add(kind, to, $"stablehlo.dot_general {x.Name}, {y.Name}, {batching}contracting_dims = [{contract}] x [{otherContract}] : ({x.Type}, {y.Type}) -> {RandomValue.TypeText(kind, to)}", bound, grain);
    }

    private void Window()
    {
        RandomValue? x = Pick(v => v.Dims.Length is > 0 and < 4 && v.Count > 0 && v.Kind is ElementKind.F32 or ElementKind.F64 or ElementKind.BF16 or ElementKind.I32 or ElementKind.I64 or ElementKind.UI8);
        if (x is null)
        {
            return;
        }
        if (x.Kind.IsFloat() && x.Dims.Length == 3 && Chance(2))
        {
            Convolution(x);
            return;
        }
        int rank = x.Dims.Length;
        long[] window = [.. x.Dims.Select(_ => _random.NextInt64(1, 4))], stride = [.. x.Dims.Select(_ => _random.NextInt64(1, 3))], dilation = [.. x.Dims.Select(_ => _random.NextInt64(1, 3))], basis = [.. x.Dims.Select(_ => Chance(4) ? 2L : 1)];
        long[] low = [.. x.Dims.Select(_ => _random.NextInt64(3))], high = [.. x.Dims.Select(_ => _random.NextInt64(3))];
        long[] to = [.. x.Dims.Select((d, i) => (((d - 1) * basis[i]) + 1 + low[i] + high[i], ((window[i] - 1) * dilation[i]) + 1) is var (size, reach) && size >= reach ? ((size - reach) / stride[i]) + 1 : 0)];
        if (to.Any(d => d == 0) || to.Aggregate(1L, (a, b) => a * b) > MaxElements)
        {
            return;
        }
        string op = x.Kind.IsFloat() ? OneOf("add", "maximum", "minimum") : OneOf("add", "maximum", "minimum");
        string scalar = RandomValue.TypeText(x.Kind);
        (double bound, double grain) = Combined(x, op, window.Aggregate(1L, (a, b) => a * b));
        // Zeros where only padding is seen, so that no infinity comes out.
        string init = op == "add" ? Identity(x.Kind, op) : Scalar(x.Kind, x.Kind.IsFloat() ? "0.0" : "0");
        int n = _next++;
        AddFolded(op, x.Kind, to, $$"""
            "stablehlo.reduce_window"({{x.Name}}, {{init}}) <{base_dilations = array<i64: {{string.Join(", ", basis)}}>, padding = dense<[{{string.Join(", ", low.Select((l, i) => $"[{l}, {high[i]}]"))}}]> : tensor<{{rank}}x2xi64>, window_dilations = array<i64: {{string.Join(", ", dilation)}}>, window_dimensions = array<i64: {{string.Join(", ", window)}}>, window_strides = array<i64: {{string.Join(", ", stride)}}>}> ({
                ^bb0(%a{{n}}: {{scalar}}, %b{{n}}: {{scalar}}):
                  %r{{n}} = stablehlo.{{op}} %a{{n}}, %b{{n}} : {{scalar}}
                  stablehlo.return %r{{n}} : {{scalar}}
                }) : ({{x.Type}}, {{scalar}}) -> {{RandomValue.TypeText(x.Kind, to)}}
            """, bound, grain);
    }

    // One spatial dimension; the value's dimensions are batch, features, space in some order.
    private void Convolution(RandomValue x)
    {
        char[] order = [.. "bf0".OrderBy(_ => _random.Next())];
        long batch = x.Dims[Array.IndexOf(order, 'b')], features = x.Dims[Array.IndexOf(order, 'f')], space = x.Dims[Array.IndexOf(order, '0')];
        long groups = features % 2 == 0 && Chance(2) ? 2 : 1, outputs = groups * _random.NextInt64(1, 4), taps = _random.NextInt64(1, 4), stride = _random.NextInt64(1, 3), dilation = _random.NextInt64(1, 3), basis = _random.NextInt64(1, 3);
        long low = _random.NextInt64(3), high = _random.NextInt64(3), size = ((space - 1) * basis) + 1 + low + high, reach = ((taps - 1) * dilation) + 1;
        if (size < reach)
        {
            return;
        }
        RandomValue w = Like(x.Kind, [outputs, features / groups, taps]);
        long[] to = [batch, outputs, ((size - reach) / stride) + 1];
        if (to.Aggregate(1L, (a, b) => a * b) > MaxElements)
        {
            return;
        }
        Add(x.Kind, to, $"stablehlo.convolution({x.Name}, {w.Name}) dim_numbers = [{string.Join(", ", order)}]x[o, i, 0]->[b, f, 0], window = {{stride = [{stride}], pad = [[{low}, {high}]], lhs_dilate = [{basis}], rhs_dilate = [{dilation}], reverse = [{(Chance(2) ? "true" : "false")}]}} {{batch_group_count = 1 : i64, feature_group_count = {groups} : i64}} : ({x.Type}, {w.Type}) -> {RandomValue.TypeText(x.Kind, to)}",
            x.Bound * w.Bound * taps * (features / groups), x.Grain * w.Grain);
    }
}
