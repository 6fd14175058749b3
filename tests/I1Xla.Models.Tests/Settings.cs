using System.Text.Json;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>Reads settings of rectified flow and of the optimizer from the JSON beside golden arrays, under i1's names; what is absent keeps i1's default.</summary>
internal static class Settings
{
    /// <summary>An object inside an object, by path.</summary>
    public static JsonElement? Object(JsonElement root, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (!root.TryGetProperty(name, out JsonElement inner) || inner.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
            root = inner;
        }
        return root;
    }

    /// <summary>A number.</summary>
    public static double? Number(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement e) && e.ValueKind == JsonValueKind.Number ? e.GetDouble() : null;

    /// <summary>A whole number.</summary>
    public static long? Integer(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement e) && e.ValueKind == JsonValueKind.Number ? e.GetInt64() : null;

    /// <summary>A number or a list of them.</summary>
    public static float[] Numbers(JsonElement root, string name, float other) =>
        !root.TryGetProperty(name, out JsonElement e) ? [other] : e.ValueKind == JsonValueKind.Array ? [.. e.EnumerateArray().Select(v => v.GetSingle())] : [e.GetSingle()];

    /// <summary>Rectified flow.</summary>
    public static RectifiedFlow Flow(JsonElement transport, double shift = 0)
    {
        var flow = new RectifiedFlow();
        return flow with
        {
            PredictsData = transport.TryGetProperty("prediction", out JsonElement p) && p.GetString()!.ToLowerInvariant() is "x" or "sample" or "data",
            UseLogNormal = !transport.TryGetProperty("use_lognorm", out JsonElement l) || l.GetBoolean(),
            LogNormalMu = Number(transport, "lognorm_mu") ?? flow.LogNormalMu,
            LogNormalSigma = Number(transport, "lognorm_sigma") ?? flow.LogNormalSigma,
            TrainTimestepShift = Number(transport, "train_timestep_shift") ?? Number(transport, "shift") ?? shift,
            GuidanceIntervalStart = Number(transport, "cfg_interval_start") ?? flow.GuidanceIntervalStart,
            InferenceTimestepShift = Number(transport, "inference_timestep_shift") ?? flow.InferenceTimestepShift,
        };
    }

    /// <summary>The optimizer chain.</summary>
    public static OptimizerConfig Optimizer(JsonElement config)
    {
        var o = new OptimizerConfig();
        JsonElement adam = Object(config, "optax") ?? config;
        return o with
        {
            GradientClipNorm = config.TryGetProperty("grad_clip_norm", out _) ? Number(config, "grad_clip_norm") : o.GradientClipNorm,
            MomentDType = adam.TryGetProperty("mu_dtype", out JsonElement kind) && kind.GetString() == "float32" ? ElementKind.F32 : ElementKind.BF16,
            Beta1 = Number(adam, "b1") ?? o.Beta1,
            Beta2 = Number(adam, "b2") ?? o.Beta2,
            Epsilon = Number(adam, "eps") ?? o.Epsilon,
            WeightDecay = Number(config, "wd"),
            WeightDecayMultipliers = Patterns(config, "wd_mults") ?? o.WeightDecayMultipliers,
            LearningRate = Number(config, "lr") ?? o.LearningRate,
            LearningRateMultipliers = Patterns(config, "lr_mults") ?? o.LearningRateMultipliers,
            Schedule = Patterns(config, "schedule") ?? o.Schedule,
        };
    }

    // A list of [pattern, value or null], or one number for all.
    private static PatternValue[]? Patterns(JsonElement config, string name) =>
        !config.TryGetProperty(name, out JsonElement e) || e.ValueKind == JsonValueKind.Null ? null
            : e.ValueKind == JsonValueKind.Number ? [new(".*", e.GetDouble())]
            : [.. e.EnumerateArray().Select(p => new PatternValue(p[0].GetString()!, p[1].ValueKind == JsonValueKind.Null ? null : p[1].GetDouble()))];
}
