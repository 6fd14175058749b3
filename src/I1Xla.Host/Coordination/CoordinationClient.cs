using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using I1Xla.Host.Coordination.Grpc;
using I1Xla.Host.Coordination.Messages;
using I1Xla.Pjrt;

namespace I1Xla.Host.Coordination;

/// <summary>Which process of which job this is.</summary>
/// <param name="Address"><c>host:port</c> of the coordination service.</param>
/// <param name="Process">This process's number, from 0.</param>
/// <param name="Processes">Processes in the job.</param>
public sealed record JobMembership(string Address, int Process, int Processes)
{
    /// <summary>How long to wait for the service to come up.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>
/// A process's part in a job: tells that it lives, learns of the job's error, and gives the key-value store through which
/// PJRT clients find each other, and barriers. Safe for use by several threads.
/// </summary>
public sealed class CoordinationClient : IPjrtKeyValueStore, IAsyncDisposable
{
    private static readonly TimeSpan s_quick = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel _channel;
    private readonly JobMembership _membership;
    private readonly ulong _incarnation = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _jobFailed = new();
    private Task _heartbeat = Task.CompletedTask;
    private JobFailure? _failure;

    private CoordinationClient(JobMembership membership)
    {
        _membership = membership;
        _channel = new GrpcChannel(membership.Address, CoordinationServer.Service);
    }

    /// <summary>This process's number.</summary>
    public int Process => _membership.Process;

    /// <summary>Ends when the job has failed; <see cref="Failure"/> then says why.</summary>
    public CancellationToken JobFailed => _jobFailed.Token;

    /// <summary>The job's error; null while there is none.</summary>
    public JobFailure? Failure => Volatile.Read(ref _failure);

    /// <summary>Joins a job, waiting for its service to come up.</summary>
    /// <exception cref="CoordinationException">The service does not come up, or does not take this process.</exception>
    public static async Task<CoordinationClient> JoinAsync(JobMembership membership, CancellationToken cancellation = default)
    {
        var client = new CoordinationClient(membership);
        try
        {
            RegisterResponse terms = await client.RegisterAsync(cancellation).ConfigureAwait(false);
            client._heartbeat = client.BeatAsync(TimeSpan.FromMilliseconds(terms.HeartbeatIntervalMs), TimeSpan.FromMilliseconds(terms.HeartbeatTimeoutMs));
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for a key.</summary>
    /// <exception cref="CoordinationException">It does not come in time, or the job fails.</exception>
    public async Task<byte[]> GetAsync(string key, TimeSpan timeout) =>
        (await CallAsync("Get", new GetRequest { Key = key }, GetResponse.Parser, timeout).ConfigureAwait(false)).Value.ToByteArray();

    /// <summary>The value of a key; null when it is not there now.</summary>
    public async Task<byte[]?> TryGetAsync(string key)
    {
        try
        {
            return (await CallAsync("TryGet", new GetRequest { Key = key }, GetResponse.Parser, s_quick).ConfigureAwait(false)).Value.ToByteArray();
        }
        catch (CoordinationException e) when (e.Status == GrpcStatus.NotFound)
        {
            return null;
        }
    }

    /// <summary>Sets a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="mustBeNew">Whether a value that is there already is an error.</param>
    public Task PutAsync(string key, ReadOnlyMemory<byte> value, bool mustBeNew = false) =>
        CallAsync("Put", new PutRequest { Key = key, Value = ByteString.CopyFrom(value.Span), MustBeNew = mustBeNew }, PutResponse.Parser, s_quick);

    /// <summary>Removes a key, or every key that starts with it.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> DeleteAsync(string key, bool prefix = false) =>
        (await CallAsync("Delete", new DeleteRequest { Key = key, Prefix = prefix }, DeleteResponse.Parser, s_quick).ConfigureAwait(false)).Removed;

    /// <summary>Waits until every process of the job is here.</summary>
    /// <exception cref="CoordinationException">They are not in time (the message names those that are missing), or the job fails.</exception>
    public Task BarrierAsync(string name, TimeSpan timeout) =>
        CallAsync("Barrier", new BarrierRequest { Name = name, Process = Process, Incarnation = _incarnation }, BarrierResponse.Parser, timeout);

    /// <summary>Ends the job for every process.</summary>
    public Task ReportErrorAsync(string message) =>
        CallAsync("ReportError", new ReportErrorRequest { Process = Process, Message = message }, ReportErrorResponse.Parser, s_quick);

    /// <summary>Throws the job's error, if there is one.</summary>
    /// <exception cref="CoordinationException">The job has failed.</exception>
    public void ThrowIfFailed()
    {
        if (Failure is { } failure)
        {
            throw new CoordinationException(GrpcStatus.Aborted, $"The job has failed. {failure.Message}");
        }
    }

    /// <inheritdoc/>
    byte[] IPjrtKeyValueStore.Get(string key, TimeSpan timeout) => ForPlugin(() => GetAsync(key, timeout));

    /// <inheritdoc/>
    byte[]? IPjrtKeyValueStore.TryGet(string key) => ForPlugin(() => TryGetAsync(key));

    /// <inheritdoc/>
    void IPjrtKeyValueStore.Put(string key, ReadOnlySpan<byte> value)
    {
        byte[] copy = value.ToArray();
        ForPlugin(async () =>
        {
            await PutAsync(key, copy).ConfigureAwait(false);
            return copy;
        });
    }

    /// <summary>Leaves the job in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _heartbeat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Failure is null && _heartbeat != Task.CompletedTask)
        {
            try
            {
                await _channel.CallAsync("Leave", new LeaveRequest { Process = Process, Incarnation = _incarnation }, LeaveResponse.Parser, TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            }
            catch (GrpcException)
            {
                // The service is gone: nobody waits for this process.
            }
        }
        _channel.Dispose();
        _stop.Dispose();
        _jobFailed.Dispose();
    }

    private async Task<RegisterResponse> RegisterAsync(CancellationToken cancellation)
    {
        var request = new RegisterRequest
        {
            Process = Process,
            Processes = _membership.Processes,
            Incarnation = _incarnation,
            Name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}, pid {Environment.ProcessId}"),
        };
        long begun = Environment.TickCount64;
        while (true)
        {
            try
            {
                return await _channel.CallAsync("Register", request, RegisterResponse.Parser, TimeSpan.FromSeconds(10), cancellation).ConfigureAwait(false);
            }
            catch (GrpcException e) when (e.Status is GrpcStatus.Unavailable or GrpcStatus.DeadlineExceeded)
            {
                if (Environment.TickCount64 - begun > _membership.ConnectTimeout.TotalMilliseconds)
                {
                    throw new CoordinationException(e.Status, $"Process {Process} cannot join the job: {e.Message} Check that process 0 runs and that its port is open.", e);
                }
                await Task.Delay(100, cancellation).ConfigureAwait(false);
            }
            catch (GrpcException e)
            {
                throw new CoordinationException(e.Status, $"Process {Process} cannot join the job at {_membership.Address}: {e.Message}", e);
            }
        }
    }

    private async Task BeatAsync(TimeSpan interval, TimeSpan timeout)
    {
        var request = new HeartbeatRequest { Process = Process, Incarnation = _incarnation };
        long lastAnswer = Environment.TickCount64;
        while (true)
        {
            await Task.Delay(interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }
            try
            {
                HeartbeatResponse response = await _channel.CallAsync("Heartbeat", request, HeartbeatResponse.Parser, interval + interval, _stop.Token).ConfigureAwait(false);
                lastAnswer = Environment.TickCount64;
                if (response.Error is { } error)
                {
                    await FailAsync(new JobFailure(error.Process, error.Message)).ConfigureAwait(false);
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (GrpcException e) when (e.Status is GrpcStatus.Unavailable or GrpcStatus.DeadlineExceeded or GrpcStatus.Cancelled)
            {
                double silence = (Environment.TickCount64 - lastAnswer) / 1000.0;
                if (silence > timeout.TotalSeconds)
                {
                    await FailAsync(new JobFailure(0, string.Create(CultureInfo.InvariantCulture, $"process 0, which runs the coordination service at {_membership.Address}, is lost: it has not answered for {silence:0.0} s."))).ConfigureAwait(false);
                    return;
                }
            }
            catch (GrpcException e)
            {
                await FailAsync(new JobFailure(Process, $"The coordination service at {_membership.Address} does not know this process: {e.Message}")).ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task FailAsync(JobFailure failure)
    {
        Volatile.Write(ref _failure, failure);
        await _jobFailed.CancelAsync().ConfigureAwait(false);
    }

    private async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser, TimeSpan timeout) where T : IMessage<T>
    {
        ThrowIfFailed();
        try
        {
            return await _channel.CallAsync(method, request, parser, timeout, _jobFailed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ThrowIfFailed();
            throw;
        }
        catch (GrpcException e)
        {
            throw new CoordinationException(e.Status, e.Message, e);
        }
    }

    // Plugins call on threads of their own and wait; the codes are the same in gRPC and PJRT.
    private static T ForPlugin<T>(Func<Task<T>> call)
    {
        try
        {
            return call().GetAwaiter().GetResult();
        }
        catch (CoordinationException e)
        {
            throw PjrtException.Create((PjrtErrorCode)(int)e.Status, e.Message);
        }
    }
}
