using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Attributes of the main function's arguments and results: shardings and donation.</summary>
internal static class MainAttributes
{
    /// <summary>Writes the attributes; gives which result takes over which donated argument.</summary>
    public static Dictionary<int, int> Set(ModuleTracer module, FuncOp main, IReadOnlyList<ArgumentSpec> arguments, IReadOnlyList<ResultSpec> results)
    {
        Dictionary<int, int> donations = Pair(arguments, results);
        var arg = new Attribute[arguments.Count];
        for (int i = 0; i < arg.Length; i++)
        {
            var entries = new List<NamedAttribute>();
            if (arguments[i].Donate)
            {
                entries.Add(donations.TryGetValue(i, out int to)
                    ? new NamedAttribute("tf.aliasing_output", IntegerAttr.I32(to))
                    : new NamedAttribute("jax.buffer_donor", new BoolAttr(true)));
            }
            arg[i] = Shardings.WithSharding(module, entries, arguments[i].Sharding, arguments[i].Type, arguments[i].Name);
        }
        var res = new Attribute[results.Count];
        for (int i = 0; i < res.Length; i++)
        {
            List<NamedAttribute> entries = [new("jax.result_info", new StringAttr(results[i].Name))];
            res[i] = Shardings.WithSharding(module, entries, results[i].Sharding, results[i].Type, results[i].Name);
        }
        main.Op.Attributes.Set("arg_attrs", new ArrayAttr(new ValueArray<Attribute>(arg)));
        main.Op.Attributes.Set("res_attrs", new ArrayAttr(new ValueArray<Attribute>(res)));
        Shardings.FinishModule(module);
        return donations;
    }

    /// <summary>Matches donated arguments to results of the same type: first by name, then in order. With different shardings no alias is made.</summary>
    private static Dictionary<int, int> Pair(IReadOnlyList<ArgumentSpec> arguments, IReadOnlyList<ResultSpec> results)
    {
        var donations = new Dictionary<int, int>();
        var taken = new bool[results.Count];
        bool Fits(int a, int r) => !taken[r] && arguments[a].Type.Equals(results[r].Type) && Equals(arguments[a].Sharding, results[r].Sharding);
        void Take(int a, int r)
        {
            donations.Add(a, r);
            taken[r] = true;
        }
        var byName = new Dictionary<string, int>();
        for (int r = 0; r < results.Count; r++)
        {
            byName.TryAdd(results[r].Name, r);
        }
        for (int a = 0; a < arguments.Count; a++)
        {
            if (arguments[a].Donate && byName.TryGetValue(arguments[a].Name, out int r) && Fits(a, r))
            {
                Take(a, r);
            }
        }
        var free = new Dictionary<TensorType, Queue<int>>();
        for (int r = 0; r < results.Count; r++)
        {
            if (!taken[r])
            {
                (free.TryGetValue(results[r].Type, out Queue<int>? queue) ? queue : free[results[r].Type] = new Queue<int>()).Enqueue(r);
            }
        }
        for (int a = 0; a < arguments.Count; a++)
        {
            if (arguments[a].Donate && !donations.ContainsKey(a) && free.TryGetValue(arguments[a].Type, out Queue<int>? queue))
            {
                for (int tries = queue.Count; tries > 0; tries--)
                {
                    int r = queue.Dequeue();
                    if (Fits(a, r))
                    {
                        Take(a, r);
                        break;
                    }
                    queue.Enqueue(r);
                }
            }
        }
        return donations;
    }
}
