namespace I1Xla.Host.Configuration;

/// <summary>
/// i1's generic step quantities (spec 4.5): one of <c>X_steps</c>, <c>X_examples</c>, <c>X_epochs</c>, <c>X_percent</c>, and
/// the rule for when a periodic action is due (spec 5.3).
/// </summary>
public static class StepsRule
{
    /// <summary>Turns whichever form was given into steps; null when none was.</summary>
    /// <param name="name">The prefix, for messages.</param>
    /// <param name="steps">The number itself.</param>
    /// <param name="examples">In examples: round(x / batch), at least 1.</param>
    /// <param name="epochs">In epochs: round(x · examples / batch), at least 1.</param>
    /// <param name="percent">As a fraction of the total in 0..1, at least 1 step.</param>
    /// <param name="batchSize">Global batch size.</param>
    /// <param name="dataSize">Training examples in an epoch; 0 when unknown.</param>
    /// <param name="totalSteps">Total steps; 0 when unknown.</param>
    /// <exception cref="UserErrorException">More than one form was given, or one that needs what is unknown.</exception>
    public static long? Resolve(string name, long? steps, long? examples, double? epochs, double? percent, long batchSize, long dataSize, long totalSteps)
    {
        string[] given =
        [
            .. steps is null ? Array.Empty<string>() : [$"{name}_steps"],
            .. examples is null ? Array.Empty<string>() : [$"{name}_examples"],
            .. epochs is null ? Array.Empty<string>() : [$"{name}_epochs"],
            .. percent is null ? Array.Empty<string>() : [$"{name}_percent"],
        ];
        if (given.Length > 1)
        {
            throw new UserErrorException($"Only one of {string.Join(" and ", given)} may be given: they say the same thing in different units.");
        }
        if (percent is < 0 or > 1)
        {
            throw new UserErrorException($"{name}_percent is a fraction of the total between 0 and 1, not {percent}.");
        }
        if (steps is { } s)
        {
            return s;
        }
        if (examples is { } e)
        {
            return Math.Max(1, (long)Math.Round((double)e / batchSize, MidpointRounding.ToEven));
        }
        if (epochs is { } ep)
        {
            return dataSize > 0 ? Math.Max(1, (long)Math.Round(ep * ((double)dataSize / batchSize), MidpointRounding.ToEven))
                : throw new UserErrorException($"{name}_epochs needs a data set with a known number of examples; give {name}_steps.");
        }
        if (percent is { } p)
        {
            return totalSteps > 0 ? Math.Max(1, (long)Math.Round(p * totalSteps, MidpointRounding.ToEven))
                : throw new UserErrorException($"{name}_percent needs a total number of steps; give {name}_steps.");
        }
        return null;
    }

    /// <summary>Whether an action with period <paramref name="every"/> is due at <paramref name="step"/> of <paramref name="total"/> (i1's <c>itstime</c>).</summary>
    /// <param name="step">The step just finished, from 1.</param>
    /// <param name="every">The period; null means never.</param>
    /// <param name="total">Total steps.</param>
    /// <param name="first">Whether step 1 counts.</param>
    /// <param name="last">Whether the last step counts.</param>
    /// <param name="drop">Multiples nearer to the end than this share of the period are skipped.</param>
    public static bool ItsTime(long step, long? every, long total, bool first = true, bool last = true, double drop = 0.25)
    {
        if (every is not > 0)
        {
            return false;
        }
        long period = every.Value;
        bool close = Math.Abs(step - total) < drop * period;
        return (step % period == 0 && !close) || (last && step == total) || (first && step == 1);
    }
}
