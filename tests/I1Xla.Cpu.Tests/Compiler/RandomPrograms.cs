using System.Globalization;
using System.Text;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Random StableHLO programs, valid by construction, that mix what fusion cares about: shapes, views, reductions, products.</summary>
internal sealed class RandomPrograms(int seed)
{
    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private readonly List<(string Name, long[] Dims)> _values = [];
    private int _next;

    /// <summary>A module with one function of f32 tensors.</summary>
    public string Generate()
    {
        int arguments = _random.Next(1, 4);
        for (int i = 0; i < arguments; i++)
        {
            _values.Add(($"%arg{i}", Shape()));
        }
        string signature = string.Join(", ", _values.Select(v => $"{v.Name}: {Type(v.Dims)}"));
        int operations = _random.Next(4, 24);
        for (int i = 0; i < operations; i++)
        {
            Operation();
        }
        var results = new List<(string Name, long[] Dims)> { _values[^1] };
        while (_random.Next(2) == 0)
        {
            results.Add(Pick());
        }
        return $"module {{\n  func.func public @main({signature}) -> ({string.Join(", ", results.Select(r => Type(r.Dims)))}) {{\n{_text}"
            + $"    return {string.Join(", ", results.Select(r => r.Name))} : {string.Join(", ", results.Select(r => Type(r.Dims)))}\n  }}\n}}\n";
    }

    private static string Type(long[] dims, string element = "f32") => $"tensor<{string.Concat(dims.Select(d => d + "x"))}{element}>";

    private long[] Shape()
    {
        long[] sizes = [1, 2, 3, 4, 5, 8, 16, 17, 33, 64];
        long[] dims = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => sizes[_random.Next(sizes.Length)]).ToArray();
        while (dims.Aggregate(1L, (a, b) => a * b) > 20000)
        {
            dims = dims[1..];
        }
        return dims;
    }

    private (string Name, long[] Dims) Pick() => _values[Math.Max(_random.Next(_values.Count), _random.Next(_values.Count))];

    private string Add(long[] dims, string code)
    {
        string name = $"%v{_next++}";
        _text.Append(CultureInfo.InvariantCulture, $"    {name} = {code}\n");
        _values.Add((name, dims));
        return name;
    }

    private string Scalar(string value) => Helper($"stablehlo.constant dense<{value}> : tensor<f32>");

    // A value that later operations do not pick.
    private string Helper(string code)
    {
        string name = $"%h{_next++}";
        _text.Append(CultureInfo.InvariantCulture, $"    {name} = {code}\n");
        return name;
    }

    private void Operation()
    {
        (string x, long[] dims) = Pick();
        string t = Type(dims);
        switch (_random.Next(14))
        {
            case 0:
                Add(dims, $"stablehlo.{OneOf("tanh", "logistic", "cosine", "abs", "negate", "floor", "sign", "sine")} {x} : {t}");
                break;
            case 1:
                {
                    string bounded = Helper($"stablehlo.tanh {x} : {t}");
                    Add(dims, $"stablehlo.{OneOf("exponential", "exponential_minus_one")} {bounded} : {t}");
                    break;
                }
            case 2 or 3:
                {
                    string y = Like(dims);
                    Add(dims, $"stablehlo.{OneOf("add", "subtract", "maximum", "minimum")} {x}, {y} : {t}");
                    break;
                }
            case 4:
                {
                    string a = Helper($"stablehlo.tanh {x} : {t}"), y = Like(dims);
                    Add(dims, $"stablehlo.multiply {a}, {y} : {t}");
                    break;
                }
            case 5:
                {
                    string y = Like(dims);
                    string p = Helper($"stablehlo.compare {OneOf("LT", "GE", "NE")}, {x}, {y} : ({t}, {t}) -> {Type(dims, "i1")}");
                    Add(dims, $"stablehlo.select {p}, {x}, {y} : {Type(dims, "i1")}, {t}");
                    break;
                }
            case 6:
                {
                    int[] order = Enumerable.Range(0, dims.Length).OrderBy(_ => _random.Next()).ToArray();
                    long[] to = order.Select(d => dims[d]).ToArray();
                    Add(to, $"stablehlo.transpose {x}, dims = [{string.Join(", ", order)}] : ({t}) -> {Type(to)}");
                    break;
                }
            case 7:
                {
                    long count = dims.Aggregate(1L, (a, b) => a * b);
                    var to = new List<long>();
                    long rest = count;
                    foreach (long f in new long[] { 2, 3, 4, 5, 8, 11, 16, 17 }.OrderBy(_ => _random.Next()))
                    {
                        if (rest % f == 0 && to.Count < 3)
                        {
                            to.Add(f);
                            rest /= f;
                        }
                    }
                    to.Insert(_random.Next(to.Count + 1), rest);
                    Add(to.ToArray(), $"stablehlo.reshape {x} : ({t}) -> {Type(to.ToArray())}");
                    break;
                }
            case 8:
                {
                    long[] start = dims.Select(d => _random.NextInt64(d)).ToArray();
                    long[] stride = dims.Select(_ => _random.NextInt64(1, 3)).ToArray();
                    long[] to = dims.Select((d, i) => (d - start[i] + stride[i] - 1) / stride[i]).ToArray();
                    Add(to, $"stablehlo.slice {x} [{string.Join(", ", dims.Select((d, i) => $"{start[i]}:{d}:{stride[i]}"))}] : ({t}) -> {Type(to)}");
                    break;
                }
            case 9:
                {
                    int axis = _random.Next(dims.Length);
                    long[] to = (long[])dims.Clone();
                    to[axis] *= 2;
                    string y = Like(dims);
                    Add(to, $"stablehlo.concatenate {x}, {y}, dim = {axis} : ({t}, {t}) -> {Type(to)}");
                    break;
                }
            case 10:
                {
                    long[] low = dims.Select(_ => _random.NextInt64(2)).ToArray(), high = dims.Select(_ => _random.NextInt64(2)).ToArray(), inner = dims.Select(_ => _random.NextInt64(2)).ToArray();
                    long[] to = dims.Select((d, i) => d + low[i] + high[i] + (d - 1) * inner[i]).ToArray();
                    Add(to, $"stablehlo.pad {x}, {Scalar("0.5")}, low = [{string.Join(", ", low)}], high = [{string.Join(", ", high)}], interior = [{string.Join(", ", inner)}] : ({t}, tensor<f32>) -> {Type(to)}");
                    break;
                }
            case 11 or 12:
                {
                    int[] over = Enumerable.Range(0, dims.Length).Where(_ => _random.Next(2) == 0).DefaultIfEmpty(dims.Length - 1).ToArray();
                    long[] to = dims.Where((_, i) => !over.Contains(i)).ToArray();
                    bool sum = _random.Next(2) == 0;
                    string r = Helper($"stablehlo.reduce({x} init: {Scalar(sum ? "0.0" : "0xFF800000")}) applies stablehlo.{(sum ? "add" : "maximum")} across dimensions = [{string.Join(", ", over)}] : ({t}, tensor<f32>) -> {Type(to)}");
                    // Often back against what was reduced, as a normalisation does.
                    if (_random.Next(3) > 0)
                    {
                        int[] kept = Enumerable.Range(0, dims.Length).Where(i => !over.Contains(i)).ToArray();
                        string b = Helper($"stablehlo.broadcast_in_dim {r}, dims = [{string.Join(", ", kept)}] : ({Type(to)}) -> {t}");
                        Add(dims, $"stablehlo.subtract {x}, {b} : {t}");
                    }
                    else if (to.Length > 0)
                    {
                        Add(to, $"stablehlo.tanh {r} : {Type(to)}");
                    }
                    break;
                }
            default:
                {
                    if (dims.Length < 2 || dims[^1] > 64)
                    {
                        break;
                    }
                    long m = dims[^2];
                    string a = Helper($"stablehlo.tanh {x} : {t}");
                    int[] batch = Enumerable.Range(0, dims.Length - 2).ToArray();
                    long[] to = [.. dims[..^2], m, m];
                    if (to.Aggregate(1L, (p, q) => p * q) <= 40000)
                    {
                        string list = string.Join(", ", batch);
                        string batching = batch.Length > 0 ? $"batching_dims = [{list}] x [{list}], " : "";
                        Add(to, $"stablehlo.dot_general {x}, {a}, {batching}contracting_dims = [{dims.Length - 1}] x [{dims.Length - 1}] : ({t}, {t}) -> {Type(to)}");
                    }
                    break;
                }
        }
    }

    // Another value of the shape: one that exists, an iota, a broadcast row, or a constant.
    private string Like(long[] dims)
    {
        List<(string Name, long[] Dims)> same = _values.Where(v => v.Dims.AsSpan().SequenceEqual(dims)).ToList();
        string t = Type(dims);
        switch (_random.Next(4))
        {
            case 0:
                {
                    string i = Helper($"stablehlo.iota dim = {_random.Next(dims.Length)} : {Type(dims, "i32")}");
                    string f = Helper($"stablehlo.convert {i} : ({Type(dims, "i32")}) -> {t}");
                    return Helper($"stablehlo.cosine {f} : {t}");
                }
            case 1:
                return Helper($"stablehlo.broadcast_in_dim {Scalar("0.25")}, dims = [] : (tensor<f32>) -> {t}");
            default:
                return same[_random.Next(same.Count)].Name;
        }
    }

    private string OneOf(params string[] names) => names[_random.Next(names.Length)];
}
