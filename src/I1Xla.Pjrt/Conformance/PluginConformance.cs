using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Conformance;

/// <summary>How to try a plugin.</summary>
public sealed record ConformanceOptions
{
    /// <summary>Options for the client.</summary>
    public IReadOnlyDictionary<string, PjrtValue> CreateOptions { get; init; } = new Dictionary<string, PjrtValue>();

    /// <summary>The topology to describe without a device; null: one that suits the plugin's name, if any.</summary>
    public string? Topology { get; init; }
}

/// <summary>
/// Tries every function of a plugin and compares what it does with what the header says. A function that is not there or says
/// that it is not implemented is told apart from one that does the wrong thing.
/// </summary>
public sealed partial class PluginConformance
{
    private readonly PjrtPlugin plugin;
    private readonly ConformanceOptions options;
    private readonly ConformanceResult?[] results = new ConformanceResult?[PjrtFunctions.Count];
    private readonly List<ConformanceResult> extensions = [];
    private readonly List<ConformanceResult> behaviours = [];
    private readonly IProgress<string>? progress;
    private string? noClient;
    private string? platform;

    private PluginConformance(PjrtPlugin plugin, ConformanceOptions options, IProgress<string>? progress)
    {
        this.plugin = plugin;
        this.options = options;
        this.progress = progress;
    }

    /// <summary>Tries a plugin.</summary>
    public static ConformanceReport Run(PjrtPlugin plugin, ConformanceOptions? options = null, IProgress<string>? progress = null)
    {
        var run = new PluginConformance(plugin, options ?? new ConformanceOptions(), progress);
        run.All();
        return new ConformanceReport
        {
            Plugin = plugin.Name,
            ApiVersion = plugin.ApiVersion,
            TableEntries = plugin.Api.EntryCount,
            Platform = run.platform,
            NoClient = run.noClient,
            Functions = [.. Enumerable.Range(0, PjrtFunctions.Count).Select(i => run.results[i] ?? new ConformanceResult(PjrtFunctions.Name((PjrtFunction)i), ConformanceOutcome.Failed, "it was not tried"))],
            Behaviours = [.. run.behaviours],
            Extensions = [.. run.extensions.OrderBy(e => e.Name, StringComparer.Ordinal)],
        };
    }

    private void All()
    {
        for (int i = 0; i < results.Length; i++)
        {
            if (!plugin.Api.Has((PjrtFunction)i))
            {
                results[i] = new ConformanceResult(PjrtFunctions.Name((PjrtFunction)i), ConformanceOutcome.Absent);
            }
        }
        progress?.Report("plugin");
        PluginItself();
        PjrtClient? client = CreateClient();
        if (client is not null)
        {
            using (client)
            {
                WithClient(client);
            }
            Pass(PjrtFunction.Client_Destroy);
        }
        using (PjrtTopology? topology = DescribeTopology(client is not null))
        {
            if (topology is not null)
            {
                progress?.Report("topology");
                WithTopology(topology, standalone: true);
            }
        }
        OtherExtensions();
        string why = client is null ? "it needs a device, and there is none" : "nothing here reaches it";
        for (int i = 0; i < results.Length; i++)
        {
            results[i] ??= new ConformanceResult(PjrtFunctions.Name((PjrtFunction)i), ConformanceOutcome.Refused, why);
        }
    }

    private void PluginItself()
    {
        Pass(PjrtFunction.Plugin_Initialize);
        Try(PjrtFunction.Plugin_Attributes, () => True(plugin.Attributes.Count > 0, "no attributes"));
        Try(PjrtFunction.Error_Message, () =>
        {
            // Any bad request makes an error with a message and a code.
            PjrtException error = Fails(() => plugin.DeserializeTopology([1, 2, 3]));
            True(error.PluginMessage.Length > 0, "an error without a message");
            True(error.Code != PjrtErrorCode.Ok, "an error with the code OK");
        }, PjrtFunction.Error_GetCode, PjrtFunction.Error_Destroy);
        if (plugin.Api.Has(PjrtFunction.Error_ForEachPayload))
        {
            // Every error raised above went through it.
            Pass(PjrtFunction.Error_ForEachPayload);
        }
        Try(PjrtFunction.ExecuteContext_Create, () =>
        {
            using var context = PjrtExecuteContext.Create(plugin);
        }, PjrtFunction.ExecuteContext_Destroy);
    }

    private PjrtClient? CreateClient()
    {
        try
        {
            PjrtClient client = plugin.CreateClient(options.CreateOptions, new InMemoryKeyValueStore());
            Pass(PjrtFunction.Client_Create);
            return client;
        }
        catch (PjrtException e)
        {
            noClient = FirstLine(e.PluginMessage);
            return null;
        }
    }

    private PjrtTopology? DescribeTopology(bool hasClient)
    {
        string? name = options.Topology ?? (plugin.Name.Contains("tpu", StringComparison.OrdinalIgnoreCase) ? "v6e:2x2" : null);
        try
        {
            PjrtTopology topology = plugin.CreateTopology(name ?? "");
            Pass(PjrtFunction.TopologyDescription_Create);
            return topology;
        }
        catch (PjrtException e) when (name is null || hasClient)
        {
            Set(PjrtFunction.TopologyDescription_Create, plugin.Api.Has(PjrtFunction.TopologyDescription_Create) ? ConformanceOutcome.Refused : ConformanceOutcome.Absent, FirstLine(e.PluginMessage));
            return null;
        }
        catch (PjrtException e)
        {
            Set(PjrtFunction.TopologyDescription_Create, ConformanceOutcome.Failed, FirstLine(e.PluginMessage));
            return null;
        }
    }

    // Tries one function; those in `also` pass with it.
    private void Try(PjrtFunction function, Action action, params ReadOnlySpan<PjrtFunction> also)
    {
        if (results[(int)function] is { Outcome: ConformanceOutcome.Passed or ConformanceOutcome.Absent or ConformanceOutcome.Failed })
        {
            return;
        }
        progress?.Report(PjrtFunctions.Name(function));
        (ConformanceOutcome outcome, string? detail) = Outcome(action);
        Set(function, outcome, detail);
        if (outcome == ConformanceOutcome.Passed)
        {
            foreach (PjrtFunction other in also)
            {
                Pass(other);
            }
        }
    }

    private void TryExtension(PjrtExtensionType type, Action action)
    {
        if (plugin.Extensions.ContainsKey(type) && extensions.All(e => e.Name != type.ToString()))
        {
            (ConformanceOutcome outcome, string? detail) = Outcome(action);
            extensions.Add(new ConformanceResult(type.ToString(), outcome, detail));
        }
    }

    private void OtherExtensions()
    {
        foreach (PjrtExtensionType type in plugin.Extensions.Keys.Where(t => extensions.All(e => e.Name != t.ToString())))
        {
            extensions.Add(new ConformanceResult(type.ToString(), ConformanceOutcome.Refused, "offered; not tried here"));
        }
    }

    private static (ConformanceOutcome, string?) Outcome(Action action)
    {
        try
        {
            action();
            return (ConformanceOutcome.Passed, null);
        }
        catch (PjrtNotSupportedException e)
        {
            return (ConformanceOutcome.Refused, FirstLine(e.Message));
        }
        catch (ConformanceViolation e)
        {
            return (ConformanceOutcome.Failed, e.Message);
        }
        catch (AggregateException e) when (e.InnerException is PjrtNotSupportedException inner)
        {
            return (ConformanceOutcome.Refused, FirstLine(inner.Message));
        }
        catch (Exception e)
        {
            return (ConformanceOutcome.Failed, $"{e.GetType().Name}: {FirstLine(e.Message)}");
        }
    }

    private void Pass(PjrtFunction function) => Set(function, ConformanceOutcome.Passed, null);

    private void Set(PjrtFunction function, ConformanceOutcome outcome, string? detail) =>
        results[(int)function] = new ConformanceResult(PjrtFunctions.Name(function), outcome, detail);

    private static void True(bool condition, string what)
    {
        if (!condition)
        {
            throw new ConformanceViolation(what);
        }
    }

    private static PjrtException Fails(Action action)
    {
        try
        {
            action();
        }
        catch (PjrtException e)
        {
            return e;
        }
        throw new ConformanceViolation("no error came where one must");
    }

    private static string FirstLine(string text)
    {
        string line = text.Split('\n')[0];
        return line.Length > 200 ? line[..200] : line;
    }

    private sealed class ConformanceViolation(string message) : Exception(message);
}
