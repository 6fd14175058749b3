using System.Text.Json;
using System.Text.Json.Nodes;

namespace I1Xla.Host.Metrics;

/// <summary>
/// Appends one JSON object a logged step to <c>big_vision_metrics.txt</c> (spec 8.4), the file that i1 writes, flushed a
/// line at a time so that a killed run keeps what it logged. A resumed run drops lines of steps it is going to repeat.
/// </summary>
public sealed class MetricWriter : IDisposable
{
    /// <summary>The file's name in the work directory.</summary>
    public const string FileName = "big_vision_metrics.txt";

    private readonly StreamWriter _file;
    private JsonObject? _record;

    /// <summary>Opens the file of a work directory for appending.</summary>
    /// <param name="workdir">The folder.</param>
    /// <param name="resumedFrom">The last step that the checkpoint holds; later lines are removed.</param>
    public MetricWriter(string workdir, long resumedFrom)
    {
        string path = System.IO.Path.Combine(workdir, FileName);
        if (File.Exists(path))
        {
            string[] kept = File.ReadAllLines(path).Where(line => StepOf(line) is { } step && step <= resumedFrom).ToArray();
            File.WriteAllLines(path + "-TEMPORARY", kept);
            File.Move(path + "-TEMPORARY", path, overwrite: true);
        }
        _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    /// <summary>Begins the record of a step.</summary>
    public void Start(long step) => _record = new JsonObject { ["step"] = step };

    /// <summary>Adds a value to the record.</summary>
    public void Measure(string name, double value)
    {
        if (_record is not null)
        {
            _record[name] = double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Writes the record.</summary>
    public void End()
    {
        if (_record is { Count: > 1 } record)
        {
            _file.WriteLine(record.ToJsonString());
        }
        _record = null;
    }

    /// <summary>The training losses logged in a work directory, by step.</summary>
    public static IReadOnlyList<(long Step, double Loss)> ReadLosses(string workdir)
    {
        string path = System.IO.Path.Combine(workdir, FileName);
        var losses = new List<(long, double)>();
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            if (Parse(line) is { } record && record["step"] is JsonValue step && record["training_loss"] is JsonValue loss && loss.TryGetValue(out double value))
            {
                losses.Add((step.GetValue<long>(), value));
            }
        }
        return losses;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static long? StepOf(string line) => Parse(line)?["step"] is JsonValue step && step.TryGetValue(out long value) ? value : null;

    // A line that a kill cut short is no JSON; it is dropped.
    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
