using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>
/// The main stack of every backbone (spec 1.6): <c>blocks_0</c> … with U-ViT long skips, each block a function of its own
/// so that equal blocks are traced once. An even depth with long skips builds depth + 1 blocks, as i1 does.
/// </summary>
internal static class BlockStack
{
    /// <summary>Runs the stack.</summary>
    /// <param name="scope">The model's root scope.</param>
    /// <param name="config">Switches.</param>
    /// <param name="streams">The streams that flow through the blocks.</param>
    /// <param name="call">Calls a block in a scope with the streams and, for a skip block, the streams it is given to join.</param>
    public static Tensor[] Run(Scope scope, DiTConfig config, Tensor[] streams, Func<Scope, Tensor[], Tensor[]?, Tensor[]> call)
    {
        if (!config.UseLongSkip)
        {
            for (int i = 0; i < config.Depth; i++)
            {
                streams = call(scope.Child($"blocks_{i}"), streams, null);
            }
            return streams;
        }
        var skips = new Stack<Tensor[]>();
        int n = config.InBlocks;
        for (int i = 0; i < n; i++)
        {
            streams = call(scope.Child($"blocks_{i}"), streams, null);
            skips.Push(streams);
        }
        streams = call(scope.Child($"blocks_{n}"), streams, null);
        for (int i = n + 1; i <= 2 * n; i++)
        {
            streams = call(scope.Child($"blocks_{i}"), streams, skips.Pop());
        }
        return streams;
    }

    /// <summary>The skip block's first layer: <c>Dense(concat[x, skip])</c>, Xavier-uniform.</summary>
    public static Tensor Join(Scope scope, Tensor x, Tensor skip, DiTConfig config) =>
        Dense.Apply(scope, Jnp.Concatenate([x, skip], -1), config.HiddenSize, Initializers.XavierUniform());
}
