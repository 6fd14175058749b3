using System.Globalization;
using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>The small transformer block of text adapters and of the image connector (spec 1.3, 1.4): no rope, no mask.</summary>
internal static class Connector
{
    /// <summary>
    /// Block <paramref name="index"/> with i1's names: <c>connector_norm1</c>, <c>connector_attn</c>, … for the first,
    /// <c>connector_norm3</c>, <c>connector_attn2</c>, … for the second.
    /// </summary>
    public static Tensor Apply(Scope scope, Tensor x, DiTConfig config, int index, string suffix)
    {
        using var _ = scope.Enter();
        string number = index == 0 ? "" : (index + 1).ToString(CultureInfo.InvariantCulture);
        Tensor attention = SelfAttention.Apply(scope.Child($"connector_attn{number}{suffix}"), Norm.Apply(scope.Child($"connector_norm{(2 * index) + 1}{suffix}"), x, config), config);
        x += attention;
        return x + FeedForward.Apply(scope.Child($"connector_mlp{number}{suffix}"), Norm.Apply(scope.Child($"connector_norm{(2 * index) + 2}{suffix}"), x, config), config);
    }
}
