using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>A place in the process grid (specification, "Process grid").</summary>
internal readonly record struct ProcessId(int Replica, int Partition);

/// <summary>One process: where it is and the grid that it talks to the others through.</summary>
internal sealed record Process(ProcessId Id, ProcessGrid Grid);

/// <summary>
/// The processes of one <c>run_parallel</c>: groups, rendezvous, channels, infeed and outfeed. When every process that still
/// runs waits, nothing can happen any more, and all of them fail with an error that says so.
/// </summary>
internal sealed class ProcessGrid(int replicas, int partitions, Queue<string> infeed)
{
    private readonly object _lock = new();
    private readonly Dictionary<(string Group, long Channel), Meeting> _meetings = [];
    private readonly Dictionary<long, Queue<Literal[]>> _channels = [];
    private int _running = replicas * partitions;
    private readonly List<Func<bool>> _waiting = [];
    private bool _stuck;

    /// <summary>What outfeed ops wrote.</summary>
    public List<Literal[]> Outfeed { get; } = [];

    /// <summary>All processes.</summary>
    public int Count => replicas * partitions;

    public ProcessId[][] CrossReplica(long[][] groups) => Expand(groups, partitions, (id, p) => new ProcessId((int)id, p));

    public ProcessId[][] CrossPartition(long[][] groups) => Expand(groups, replicas, (id, r) => new ProcessId(r, (int)id));

    public ProcessId[][] CrossReplicaAndPartition(long[][] groups) =>
        groups.Select(g => Enumerable.Range(0, partitions).SelectMany(p => g.Select(r => new ProcessId((int)r, p))).ToArray()).ToArray();

    public ProcessId[][] FlattenedIds(long[][] groups) =>
        groups.Select(g => g.Select(id => new ProcessId((int)(id / partitions), (int)(id % partitions))).ToArray()).ToArray();

    /// <summary>All replicas in one group, what empty replica groups mean.</summary>
    public long[] AllReplicas => Enumerable.Range(0, replicas).Select(i => (long)i).ToArray();

    /// <summary>Waits until every process of a group has come and gives what each brought.</summary>
    public Dictionary<ProcessId, Literal[]> Rendezvous(OpContext c, ProcessId[] group, long channel, ProcessId self, Literal[] operands)
    {
        var key = (string.Join(";", group.Select(p => $"{p.Replica},{p.Partition}")), channel);
        lock (_lock)
        {
            if (!_meetings.TryGetValue(key, out Meeting? meeting) || meeting.Brought.ContainsKey(self))
            {
                // The previous meeting of this group is over, or waits for members that have come to this one before.
                _meetings[key] = meeting = new Meeting();
            }
            meeting.Brought[self] = operands;
            if (meeting.Brought.Count == group.Distinct().Count())
            {
                meeting.Done = true;
                _meetings.Remove(key);
                Monitor.PulseAll(_lock);
                return meeting.Brought;
            }
            Wait(c, () => meeting.Done);
            return meeting.Brought;
        }
    }

    public void Send(long channel, Literal[] values)
    {
        lock (_lock)
        {
            Channel(channel).Enqueue(values);
            Monitor.PulseAll(_lock);
        }
    }

    public Literal[] Receive(OpContext c, long channel)
    {
        lock (_lock)
        {
            Wait(c, () => Channel(channel).Count > 0);
            return Channel(channel).Dequeue();
        }
    }

    /// <summary>The next infeed function.</summary>
    public string TakeInfeed(OpContext c)
    {
        lock (_lock)
        {
            return infeed.TryDequeue(out string? name) ? name : throw c.Error("the infeed is empty");
        }
    }

    public void WriteOutfeed(Literal[] values)
    {
        lock (_lock)
        {
            Outfeed.Add(values);
        }
    }

    /// <summary>Whether an error is only that others did not come.</summary>
    public bool IsStuckError(Exception e) => _stuck && e is StuckException;

    /// <summary>A process has ended.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _running--;
            CheckStuck();
        }
    }

    private void Wait(OpContext c, Func<bool> ready)
    {
        _waiting.Add(ready);
        try
        {
            while (!ready())
            {
                CheckStuck();
                if (_stuck)
                {
                    throw new StuckException(c.Op, "the processes wait for each other forever: no process that could bring what is missing still runs");
                }
                Monitor.Wait(_lock);
            }
        }
        finally
        {
            _waiting.Remove(ready);
        }
    }

    /// <summary>Nothing can change when every process that still runs waits for something that is not there.</summary>
    private void CheckStuck()
    {
        if (!_stuck && _running > 0 && _waiting.Count == _running && _waiting.TrueForAll(ready => !ready()))
        {
            _stuck = true;
            Monitor.PulseAll(_lock);
        }
    }

    private Queue<Literal[]> Channel(long id) => _channels.TryGetValue(id, out Queue<Literal[]>? queue) ? queue : _channels[id] = new Queue<Literal[]>();

    private static ProcessId[][] Expand(long[][] groups, int copies, Func<long, int, ProcessId> id) =>
        groups.SelectMany(g => Enumerable.Range(0, copies).Select(i => g.Select(member => id(member, i)).ToArray())).ToArray();

    private sealed class StuckException(Operation op, string message) : InterpreterException(op, message);

    private sealed class Meeting
    {
        public Dictionary<ProcessId, Literal[]> Brought { get; } = [];

        public bool Done { get; set; }
    }
}
