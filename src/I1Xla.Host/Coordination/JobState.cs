using System.Globalization;
using I1Xla.Host.Coordination.Grpc;

namespace I1Xla.Host.Coordination;

/// <summary>Why a job ended.</summary>
/// <param name="Process">The process at fault; -1 for none.</param>
/// <param name="Message">What went wrong, with the process's name.</param>
public sealed record JobFailure(int Process, string Message);

/// <summary>
/// The state of one job: who is in it, its keys and barriers, and its error. The first error ends the job: everything that
/// waits fails with it, and so does everything asked later. Time comes from a provider, so that tests need not wait.
/// </summary>
internal sealed class JobState(int processes, TimeSpan heartbeatTimeout, TimeProvider time)
{
    private readonly object _lock = new();
    private readonly Member?[] _members = new Member?[processes];
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Meeting> _barriers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<JobFailure> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The job's error, once there is one.</summary>
    public JobFailure? Failure => _failed.Task.IsCompletedSuccessfully ? _failed.Task.Result : null;

    /// <summary>Whether every process has joined and left in good order.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
            {
                return _members.All(m => m is { Left: true });
            }
        }
    }

    public void Register(int process, int count, ulong incarnation, string name)
    {
        lock (_lock)
        {
            Check(process);
            if (count != processes)
            {
                throw new GrpcException(GrpcStatus.InvalidArgument, $"Process {process} ({name}) expects a job of {count} processes; this one has {processes}.");
            }
            if (_members[process] is { Left: false } present && present.Incarnation != incarnation)
            {
                throw new GrpcException(GrpcStatus.AlreadyExists, $"Process {process} is in the job already: {present.Name}.");
            }
            _members[process] = new Member(incarnation, name) { LastSeen = time.GetTimestamp() };
        }
    }

    public JobFailure? Heartbeat(int process, ulong incarnation)
    {
        lock (_lock)
        {
            Known(process, incarnation).LastSeen = time.GetTimestamp();
            return Failure;
        }
    }

    public void Leave(int process, ulong incarnation)
    {
        lock (_lock)
        {
            if (_members[process] is { } member && member.Incarnation == incarnation)
            {
                member.Left = true;
            }
        }
    }

    /// <summary>Ends the job; only the first error counts.</summary>
    public void Fail(int process, string message)
    {
        lock (_lock)
        {
            _failed.TrySetResult(new JobFailure(process, process < 0 ? message : $"{NameOf(process)}: {message}"));
        }
    }

    /// <summary>Looks for processes that have not been heard of for too long; the first one ends the job.</summary>
    public void FindLost()
    {
        lock (_lock)
        {
            for (int i = 0; i < processes; i++)
            {
                if (_members[i] is { Left: false } member && time.GetElapsedTime(member.LastSeen) > heartbeatTimeout)
                {
                    string silence = time.GetElapsedTime(member.LastSeen).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
                    _failed.TrySetResult(new JobFailure(i, $"{NameOf(i)} is lost: it has not been heard of for {silence} s."));
                    return;
                }
            }
        }
    }

    public void Put(string key, byte[] value, bool mustBeNew)
    {
        lock (_lock)
        {
            ThrowIfFailed();
            if (mustBeNew && _values.ContainsKey(key))
            {
                throw new GrpcException(GrpcStatus.AlreadyExists, $"The key '{key}' has a value already.");
            }
            _values[key] = value;
            if (_awaited.Remove(key, out TaskCompletionSource? waiting))
            {
                waiting.SetResult();
            }
        }
    }

    public byte[] TryGet(string key)
    {
        lock (_lock)
        {
            ThrowIfFailed();
            return _values.TryGetValue(key, out byte[]? value) ? value : throw new GrpcException(GrpcStatus.NotFound, $"The key '{key}' is not there.");
        }
    }

    public int Delete(string key, bool prefix)
    {
        lock (_lock)
        {
            ThrowIfFailed();
            string[] gone = [.. _values.Keys.Where(k => prefix ? k.StartsWith(key, StringComparison.Ordinal) : k == key)];
            Array.ForEach(gone, k => _values.Remove(k));
            return gone.Length;
        }
    }

    public async Task<byte[]> GetAsync(string key, CancellationToken deadline)
    {
        while (true)
        {
            Task come;
            lock (_lock)
            {
                ThrowIfFailed();
                if (_values.TryGetValue(key, out byte[]? value))
                {
                    return value;
                }
                if (!_awaited.TryGetValue(key, out TaskCompletionSource? waiting))
                {
                    _awaited[key] = waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                come = waiting.Task;
            }
            await WaitAsync(come, deadline, () => $"The key '{key}' was not put in time.").ConfigureAwait(false);
        }
    }

    public async Task BarrierAsync(string name, int process, ulong incarnation, CancellationToken deadline)
    {
        Meeting meeting;
        lock (_lock)
        {
            ThrowIfFailed();
            Known(process, incarnation);
            if (!_barriers.TryGetValue(name, out meeting!))
            {
                _barriers[name] = meeting = new Meeting(processes);
            }
            meeting.Come[process] = true;
            if (meeting.Come.All(c => c))
            {
                // The name can be used again.
                _barriers.Remove(name);
                meeting.All.SetResult();
            }
        }
        await WaitAsync(meeting.All.Task, deadline, () =>
        {
            lock (_lock)
            {
                return $"The barrier '{name}' was not reached in time by {string.Join(", ", Enumerable.Range(0, processes).Where(i => !meeting.Come[i]).Select(NameOf))}.";
            }
        }).ConfigureAwait(false);
    }

    private async Task WaitAsync(Task task, CancellationToken deadline, Func<string> late)
    {
        var expired = new TaskCompletionSource();
        using CancellationTokenRegistration registration = deadline.Register(() => expired.TrySetResult());
        Task first = await Task.WhenAny(task, _failed.Task, expired.Task).ConfigureAwait(false);
        if (first == expired.Task && !task.IsCompleted)
        {
            throw new GrpcException(GrpcStatus.DeadlineExceeded, late());
        }
        if (first == _failed.Task && !task.IsCompleted)
        {
            ThrowIfFailed();
        }
    }

    private void ThrowIfFailed()
    {
        if (Failure is { } failure)
        {
            throw new GrpcException(GrpcStatus.Aborted, $"The job has failed. {failure.Message}");
        }
    }

    private Member Known(int process, ulong incarnation)
    {
        Check(process);
        return _members[process] is { } member && member.Incarnation == incarnation
            ? member
            : throw new GrpcException(GrpcStatus.NotFound, $"Process {process} has not joined the job, or another one has taken its place.");
    }

    private void Check(int process)
    {
        if (process < 0 || process >= processes)
        {
            throw new GrpcException(GrpcStatus.InvalidArgument, $"There is no process {process} in a job of {processes}: numbers go from 0 to {processes - 1}.");
        }
    }

    private string NameOf(int process) => _members.ElementAtOrDefault(process) is { } member ? $"process {process} ({member.Name})" : $"process {process} (which never joined)";

    private sealed class Member(ulong incarnation, string name)
    {
        public ulong Incarnation { get; } = incarnation;

        public string Name { get; } = name;

        public long LastSeen { get; set; }

        public bool Left { get; set; }
    }

    private sealed class Meeting(int processes)
    {
        public bool[] Come { get; } = new bool[processes];

        public TaskCompletionSource All { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
