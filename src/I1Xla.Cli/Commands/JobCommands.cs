using System.CommandLine;
using System.Globalization;
using System.Text;
using I1Xla.Cli.Terminal;
using I1Xla.Host;
using I1Xla.Host.Coordination;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla job check</c>.</summary>
internal static class JobCommands
{
    /// <summary>The command.</summary>
    public static Command Build() => new("job", "Jobs of several processes on several hosts.") { Check() };

    private static Command Check()
    {
        var coordinator = new Option<string>("--coordinator") { Description = "host:port of process 0, which runs the coordination service there.", Required = true };
        var process = new Option<int>("--process") { Description = "This process's number, from 0.", Required = true };
        var processes = new Option<int>("--processes") { Description = "Processes in the job.", Required = true };
        var hold = new Option<double>("--hold") { Description = "Stay in the job for so many seconds afterwards, to see that a lost process is noticed.", DefaultValueFactory = _ => 0 };
        var timeout = new Option<double>("--timeout") { Description = "Seconds to wait for the others.", DefaultValueFactory = _ => 60 };
        var heartbeat = new Option<double>("--heartbeat-timeout") { Description = "Seconds of silence after which a process is taken for lost; said by process 0.", DefaultValueFactory = _ => 10 };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("check", "See that the processes of a job can reach each other: each registers, tells the others where it is, and waits for all at a barrier.") { coordinator, process, processes, hold, timeout, heartbeat, json };
        command.SetAction(async (parsed, stop) =>
        {
            var membership = new JobMembership(parsed.GetValue(coordinator)!, parsed.GetValue(process), parsed.GetValue(processes)) { ConnectTimeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)) };
            var limit = TimeSpan.FromSeconds(parsed.GetValue(timeout));
            await using CoordinationServer? server = membership.Process == 0 ? await CoordinationServer.StartAsync(ServerOptions(membership, TimeSpan.FromSeconds(parsed.GetValue(heartbeat)))) : null;
            IReadOnlyList<string> hosts;
            await using (CoordinationClient client = await CoordinationClient.JoinAsync(membership, stop))
            {
                hosts = await MeetAsync(client, membership, limit);
                Print(parsed.GetValue(json), membership, hosts);
                await HoldAsync(client, TimeSpan.FromSeconds(parsed.GetValue(hold)), stop);
            }
            if (server is not null)
            {
                await server.WaitUntilOverAsync(limit);
            }
            return 0;
        });
        return command.WithExamples(
            "i1xla job check --coordinator host0:8476 --process 0 --processes 2",
            "i1xla job check --coordinator host0:8476 --process 1 --processes 2 --hold 60");
    }

    private static CoordinationServerOptions ServerOptions(JobMembership membership, TimeSpan heartbeatTimeout)
    {
        int colon = membership.Address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(membership.Address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > ushort.MaxValue)
        {
            throw new UserErrorException($"--coordinator {membership.Address}: give host:port, such as host0:8476.");
        }
        return new CoordinationServerOptions(membership.Processes) { Port = port, HeartbeatTimeout = heartbeatTimeout, HeartbeatInterval = heartbeatTimeout / 5 };
    }

    private static async Task<IReadOnlyList<string>> MeetAsync(CoordinationClient client, JobMembership membership, TimeSpan limit)
    {
        string self = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}, pid {Environment.ProcessId}");
        await client.PutAsync($"check/host/{membership.Process}", Encoding.UTF8.GetBytes(self));
        await client.BarrierAsync("check", limit);
        var hosts = new string[membership.Processes];
        for (int i = 0; i < hosts.Length; i++)
        {
            hosts[i] = Encoding.UTF8.GetString(await client.GetAsync($"check/host/{i}", limit));
        }
        return hosts;
    }

    private static void Print(bool json, JobMembership membership, IReadOnlyList<string> hosts)
    {
        if (json)
        {
            Json.Write(new { membership.Process, Hosts = hosts });
            return;
        }
        for (int i = 0; i < hosts.Count; i++)
        {
            Console.WriteLine($"process {i}: {hosts[i]}{(i == membership.Process ? " (this one)" : "")}");
        }
        Console.WriteLine($"All {hosts.Count} processes are there.");
    }

    private static async Task HoldAsync(CoordinationClient client, TimeSpan time, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(client.JobFailed, stop);
        await Task.Delay(time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.ThrowIfFailed();
        stop.ThrowIfCancellationRequested();
    }
}
