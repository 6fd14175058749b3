using System.Net;
using System.Text;
using I1Xla.Host.Coordination;
using I1Xla.Host.Coordination.Grpc;
using I1Xla.Pjrt;

namespace I1Xla.Host.Tests.Coordination;

/// <summary>Client and service over real HTTP/2 connections within this process.</summary>
public class CoordinationServiceTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    private static Task<CoordinationServer> StartAsync(int processes, double timeout = 60) =>
        CoordinationServer.StartAsync(new CoordinationServerOptions(processes) { LoopbackOnly = true, HeartbeatTimeout = TimeSpan.FromSeconds(timeout), HeartbeatInterval = TimeSpan.FromSeconds(timeout / 5) });

    private static Task<CoordinationClient> JoinAsync(CoordinationServer server, int process, int processes = 2) =>
        CoordinationClient.JoinAsync(new JobMembership($"127.0.0.1:{server.Port}", process, processes));

    [Test]
    public async Task ProcessesExchangeKeysAndMeet()
    {
        await using CoordinationServer server = await StartAsync(2);
        await using CoordinationClient a = await JoinAsync(server, 0), b = await JoinAsync(server, 1);
        Task<byte[]> wait = b.GetAsync("ä key", s_long);
        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        await a.PutAsync("ä key", large);
        Assert.That(await wait, Is.EqualTo(large));
        Assert.That(await b.TryGetAsync("absent"), Is.Null);
        await Task.WhenAll(a.BarrierAsync("x", s_long), b.BarrierAsync("x", s_long));
        Assert.That(await a.DeleteAsync("ä key"), Is.EqualTo(1));
        Assert.That(await b.TryGetAsync("ä key"), Is.Null);
    }

    [Test]
    public async Task DeadlinesPassOnTheServer()
    {
        await using CoordinationServer server = await StartAsync(2);
        await using CoordinationClient a = await JoinAsync(server, 0);
        CoordinationException get = Assert.ThrowsAsync<CoordinationException>(() => a.GetAsync("never", TimeSpan.FromMilliseconds(50)))!;
        Assert.That((get.Status, get.Message), Is.EqualTo((GrpcStatus.DeadlineExceeded, "The key 'never' was not put in time.")));
        CoordinationException barrier = Assert.ThrowsAsync<CoordinationException>(() => a.BarrierAsync("x", TimeSpan.FromMilliseconds(50)))!;
        Assert.That(barrier.Message, Does.Contain("process 1 (which never joined)"));
    }

    [Test]
    public async Task PluginsSeeAKeyValueStore()
    {
        await using CoordinationServer server = await StartAsync(1);
        await using CoordinationClient client = await JoinAsync(server, 0, 1);
        IPjrtKeyValueStore store = client;
        store.Put("k", "v"u8);
        Assert.That(store.Get("k", s_long), Is.EqualTo("v"u8.ToArray()));
        Assert.That(store.TryGet("other"), Is.Null);
        Assert.That(() => store.Get("other", TimeSpan.FromMilliseconds(20)), Throws.TypeOf<PjrtDeadlineExceededException>());
    }

    [Test]
    public async Task AnErrorReachesEveryProcess()
    {
        await using CoordinationServer server = await StartAsync(2, timeout: 0.5);
        await using CoordinationClient a = await JoinAsync(server, 0), b = await JoinAsync(server, 1);
        Task wait = a.GetAsync("never", s_long);
        await b.ReportErrorAsync("the device 3 is gone");
        CoordinationException error = Assert.ThrowsAsync<CoordinationException>(() => wait)!;
        Assert.That(error.Status, Is.EqualTo(GrpcStatus.Aborted));
        Assert.That(error.Message, Does.Contain("process 1 (").And.Contain("the device 3 is gone"));
        await Task.Delay(Timeout.Infinite, a.JobFailed).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.That(a.Failure!.Process, Is.EqualTo(1));
        Assert.That(a.ThrowIfFailed, Throws.TypeOf<CoordinationException>());
    }

    [Test]
    public async Task ALostServiceIsNoticed()
    {
        CoordinationServer server = await StartAsync(1, timeout: 0.3);
        await using CoordinationClient client = await JoinAsync(server, 0, 1);
        await server.DisposeAsync();
        await Task.Delay(Timeout.Infinite, client.JobFailed).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.That(client.Failure!.Message, Does.Contain("process 0, which runs the coordination service").And.Contain("is lost"));
    }

    [Test]
    public void AServiceThatDoesNotComeUpIsAnError()
    {
        CoordinationException error = Assert.ThrowsAsync<CoordinationException>(() => CoordinationClient.JoinAsync(new JobMembership("127.0.0.1:1", 1, 2) { ConnectTimeout = TimeSpan.Zero }))!;
        Assert.That(error.Message, Does.Contain("Process 1 cannot join the job").And.Contain("127.0.0.1:1"));
    }

    [Test]
    public async Task AnotherGrpcClientIsAnsweredByTheProtocol()
    {
        await using CoordinationServer server = await StartAsync(1);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        async Task<(HttpResponseMessage Response, byte[] Body)> Send(string path, byte[] body, string type = "application/grpc+proto")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{server.Port}/{path}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("content-type", type);
            request.Headers.TryAddWithoutValidation("te", "trailers");
            HttpResponseMessage response = await http.SendAsync(request);
            return (response, await response.Content.ReadAsByteArrayAsync());
        }
        // PutRequest { key: "k", value: "v" }, then GetRequest { key: "k" }, as bytes on the wire.
        (HttpResponseMessage put, byte[] empty) = await Send("i1xla.coordination.v1.Coordination/Put", [0, 0, 0, 0, 6, 0x0A, 1, (byte)'k', 0x12, 1, (byte)'v']);
        Assert.That(put.TrailingHeaders.GetValues("grpc-status"), Is.EqualTo(new[] { "0" }));
        Assert.That(empty, Is.EqualTo(new byte[] { 0, 0, 0, 0, 0 }));
        (HttpResponseMessage get, byte[] value) = await Send("i1xla.coordination.v1.Coordination/TryGet", [0, 0, 0, 0, 3, 0x0A, 1, (byte)'k']);
        Assert.That(get.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/grpc"));
        Assert.That(value, Is.EqualTo(new byte[] { 0, 0, 0, 0, 3, 0x0A, 1, (byte)'v' }));
        (HttpResponseMessage absent, _) = await Send("i1xla.coordination.v1.Coordination/TryGet", [0, 0, 0, 0, 3, 0x0A, 1, (byte)'%']);
        Assert.That(absent.TrailingHeaders.GetValues("grpc-status"), Is.EqualTo(new[] { "5" }));
        Assert.That(absent.TrailingHeaders.GetValues("grpc-message").Single(), Does.Contain("'%25'"));
        (HttpResponseMessage cut, _) = await Send("i1xla.coordination.v1.Coordination/TryGet", [0, 0, 0, 0, 9, 0x0A]);
        Assert.That(cut.TrailingHeaders.GetValues("grpc-status"), Is.EqualTo(new[] { "13" }));
        (HttpResponseMessage packed, _) = await Send("i1xla.coordination.v1.Coordination/TryGet", [1, 0, 0, 0, 0]);
        Assert.That(packed.TrailingHeaders.GetValues("grpc-status"), Is.EqualTo(new[] { "12" }));
        (HttpResponseMessage json, _) = await Send("i1xla.coordination.v1.Coordination/TryGet", Encoding.UTF8.GetBytes("{}"), "application/json");
        Assert.That(json.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [TestCase("5S", 5000)]
    [TestCase("250m", 250)]
    [TestCase("2M", 120000)]
    [TestCase("1H", 3600000)]
    [TestCase("3000u", 3)]
    [TestCase("x", null)]
    [TestCase("123456789S", null)]
    [TestCase(null, null)]
    public void TimeoutsAreReadAsTheProtocolWritesThem(string? header, double? milliseconds) =>
        Assert.That(GrpcFrame.DecodeTimeout(header)?.TotalMilliseconds, Is.EqualTo(milliseconds));

    [Test]
    public void StatusTextsSurviveHeaders()
    {
        const string text = "key 'ä%' is\nnot there";
        string encoded = GrpcFrame.EncodeText(text);
        Assert.That(encoded, Is.EqualTo("key '%C3%A4%25' is%0Anot there"));
        Assert.That(GrpcFrame.DecodeText(encoded), Is.EqualTo(text));
    }
}
