using System.Text;
using I1Xla.Host.Coordination;
using I1Xla.Host.Coordination.Grpc;

namespace I1Xla.Host.Tests.Coordination;

public class JobStateTests
{
    private readonly ManualTime _time = new();

    private JobState Job(int processes = 2) => new(processes, TimeSpan.FromSeconds(10), _time);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static GrpcException Error(Func<Task> call) => Assert.ThrowsAsync<GrpcException>(() => call())!;

    [Test]
    public async Task AGetWaitsForItsPut()
    {
        JobState job = Job();
        Task<byte[]> get = job.GetAsync("k", CancellationToken.None);
        Assert.That(get.IsCompleted, Is.False);
        job.Put("other", Bytes("x"), false);
        Assert.That(get.IsCompleted, Is.False);
        job.Put("k", Bytes("v"), false);
        Assert.That(await get, Is.EqualTo(Bytes("v")));
        Assert.That(job.TryGet("k"), Is.EqualTo(Bytes("v")));
    }

    [Test]
    public void KeysAreDeletedAloneOrByPrefix()
    {
        JobState job = Job();
        Array.ForEach(["a/1", "a/2", "b"], k => job.Put(k, [], false));
        Assert.That(job.Delete("a", prefix: false), Is.Zero);
        Assert.That(job.Delete("a/", prefix: true), Is.EqualTo(2));
        Assert.That(job.Delete("b", prefix: false), Is.EqualTo(1));
        Assert.That(() => job.TryGet("b"), Throws.TypeOf<GrpcException>().With.Property("Status").EqualTo(GrpcStatus.NotFound));
    }

    [Test]
    public void AValueThatMustBeNewIsNotReplaced()
    {
        JobState job = Job();
        job.Put("k", Bytes("1"), mustBeNew: true);
        Assert.That(() => job.Put("k", Bytes("2"), mustBeNew: true), Throws.TypeOf<GrpcException>().With.Property("Status").EqualTo(GrpcStatus.AlreadyExists));
        Assert.That(job.TryGet("k"), Is.EqualTo(Bytes("1")));
    }

    [Test]
    public async Task ABarrierOpensWhenAllAreThereAndCanBeUsedAgain()
    {
        JobState job = Job();
        job.Register(0, 2, 10, "a");
        job.Register(1, 2, 11, "b");
        for (int round = 0; round < 2; round++)
        {
            Task first = job.BarrierAsync("x", 0, 10, CancellationToken.None);
            Assert.That(first.IsCompleted, Is.False);
            await job.BarrierAsync("x", 1, 11, CancellationToken.None);
            await first;
        }
    }

    [Test]
    public void ALateBarrierNamesThoseThatAreMissing()
    {
        JobState job = Job(3);
        job.Register(0, 3, 10, "host a");
        job.Register(1, 3, 11, "host b");
        GrpcException error = Error(() => job.BarrierAsync("x", 0, 10, new CancellationToken(true)));
        Assert.That(error.Status, Is.EqualTo(GrpcStatus.DeadlineExceeded));
        Assert.That(error.Message, Does.Contain("process 1 (host b)").And.Contain("process 2 (which never joined)").And.Not.Contain("host a"));
    }

    [Test]
    public async Task ASilentProcessEndsTheJobForAll()
    {
        JobState job = Job();
        job.Register(0, 2, 10, "host a");
        job.Register(1, 2, 11, "host b");
        Task<byte[]> waiting = job.GetAsync("never", CancellationToken.None);
        _time.Advance(9);
        Assert.That(job.Heartbeat(0, 10), Is.Null);
        job.FindLost();
        Assert.That(job.Failure, Is.Null);
        _time.Advance(2);
        job.FindLost();
        JobFailure? failure = job.Heartbeat(0, 10);
        Assert.That(failure!.Process, Is.EqualTo(1));
        Assert.That(failure.Message, Does.Contain("process 1 (host b) is lost").And.Contain("11.0 s"));
        Assert.That(Error(async () => await waiting).Status, Is.EqualTo(GrpcStatus.Aborted));
        Assert.That(Error(() => job.BarrierAsync("x", 0, 10, CancellationToken.None)).Message, Does.Contain("host b"));
        await Task.CompletedTask;
    }

    [Test]
    public void AProcessThatLeftIsNotMissed()
    {
        JobState job = Job();
        job.Register(0, 2, 10, "a");
        job.Register(1, 2, 11, "b");
        job.Leave(1, 11);
        _time.Advance(5);
        job.Heartbeat(0, 10);
        _time.Advance(9);
        job.FindLost();
        Assert.That(job.Failure, Is.Null);
        Assert.That(job.IsOver, Is.False);
        job.Leave(0, 10);
        Assert.That(job.IsOver);
    }

    [Test]
    public void TheFirstReportedErrorStands()
    {
        JobState job = Job();
        job.Register(1, 2, 11, "b");
        job.Fail(1, "out of memory");
        job.Fail(0, "another");
        Assert.That(job.Failure, Is.EqualTo(new JobFailure(1, "process 1 (b): out of memory")));
    }

    [Test]
    public void OnlyMembersOfTheJobAreTaken()
    {
        JobState job = Job();
        job.Register(0, 2, 10, "a");
        job.Register(0, 2, 10, "a");
        Assert.Multiple(() =>
        {
            Assert.That(() => job.Register(0, 2, 99, "c"), Throws.TypeOf<GrpcException>().With.Message.Contains("in the job already: a"));
            Assert.That(() => job.Register(2, 2, 12, "c"), Throws.TypeOf<GrpcException>().With.Message.Contains("from 0 to 1"));
            Assert.That(() => job.Register(1, 3, 12, "c"), Throws.TypeOf<GrpcException>().With.Message.Contains("expects a job of 3"));
            Assert.That(() => job.Heartbeat(1, 12), Throws.TypeOf<GrpcException>().With.Property("Status").EqualTo(GrpcStatus.NotFound));
            Assert.That(() => job.Heartbeat(0, 99), Throws.TypeOf<GrpcException>());
        });
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now;

        public void Advance(int seconds) => _now += seconds * 1000;
    }
}
