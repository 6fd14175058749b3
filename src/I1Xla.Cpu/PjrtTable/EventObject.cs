namespace I1Xla.Cpu.PjrtTable;

/// <summary>Something that happens once, well or badly, perhaps on another thread.</summary>
internal sealed class EventObject
{
    private readonly object _lock = new();
    private List<Action<PluginError?>>? _waiting;
    private PluginError? _error;
    private volatile bool _isReady;
    private bool _isAwaited;

    /// <summary>An event that has happened well.</summary>
    public static EventObject Happened { get; } = new() { _isReady = true };

    /// <summary>An event that has happened.</summary>
    public static EventObject Completed(PluginError? error) => error is null ? Happened : new EventObject { _error = error, _isReady = true };

    /// <summary>Whether it has happened.</summary>
    public bool IsReady => _isReady;

    /// <summary>How it ended; null when well. Only once it is ready.</summary>
    public PluginError? Error => _error;

    /// <summary>Makes it happen and runs what was waiting, on this thread.</summary>
    public void Complete(PluginError? error = null)
    {
        List<Action<PluginError?>>? run;
        lock (_lock)
        {
            if (_isReady) throw new InvalidOperationException("An event was completed twice.");
            run = _waiting;
            _waiting = null;
            _error = error;
            _isReady = true;
            if (_isAwaited) Monitor.PulseAll(_lock);
        }
        if (run is null) return;
        foreach (Action<PluginError?> action in run) action(error);
    }

    /// <summary>Runs <paramref name="action"/> when it has happened: now, or later on the thread that completes it.</summary>
    public void Then(Action<PluginError?> action)
    {
        if (!_isReady)
        {
            lock (_lock)
            {
                if (!_isReady)
                {
                    (_waiting ??= []).Add(action);
                    return;
                }
            }
        }
        action(_error);
    }

    /// <summary>Blocks until it has happened. Returns how.</summary>
    public PluginError? Wait()
    {
        // Most of what is waited for is over soon.
        var spin = default(SpinWait);
        while (!_isReady && !spin.NextSpinWillYield) spin.SpinOnce();
        if (!_isReady)
        {
            lock (_lock)
            {
                _isAwaited = true;
                while (!_isReady) Monitor.Wait(_lock);
            }
        }
        return _error;
    }
}
