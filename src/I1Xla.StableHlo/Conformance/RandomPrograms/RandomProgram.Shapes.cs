using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

public sealed partial class RandomProgram
{
    private void View()
    {
        RandomValue x = Pick();
        string t = x.Type;
        long[] dims = x.Dims;
        switch (_random.Next(8))
        {
            case 0:
                {
                    int[] order = [.. Enumerable.Range(0, dims.Length).OrderBy(_ => _random.Next())];
                    Shaped(x, [.. order.Select(d => dims[d])], to => $"stablehlo.transpose {x.Name}, dims = {List(order)} : ({t}) -> {to}");
                    break;
                }
            case 1:
                Shaped(x, Reshaped(x.Count), to => $"stablehlo.reshape {x.Name} : ({t}) -> {to}");
                break;
            case 2:
                {
                    long[] to = _shapes == RandomShapes.Small ? [.. Shape().Take(3)] : [OddSize(Math.Max(1, MaxElements / Math.Max(1, x.Count)))];
                    int[] places = [.. Enumerable.Range(0, to.Length + dims.Length).OrderBy(_ => _random.Next()).Take(dims.Length).Order()];
                    var all = new long[to.Length + dims.Length];
                    int next = 0;
                    for (int i = 0; i < all.Length; i++)
                    {
                        int own = Array.IndexOf(places, i);
                        all[i] = own >= 0 ? (dims[own] == 1 && Chance(2) ? 3 : dims[own]) : to[next++];
                    }
                    if (all.Aggregate(1L, (a, b) => a * b) <= MaxElements)
                    {
                        Shaped(x, all, type => $"stablehlo.broadcast_in_dim {x.Name}, dims = {List(places)} : ({t}) -> {type}");
                    }
                    break;
                }
            case 3 when dims.Length > 0:
                {
                    long[] start = [.. dims.Select(d => _random.NextInt64(d + 1))], limit = [.. start.Select((s, i) => _random.NextInt64(s, dims[i] + 1))], stride = [.. dims.Select(_ => _random.NextInt64(1, 4))];
                    long[] to = [.. start.Select((s, i) => (limit[i] - s + stride[i] - 1) / stride[i])];
                    if (Chance(6) || to.All(d => d > 0))
                    {
                        Shaped(x, to, type => $"stablehlo.slice {x.Name} [{string.Join(", ", start.Select((s, i) => $"{s}:{limit[i]}:{stride[i]}"))}] : ({t}) -> {type}");
                    }
                    break;
                }
            case 4 when dims.Length > 0:
                Shaped(x, dims, type => $"stablehlo.reverse {x.Name}, dims = {List(Enumerable.Range(0, dims.Length).Where(_ => Chance(2)))} : {type}");
                break;
            case 5:
                {
                    long[] low = [.. dims.Select(_ => _random.NextInt64(-1, 3))], high = [.. dims.Select(_ => _random.NextInt64(-1, 3))], inner = [.. dims.Select(_ => _random.NextInt64(3))];
                    long[] to = [.. dims.Select((d, i) => low[i] + high[i] + d + (Math.Max(0, d - 1) * inner[i]))];
                    if (to.All(d => d >= 0) && to.Aggregate(1L, (a, b) => a * b) <= MaxElements)
                    {
                        RandomValue value = Like(x.Kind, []);
                        Shaped(x, to, type => $"stablehlo.pad {x.Name}, {value.Name}, low = {List(low)}, high = {List(high)}, interior = {List(inner)} : ({t}, {value.Type}) -> {type}", Math.Max(x.Bound, value.Bound), Finer(x, value));
                    }
                    break;
                }
            case 6 when dims.Length > 0 && x.Count * 3 <= MaxElements:
                {
                    int axis = _random.Next(dims.Length);
                    RandomValue y = Like(x.Kind, dims);
                    long[] to = (long[])dims.Clone();
                    to[axis] *= 3;
                    Shaped(x, to, type => $"stablehlo.concatenate {x.Name}, {y.Name}, {x.Name}, dim = {axis} : ({t}, {t}, {t}) -> {type}", Math.Max(x.Bound, y.Bound), Finer(x, y));
                    break;
                }
            default:
                if (x.Kind.IsFloat() && x.IsExact && Chance(2) && x.Kind is not (ElementKind.F8E4M3FN or ElementKind.F8E5M2))
                {
                    Add(x.Kind, dims, $"stablehlo.reduce_precision {x.Name}, format = e{_random.Next(4, 9)}m{_random.Next(2, 8)} : {t}", x.Bound * 2);
                }
                else
                {
                    Shaped(x, dims, type => $"stablehlo.optimization_barrier {x.Name} : {type}");
                }
                break;
        }
    }

    private void Shaped(RandomValue x, long[] dims, Func<string, string> code, double? bound = null, double? grain = null) =>
        Add(x.Kind, dims, code(RandomValue.TypeText(x.Kind, dims)), bound ?? x.Bound, grain ?? x.Grain);

    private long[] Reshaped(long count)
    {
        if (count == 0)
        {
            return [0, 3];
        }
        var to = new List<long>();
        foreach (long f in new long[] { 2, 3, 4, 5, 7, 8, 11, 16, 17 }.OrderBy(_ => _random.Next()))
        {
            if (count % f == 0 && to.Count < 3)
            {
                to.Add(f);
                count /= f;
            }
        }
        to.Insert(_random.Next(to.Count + 1), count);
        return [.. to];
    }

    private void Dynamic()
    {
        RandomValue? x = Pick(v => v.Dims.Length > 0 && v.Count > 0);
        if (x is null)
        {
            return;
        }
        ElementKind index = OneOf(ElementKind.I32, ElementKind.I64, ElementKind.UI32);
        string[] starts = [.. x.Dims.Select(d => Start(index, d))];
        long[] sizes = [.. x.Dims.Select(d => _random.NextInt64(1, d + 1))];
        string scalar = RandomValue.TypeText(index), indexTypes = string.Join(", ", starts.Select(_ => scalar));
        if (Chance(2))
        {
            Shaped(x, sizes, type => $"stablehlo.dynamic_slice {x.Name}, {string.Join(", ", starts)}, sizes = {List(sizes)} : ({x.Type}, {indexTypes}) -> {type}");
            return;
        }
        RandomValue update = Like(x.Kind, sizes);
        Shaped(x, x.Dims, type => $"stablehlo.dynamic_update_slice {x.Name}, {update.Name}, {string.Join(", ", starts)} : ({x.Type}, {update.Type}, {indexTypes}) -> {type}", Math.Max(x.Bound, update.Bound), Finer(x, update));
    }

    // A start that may lie outside: a constant, or the first element of an integer value.
    private string Start(ElementKind kind, long size)
    {
        if (Chance(2) && Pick(v => v.Kind == kind && v.Count > 0) is { } known)
        {
            RandomValue flat = Helper(kind, [known.Count], $"stablehlo.reshape {known.Name} : ({known.Type}) -> {RandomValue.TypeText(kind, known.Count)}");
            RandomValue first = Helper(kind, [1], $"stablehlo.slice {flat.Name} [0:1] : ({flat.Type}) -> {RandomValue.TypeText(kind, 1)}");
            return Helper(kind, [], $"stablehlo.reshape {first.Name} : ({first.Type}) -> {RandomValue.TypeText(kind)}").Name;
        }
        return Scalar(kind, _random.NextInt64(kind.IsUnsignedInteger() ? 0 : -2, size + 2).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
