using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>
/// The main stack of every backbone (spec 1.6): <c>blocks_0</c> … with U-ViT long skips, each block a function of its own
/// so that equal blocks are traced once. An even depth with long skips builds depth + 1 blocks, as i1 does.
/// </summary>
/// <param name="config">Switches.</param>
/// <param name="specs">All parameters of the model; asked for only when blocks run as a loop.</param>
/// <param name="sharding">Where streams and stacked kernels lie.</param>
/// <param name="observer">Called with the result of each block.</param>
internal sealed class BlockStack(DiTConfig config, Func<IReadOnlyList<ParameterSpec>> specs, ShardingRules sharding, Action<string, Tensor>? observer)
{
    /// <summary>The numbers of the blocks of each loop, in the order in which their weights are stacked; none when blocks run in a row.</summary>
    public static IReadOnlyList<int[]> Loops(DiTConfig config)
    {
        int n = config.InBlocks;
        return !config.ScanBlocks ? []
            : config.UseLongSkip && n > 0 ? [[.. Enumerable.Range(0, n + 1)], [.. Enumerable.Range(0, n).Select(k => (2 * n) - k)]]
            : [[.. Enumerable.Range(0, config.Blocks)]];
    }

    /// <summary>Runs the stack.</summary>
    /// <param name="scope">The model's root scope.</param>
    /// <param name="streams">The streams that flow through the blocks, the batch leading.</param>
    /// <param name="call">Calls a block in a scope with the streams and, for a skip block, the streams it is given to join.</param>
    public Tensor[] Run(Scope scope, Tensor[] streams, Func<Scope, Tensor[], Tensor[]?, Tensor[]> call)
    {
        Tensor[] Block(Scope block, Tensor[] inputs, Tensor[]? skip) => [.. call(block, inputs, skip).Select(sharding.OverBatch)];

        streams = [.. streams.Select(sharding.OverBatch)];
        int n = config.InBlocks;
        if (config.ScanBlocks)
        {
            IReadOnlyList<int[]> loops = Loops(config);
            return loops.Count == 2 ? ScanWithSkips(scope, loops, streams, Block) : Scan(scope, loops[0], streams, Block).Streams;
        }
        var skips = new Stack<Tensor[]>();
        for (int i = 0; i < config.Blocks; i++)
        {
            streams = Block(scope.Child($"blocks_{i}"), streams, config.UseLongSkip && i > n ? skips.Pop() : null);
            for (int stream = 0; observer is not null && stream < streams.Length; stream++)
            {
                observer(streams.Length == 1 ? $"blocks_{i}" : $"blocks_{i} stream {stream}", streams[stream]);
            }
            if (config.UseLongSkip && i < n)
            {
                skips.Push(streams);
            }
        }
        return streams;
    }

    /// <summary>The skip block's first layer: <c>Dense(concat[x, skip])</c>, Xavier-uniform.</summary>
    public static Tensor Join(Scope scope, Tensor x, Tensor skip, DiTConfig config) =>
        Dense.Apply(scope, Jnp.Concatenate([x, skip], -1), config.HiddenSize, Initializers.XavierUniform());

    // Two loops. The first keeps the streams behind each block; the second runs against their order, so that slice k of its
    // sequences is what block 2n - k joins.
    private Tensor[] ScanWithSkips(Scope scope, IReadOnlyList<int[]> loops, Tensor[] streams, Func<Scope, Tensor[], Tensor[]?, Tensor[]> block)
    {
        (Tensor[] middle, Tensor[] kept) = Scan(scope, loops[0], streams, block, keep: true);
        Tensor[] skips = [.. kept.Select(k => k[..config.InBlocks])];
        return Scan(scope, loops[1], middle, block, skips: skips, reverse: true).Streams;
    }

    private (Tensor[] Streams, Tensor[] Kept) Scan(
        Scope scope, int[] numbers, Tensor[] streams, Func<Scope, Tensor[], Tensor[]?, Tensor[]> block, Tensor[]? skips = null, bool reverse = false, bool keep = false)
    {
        string prefix = $"blocks_{numbers[0]}/";
        ParameterSpec[] first = [.. specs().Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal))];
        string[] names = [.. first.Select(s => s.Name[prefix.Length..])];
        Tensor[] stacked = [.. first.Select((spec, p) => sharding.Stacked(
            Jnp.Stack([.. numbers.Select(i => scope.Child($"blocks_{i}").Param(names[p], spec.Shape, spec.Initializer, spec.DType, asStored: true))]), spec.Shape))];
        return Lax.Scan((carries, slices) =>
        {
            Scope one = Scope.Bind(new ParameterSet(names, slices[..names.Length]), scope.Policy);
            Tensor[] next = block(one, carries, skips is null ? null : slices[names.Length..]);
            return (next, keep ? next : []);
        }, streams, [.. stacked, .. skips ?? []], reverse: reverse);
    }
}
