using System.Globalization;
using System.Text;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

public sealed partial class RandomProgram
{
    // Rows of a value by an index vector, and rows added into it.
    private void Indexed()
    {
        RandomValue? x = Pick(v => v.Dims.Length is > 0 and < 4 && v.Count > 0 && !IsSmallFloat(v.Kind));
        if (x is null)
        {
            return;
        }
        int axis = _random.Next(x.Dims.Length);
        long rows = _shapes == RandomShapes.Small ? OneOf(1L, 2L, 5L, 9L) : OddSize(Math.Max(1, _random.NextInt64(1, MaxElements / (x.Count / x.Dims[axis]) + 1)));
        string indices = RandomValue.TypeText(ElementKind.I32, rows, 1), flat = RandomValue.TypeText(ElementKind.I32, rows);
        // Some positions lie outside.
        RandomValue iota = Helper(ElementKind.I32, [rows], $"stablehlo.iota dim = 0 : {flat}");
        RandomValue step = Helper(ElementKind.I32, [rows], $"stablehlo.multiply {iota.Name}, {Splat(ElementKind.I32, [rows], OneOf("1", "2", "-1", "3"))} : {flat}");
        if (_shapes != RandomShapes.Small)
        {
            step = Scattered(step, x.Dims[axis]);
        }
        RandomValue position = Helper(ElementKind.I32, [rows, 1], $"stablehlo.reshape {step.Name} : ({flat}) -> {indices}");
        int[] rest = [.. Enumerable.Range(0, x.Dims.Length).Where(d => d != axis)];
        long[] to = [rows, .. rest.Select(d => x.Dims[d])];
        int[] offsets = [.. Enumerable.Range(1, rest.Length)];
        if (to.Aggregate(1L, (a, b) => a * b) > MaxElements)
        {
            return;
        }
        if (Chance(2))
        {
            long[] sizes = [.. x.Dims.Select((d, i) => i == axis ? 1 : d)];
            Shaped(x, to, type => $"\"stablehlo.gather\"({x.Name}, {position.Name}) <{{dimension_numbers = #stablehlo.gather<offset_dims = {List(offsets)}, collapsed_slice_dims = [{axis}], start_index_map = [{axis}], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: {string.Join(", ", sizes)}>}}> : ({x.Type}, {indices}) -> {type}");
            return;
        }
        if (x.Kind.IsComplex() || x.Kind is ElementKind.I4 or ElementKind.UI4)
        {
            return;
        }
        RandomValue update = Like(x.Kind, to);
        string scalar = RandomValue.TypeText(x.Kind), op = x.Kind == ElementKind.I1 ? OneOf("or", "and") : OneOf("add", "maximum", "minimum");
        int n = _next++;
        Shaped(x, x.Dims, type => $$"""
            "stablehlo.scatter"({{x.Name}}, {{position.Name}}, {{update.Name}}) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = {{List(offsets)}}, inserted_window_dims = [{{axis}}], scatter_dims_to_operand_dims = [{{axis}}], index_vector_dim = 1>, unique_indices = false}> ({
                ^bb0(%a{{n}}: {{scalar}}, %b{{n}}: {{scalar}}):
                  %r{{n}} = stablehlo.{{op}} %a{{n}}, %b{{n}} : {{scalar}}
                  stablehlo.return %r{{n}} : {{scalar}}
                }) : ({{x.Type}}, {{indices}}, {{update.Type}}) -> {{type}}
            """, op == "add" ? x.Bound + (update.Bound * rows) : Math.Max(x.Bound, update.Bound), Finer(x, update));
    }

    // Keys with a payload of positions, in either direction.
    private void Sorted()
    {
        RandomValue? x = Pick(v => v.IsExact && v.Dims.Length > 0 && v.Count <= 1 << 18 && v.Kind != ElementKind.I1 && !v.Kind.IsComplex() && !IsSmallFloat(v.Kind));
        if (x is null)
        {
            return;
        }
        _sorted |= IsHalf(x.Kind);
        int axis = _random.Next(x.Dims.Length);
        string scalar = RandomValue.TypeText(x.Kind), index = RandomValue.TypeText(ElementKind.I32), indices = RandomValue.TypeText(ElementKind.I32, x.Dims), pair = Fresh();
        RandomValue iota = Helper(ElementKind.I32, x.Dims, $"stablehlo.iota dim = {axis} : {indices}");
        int n = _next++;
        _text.Append(CultureInfo.InvariantCulture, $$"""
                {{pair}}:2 = "stablehlo.sort"({{x.Name}}, {{iota.Name}}) <{dimension = {{axis}} : i64, is_stable = true}> ({
                ^bb0(%a{{n}}: {{scalar}}, %b{{n}}: {{scalar}}, %i{{n}}: {{index}}, %j{{n}}: {{index}}):
                  %c{{n}} = stablehlo.compare {{OneOf("LT", "GT")}}, %a{{n}}, %b{{n}}{{(x.Kind.IsFloat() ? ", TOTALORDER" : "")}} : ({{scalar}}, {{scalar}}) -> tensor<i1>
                  stablehlo.return %c{{n}} : tensor<i1>
                }) : ({{x.Type}}, {{indices}}) -> ({{x.Type}}, {{indices}})

            """);
        _values.Add(new RandomValue(pair + "#0", x.Kind, x.Dims, x.Bound, x.Grain));
        _values.Add(new RandomValue(pair + "#1", ElementKind.I32, x.Dims, 0, 0));
    }

    private void Control()
    {
        if (_depth > 1)
        {
            Binary();
            return;
        }
        _depth++;
        switch (_random.Next(4))
        {
            case 0: Loop(); break;
            case 1: Branches(); break;
            case 2: Call(); break;
            default: Bits(); break;
        }
        _depth--;
    }

    // A body over some of the values: their names inside, and code that ends with a value of the wanted kind and shape for each.
    private (string Code, RandomValue[] Results) Body(IReadOnlyList<RandomValue> visible, RandomValue[] wanted, int operations)
    {
        (StringBuilder text, List<RandomValue> values) = (_text, _values);
        (_text, _values) = (new StringBuilder(), [.. visible]);
        for (int i = 0; i < operations; i++)
        {
            Operation();
        }
        RandomValue[] results = [.. wanted.Select(w => Pick(v => v.Kind == w.Kind && v.Dims.AsSpan().SequenceEqual(w.Dims)) ?? w)];
        string code = _text.ToString();
        (_text, _values) = (text, values);
        return (code, results);
    }

    // Counts to a small number; what is carried is brought back to its bound, and counts as rounded.
    private void Loop()
    {
        RandomValue[] carried = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Pick()).Distinct()];
        int n = _next++;
        string[] names = [.. carried.Select((_, i) => $"%w{n}_{i}")];
        RandomValue[] inside = [.. carried.Select((c, i) => c with { Name = names[i], Bound = Most(c), Grain = c.Kind.IsFloat() || c.Kind.IsComplex() ? 0 : c.Grain })];
        RandomValue counter = new($"%c{n}", ElementKind.I32, [], 0, 0);
        (string code, RandomValue[] results) = Body([counter, .. inside, .. _values.Where(_ => Chance(3))], inside, _random.Next(1, 5));
        string zero = Scalar(ElementKind.I32, "0"), pair = Fresh();
        string types = string.Join(", ", carried.Select(c => c.Type).Prepend("tensor<i32>"));
        var tail = new StringBuilder();
        string[] ends = [.. results.Select((r, i) => End(r, inside[i], tail, n, i))];
        _text.Append(CultureInfo.InvariantCulture, $$"""
                {{pair}}:{{carried.Length + 1}} = stablehlo.while(%c{{n}} = {{zero}}, {{string.Join(", ", carried.Select((c, i) => $"{names[i]} = {c.Name}"))}}) : {{types}}
                cond {
                  %k{{n}} = stablehlo.constant dense<{{_random.Next(0, 5)}}> : tensor<i32>
                  %t{{n}} = stablehlo.compare LT, %c{{n}}, %k{{n}} : (tensor<i32>, tensor<i32>) -> tensor<i1>
                  stablehlo.return %t{{n}} : tensor<i1>
                } do {
            {{code}}{{tail}}      %o{{n}} = stablehlo.constant dense<1> : tensor<i32>
                  %s{{n}} = stablehlo.add %c{{n}}, %o{{n}} : tensor<i32>
                  stablehlo.return %s{{n}}, {{string.Join(", ", ends)}} : {{types}}
                }

            """);
        for (int i = 0; i < carried.Length; i++)
        {
            _values.Add(inside[i] with { Name = $"{pair}#{i + 1}", Bound = Math.Max(inside[i].Bound, carried[i].Bound) });
        }
    }

    private static double Most(RandomValue x) => x.Kind.IsComplex() ? Math.Max(64, x.Bound) : Math.Max(8, x.Bound);

    // A carried value's end: floats are clamped to the bound that the loop counts on; complex numbers that may grow stay as they were.
    private static string End(RandomValue result, RandomValue wanted, StringBuilder tail, int n, int i)
    {
        if (result.Bound <= wanted.Bound || (!result.Kind.IsFloat() && !result.Kind.IsComplex()))
        {
            return result.Name;
        }
        if (result.Kind.IsComplex())
        {
            return wanted.Name;
        }
        string scalar = RandomValue.TypeText(result.Kind);
        tail.Append(CultureInfo.InvariantCulture, $"      %l{n}_{i} = stablehlo.constant dense<{Number(-wanted.Bound)}> : {scalar}\n      %h{n}_{i} = stablehlo.constant dense<{Number(wanted.Bound)}> : {scalar}\n");
        tail.Append(CultureInfo.InvariantCulture, $"      %e{n}_{i} = stablehlo.clamp %l{n}_{i}, {result.Name}, %h{n}_{i} : ({scalar}, {result.Type}, {scalar}) -> {result.Type}\n");
        return $"%e{n}_{i}";
    }

    private void Branches()
    {
        RandomValue x = Pick();
        int count = _random.Next(2, 4);
        var bodies = new List<(string Code, RandomValue Result)>();
        for (int i = 0; i < count; i++)
        {
            (string code, RandomValue[] results) = Body([x, .. _values.Where(_ => Chance(3))], [x], _random.Next(1, 4));
            bodies.Add((code, results[0]));
        }
        string[] blocks = [.. bodies.Select(b => $"{{\n{b.Code}      stablehlo.return {b.Result.Name} : {b.Result.Type}\n    }}")];
        double bound = bodies.Max(b => b.Result.Bound), grain = bodies.Min(b => b.Result.Grain);
        if (count == 2)
        {
            RandomValue test = Pick(v => v.Kind == ElementKind.I1 && v.Dims.Length == 0) ?? new RandomValue(Scalar(ElementKind.I1, OneOf("true", "false")), ElementKind.I1, [], 0, 0);
            Add(x.Kind, x.Dims, $"\"stablehlo.if\"({test.Name}) ({blocks[0]}, {blocks[1]}) : (tensor<i1>) -> {x.Type}", bound, grain);
            return;
        }
        RandomValue index = Pick(v => v.Kind == ElementKind.I32 && v.Dims.Length == 0) ?? new RandomValue(Scalar(ElementKind.I32, OneOf("-1", "0", "1", "2", "7")), ElementKind.I32, [], 0, 0);
        Add(x.Kind, x.Dims, $"\"stablehlo.case\"({index.Name}) ({string.Join(", ", blocks)}) : (tensor<i32>) -> {x.Type}", bound, grain);
    }

    private void Call()
    {
        RandomValue[] given = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Pick()).Distinct()];
        int n = _next++;
        RandomValue[] inside = [.. given.Select((g, i) => g with { Name = $"%p{n}_{i}" })];
        (string code, RandomValue[] results) = Body(inside, [inside[0]], _random.Next(1, 6));
        RandomValue result = results[0];
        _functions.Add($"  func.func private @f{n}({string.Join(", ", inside.Select(p => $"{p.Name}: {p.Type}"))}) -> {result.Type} {{\n{code}    return {result.Name} : {result.Type}\n  }}\n");
        Add(result.Kind, result.Dims, $"func.call @f{n}({string.Join(", ", given.Select(g => g.Name))}) : ({string.Join(", ", given.Select(g => g.Type))}) -> {result.Type}", result.Bound, result.Grain);
        if (Chance(2))
        {
            Add(result.Kind, result.Dims, $"func.call @f{n}({string.Join(", ", given.Select(g => g.Name))}) : ({string.Join(", ", given.Select(g => g.Type))}) -> {result.Type}", result.Bound, result.Grain);
        }
    }

    // Random bits of a fixed state.
    private void Bits()
    {
        ElementKind kind = OneOf(ElementKind.UI32, ElementKind.UI64, ElementKind.UI8, ElementKind.UI16);
        long[] dims = Shape();
        (string algorithm, int words) = Chance(2) ? ("THREE_FRY", 2) : ("PHILOX", 3);
        string state = $"tensor<{words}xui64>";
        RandomValue key = Helper(ElementKind.UI64, [words], $"stablehlo.constant dense<{_random.Next(1000)}> : {state}");
        string pair = Fresh();
        _text.Append(CultureInfo.InvariantCulture, $"    {pair}:2 = stablehlo.rng_bit_generator {key.Name}, algorithm = {algorithm} : ({state}) -> ({state}, {RandomValue.TypeText(kind, dims)})\n");
        _values.Add(new RandomValue(pair + "#0", ElementKind.UI64, [words], 0, 0));
        _values.Add(new RandomValue(pair + "#1", kind, dims, 0, 0));
    }
}
