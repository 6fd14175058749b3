using System.Globalization;
using System.Net;
using Google.Protobuf;
using I1Xla.Host.Coordination.Grpc;
using I1Xla.Host.Coordination.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace I1Xla.Host.Coordination;

/// <summary>Settings of a job's coordination service.</summary>
/// <param name="Processes">Processes in the job.</param>
public sealed record CoordinationServerOptions(int Processes)
{
    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether other machines may connect.</summary>
    public bool LoopbackOnly { get; init; }

    /// <summary>How often processes tell that they live.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how much silence a process is taken for lost.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// The coordination service of one job (<c>proto/coordination/coordination.proto</c>): the gRPC protocol over Kestrel's
/// HTTP/2, without TLS, for a network that the job owns. One process of the job, the first, runs it.
/// </summary>
public sealed class CoordinationServer : IAsyncDisposable
{
    /// <summary>The service's full name in gRPC.</summary>
    internal const string Service = "i1xla.coordination.v1.Coordination";

    private readonly WebApplication _application;
    private readonly JobState _job;
    private readonly CoordinationServerOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watch;

    private CoordinationServer(WebApplication application, JobState job, CoordinationServerOptions options)
    {
        _application = application;
        _job = job;
        _options = options;
        _watch = WatchAsync();
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Port = new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>The job's error; null while there is none.</summary>
    public JobFailure? Failure => _job.Failure;

    /// <summary>Starts the service.</summary>
    /// <exception cref="UserErrorException">The port cannot be had.</exception>
    public static async Task<CoordinationServer> StartAsync(CoordinationServerOptions options)
    {
        var job = new JobState(options.Processes, options.HeartbeatTimeout, TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = GrpcFrame.MaxMessage + 5;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.LoopbackOnly ? IPAddress.Loopback : IPAddress.IPv6Any, options.Port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore();
        WebApplication application = builder.Build();
        Map(application, job, options);
        try
        {
            await application.StartAsync().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new UserErrorException(string.Create(CultureInfo.InvariantCulture, $"The coordination service cannot listen on port {options.Port}: {e.Message}"), e);
        }
        return new CoordinationServer(application, job, options);
    }

    /// <summary>Waits until every process has left, for at most the time given; afterwards the service may go without anyone missing it.</summary>
    public async Task WaitUntilOverAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        while (!_job.IsOver && _job.Failure is null && !timeout.IsCancellationRequested)
        {
            await Task.Delay(20).ConfigureAwait(false);
        }
    }

    /// <summary>Stops the service.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(grace.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static void Map(WebApplication application, JobState job, CoordinationServerOptions options)
    {
        Method("Register", RegisterRequest.Parser, (r, _) =>
        {
            job.Register(r.Process, r.Processes, r.Incarnation, r.Name);
            return Task.FromResult(new RegisterResponse
            {
                HeartbeatIntervalMs = (long)options.HeartbeatInterval.TotalMilliseconds,
                HeartbeatTimeoutMs = (long)options.HeartbeatTimeout.TotalMilliseconds,
            });
        });
        Method("Heartbeat", HeartbeatRequest.Parser, (r, _) => Task.FromResult(new HeartbeatResponse
        {
            Error = job.Heartbeat(r.Process, r.Incarnation) is { } failure ? new JobError { Process = failure.Process, Message = failure.Message } : null,
        }));
        Method("Get", GetRequest.Parser, async (r, deadline) => new GetResponse { Value = UnsafeByteOperations.UnsafeWrap(await job.GetAsync(r.Key, deadline).ConfigureAwait(false)) });
        Method("TryGet", GetRequest.Parser, (r, _) => Task.FromResult(new GetResponse { Value = UnsafeByteOperations.UnsafeWrap(job.TryGet(r.Key)) }));
        Method("Put", PutRequest.Parser, (r, _) =>
        {
            job.Put(r.Key, r.Value.ToByteArray(), r.MustBeNew);
            return Task.FromResult(new PutResponse());
        });
        Method("Delete", DeleteRequest.Parser, (r, _) => Task.FromResult(new DeleteResponse { Removed = job.Delete(r.Key, r.Prefix) }));
        Method("Barrier", BarrierRequest.Parser, async (r, deadline) =>
        {
            await job.BarrierAsync(r.Name, r.Process, r.Incarnation, deadline).ConfigureAwait(false);
            return new BarrierResponse();
        });
        Method("ReportError", ReportErrorRequest.Parser, (r, _) =>
        {
            job.Fail(r.Process, r.Message);
            return Task.FromResult(new ReportErrorResponse());
        });
        Method("Leave", LeaveRequest.Parser, (r, _) =>
        {
            job.Leave(r.Process, r.Incarnation);
            return Task.FromResult(new LeaveResponse());
        });

        void Method<TRequest, TResponse>(string name, MessageParser<TRequest> parser, Func<TRequest, CancellationToken, Task<TResponse>> handle)
            where TRequest : IMessage<TRequest>
            where TResponse : IMessage<TResponse> => application.MapPost($"/{Service}/{name}", GrpcEndpoint.Unary(parser, handle));
    }

    private async Task WatchAsync()
    {
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(_options.HeartbeatTimeout.TotalMilliseconds / 10, 10, 500));
        while (!_stop.IsCancellationRequested)
        {
            _job.FindLost();
            await Task.Delay(period, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
