using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>A frozen text encoder (spec 2). Its parameters are inputs of the step, never trained.</summary>
public abstract class TextEncoder
{
    /// <summary>Its key in configurations.</summary>
    public abstract string Name { get; }

    /// <summary>Width of its features, D.</summary>
    public abstract int EmbedDim { get; }

    /// <summary>Its parameters, with seeded initialisers where it is not read from a checkpoint.</summary>
    public abstract IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>What a batch brings for this encoder: token ids and mask as <c>labels</c> (B, L, 2), unless features are given.</summary>
    /// <param name="suffix">Distinguishes the encoders of a list: <c>_0</c>, <c>_1</c>, ….</param>
    /// <param name="batch">B.</param>
    /// <param name="tokens">L.</param>
    public virtual IReadOnlyList<ArgumentSpec> Inputs(string suffix, int batch, int tokens) => [new($"labels{suffix}", ElementKind.I32, [batch, tokens, 2])];

    /// <summary>What a batch brings, in the order of <see cref="Inputs"/>, to features (B, L, D) and mask (B, L).</summary>
    public abstract (Tensor Features, Tensor Mask) Encode(Scope scope, ReadOnlySpan<Tensor> inputs);
}

/// <summary>
/// A frozen table of seeded normal vectors, one a word, with a sinusoidal code of the word's place added: the smallest
/// encoder that tells words and their order apart.
/// </summary>
/// <param name="vocabularySize">Rows of the table.</param>
/// <param name="embedDim">D, a multiple of 2.</param>
public sealed class SeededEmbedding(int vocabularySize, int embedDim) : TextEncoder
{
    /// <summary>The key in configurations.</summary>
    public const string Key = "seeded_embedding";

    /// <inheritdoc/>
    public override string Name => Key;

    /// <inheritdoc/>
    public override int EmbedDim => embedDim;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => Graph.Parameters.Discover(scope => Table(scope));

    /// <inheritdoc/>
    public override (Tensor Features, Tensor Mask) Encode(Scope scope, ReadOnlySpan<Tensor> inputs)
    {
        Tensor ids = inputs[0][Slice.Ellipsis, 0], mask = inputs[0][Slice.Ellipsis, 1];
        int length = (int)ids.Shape[1];
        var places = new float[length * embedDim];
        for (int j = 0; j < length; j++)
        {
            for (int i = 0; i < embedDim / 2; i++)
            {
                double angle = j / Math.Pow(100, 2.0 * i / embedDim);
                places[(j * embedDim) + (2 * i)] = (float)(0.5 * Math.Sin(angle));
                places[(j * embedDim) + (2 * i) + 1] = (float)(0.5 * Math.Cos(angle));
            }
        }
        return (Jnp.Take(Table(scope), ids, 0, GatherScatterMode.PromiseInBounds) + Jnp.Constant(places, [1, length, embedDim]), mask);
    }

    private Tensor Table(Scope scope) => scope.Param("embedding", [vocabularySize, embedDim], Initializers.Normal(1));
}

/// <summary>The slot of a text encoder whose features come with the batch: steps trace and compile at their real shapes.</summary>
/// <param name="name">The encoder's key.</param>
/// <param name="embedDim">D.</param>
/// <param name="dtype">Element kind of the features.</param>
public sealed class GivenFeatures(string name, int embedDim, ElementKind dtype) : TextEncoder
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int EmbedDim => embedDim;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override IReadOnlyList<ArgumentSpec> Inputs(string suffix, int batch, int tokens) =>
        [new($"text{suffix}", dtype, [batch, tokens, embedDim]), new($"mask{suffix}", ElementKind.F32, [batch, tokens])];

    /// <inheritdoc/>
    public override (Tensor Features, Tensor Mask) Encode(Scope scope, ReadOnlySpan<Tensor> inputs) => (inputs[0], inputs[1]);
}
