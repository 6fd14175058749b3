namespace I1Xla.Cpu.PjrtTable;

/// <summary>Something that happens once, well or badly, perhaps on another thread.</summary>
internal sealed class EventObject
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _done = new(false);
    private List<Action<PluginError?>>? _waiting = [];
    private PluginError? _error;

    /// <summary>An event that has happened.</summary>
    public static EventObject Completed(PluginError? error = null)
    {
        var e = new EventObject();
        e.Complete(error);
        return e;
    }

    /// <summary>Whether it has happened.</summary>
    public bool IsReady => _done.IsSet;

    /// <summary>How it ended; null when well. Only once it is ready.</summary>
    public PluginError? Error => _error;

    /// <summary>Makes it happen and runs what was waiting, on this thread.</summary>
    public void Complete(PluginError? error = null)
    {
        List<Action<PluginError?>> run;
        lock (_lock)
        {
            if (_waiting is null) throw new InvalidOperationException("An event was completed twice.");
            run = _waiting;
            _waiting = null;
            _error = error;
            _done.Set();
        }
        foreach (Action<PluginError?> action in run) action(error);
    }

    /// <summary>Runs <paramref name="action"/> when it has happened: now, or later on the thread that completes it.</summary>
    public void Then(Action<PluginError?> action)
    {
        lock (_lock)
        {
            if (_waiting is not null)
            {
                _waiting.Add(action);
                return;
            }
        }
        action(_error);
    }

    /// <summary>Blocks until it has happened. Returns how.</summary>
    public PluginError? Wait()
    {
        _done.Wait();
        return _error;
    }
}
