using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace I1Xla.Cli.Tests;

/// <summary>Two real processes form one job; one is killed, and the other notices.</summary>
public class TwoProcessJobTests
{
    [TestCase(1, 0)]
    [TestCase(0, 1)]
    public async Task ALostProcessIsNoticedAndNamed(int killed, int survivor)
    {
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort()}");
        Process[] processes = [.. Enumerable.Range(0, 2).Select(i => CommandLine.Start(
            "job", "check", "--coordinator", address, "--process", $"{i}", "--processes", "2", "--hold", "300", "--heartbeat-timeout", "2"))];
        try
        {
            foreach (Process p in processes)
            {
                Assert.That(await UntilAsync(p, "All 2 processes are there."), Does.Contain($"process 0: ").And.Contain($"pid {processes[0].Id}").And.Contain($"pid {processes[1].Id}"));
            }
            processes[killed].Kill();
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await processes[survivor].WaitForExitAsync(limit.Token);
            string error = await processes[survivor].StandardError.ReadToEndAsync(limit.Token);
            Assert.That(processes[survivor].ExitCode, Is.EqualTo(2), error);
            Assert.That(error, Does.StartWith("error: The job has failed. ").And.Contain($"process {killed}").And.Contain("is lost"));
        }
        finally
        {
            foreach (Process p in processes)
            {
                if (!p.HasExited)
                {
                    p.Kill();
                }
                p.Dispose();
            }
        }
    }

    [Test]
    public async Task ProcessesThatAreDoneLeaveInGoodOrder()
    {
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort()}");
        using Process first = CommandLine.Start("job", "check", "--coordinator", address, "--process", "0", "--processes", "2");
        using Process second = CommandLine.Start("job", "check", "--coordinator", address, "--process", "1", "--processes", "2", "--json");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await first.WaitForExitAsync(limit.Token);
        await second.WaitForExitAsync(limit.Token);
        Assert.That((first.ExitCode, second.ExitCode), Is.EqualTo((0, 0)));
        Assert.That(await second.StandardOutput.ReadToEndAsync(limit.Token), Does.Contain("\"process\": 1"));
    }

    private static async Task<string> UntilAsync(Process process, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        string read = "";
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            read += line + "\n";
            if (line == text)
            {
                return read;
            }
        }
        throw new AssertionException($"The process ended after '{read}': {await process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
