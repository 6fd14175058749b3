using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>Adaptive layer norm: shifts, scales and gates from the conditioning vector (spec 1.2, 1.7).</summary>
/// <param name="ShiftMsa">Shift before attention, (B, 1, H); null without shifts.</param>
/// <param name="ScaleMsa">Scale before attention.</param>
/// <param name="GateMsa">Gate after attention.</param>
/// <param name="ShiftMlp">Shift before the feed-forward; null without shifts.</param>
/// <param name="ScaleMlp">Scale before the feed-forward.</param>
/// <param name="GateMlp">Gate after the feed-forward.</param>
internal sealed record AdaLN(Tensor? ShiftMsa, Tensor ScaleMsa, Tensor GateMsa, Tensor? ShiftMlp, Tensor ScaleMlp, Tensor GateMlp)
{
    /// <summary>The six (or four) chunks of a block's <c>adaLN_modulation</c>.</summary>
    public static AdaLN Of(Scope scope, Tensor cond, DiTConfig config)
    {
        Tensor[] c = Chunks(scope, cond, config, config.WithoutShift ? 4 : 6);
        return config.WithoutShift ? new(null, c[0], c[1], null, c[2], c[3]) : new(c[0], c[1], c[2], c[3], c[4], c[5]);
    }

    /// <summary><c>Dense(silu(cond))</c> in equal chunks, each (B, 1, H).</summary>
    public static Tensor[] Chunks(Scope scope, Tensor cond, DiTConfig config, int count)
    {
        using var _ = scope.Enter();
        Tensor all = Dense.Apply(scope.Child("linear"), Nn.Silu(cond), (long)count * config.HiddenSize);
        return [.. Jnp.Split(all, count, -1).Select(chunk => chunk[Slice.All, Slice.NewAxis, Slice.All])];
    }

    /// <summary><c>x · (1 + scale) + shift</c>.</summary>
    public static Tensor Modulate(Tensor x, Tensor? shift, Tensor scale)
    {
        Tensor y = x * (1 + scale);
        return shift is null ? y : y + shift;
    }
}
