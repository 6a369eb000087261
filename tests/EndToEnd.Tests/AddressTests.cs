using System.Net;
using System.Net.Sockets;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Clusters at other addresses than 127.0.0.1.</summary>
public sealed class AddressTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("::1")]
    [InlineData("[::1]")]
    public async Task Cluster_OnIPv6_TrainsAJob(string host)
    {
        if (HasIPv6())
        {
            await TrainAJob(host, [host, host], []);
            return;
        }
        output.WriteLine("THIS MACHINE HAS NO IPv6 LOOPBACK. Nothing was learned of clusters on IPv6 but that a node says it cannot listen there.");
        var (code, node) = await DistTrainProcess.Run(null, "coordinator", "--host", host, "--port", $"{ClusterTests.FreePort()}", "--state",
            Path.Combine(_folder.Path, "state"));
        await using var _ = node;
        Assert.NotEqual(0, code);
        Assert.Contains("cannot listen on [::1]:", node.Errors, StringComparison.Ordinal);
    }

    /// <summary>
    /// Each node listens on all addresses and is dialled at one of its own; two workers that are dialled at different ones talk over TCP.
    /// </summary>
    [Fact]
    public async Task Cluster_BoundElsewhereThanItIsDialled_TrainsAJob() =>
        await TrainAJob("127.0.0.2", ["127.0.0.3", "127.0.0.4"], ["--bind", "0.0.0.0"]);

    private async Task TrainAJob(string coordinatorHost, IReadOnlyList<string> workerHosts, IReadOnlyList<string> bind)
    {
        var port = ClusterTests.FreePort();
        var seed = coordinatorHost.Contains(':', StringComparison.Ordinal) ? $"[::1]:{port}" : $"{coordinatorHost}:{port}";
        await using var coordinator = DistTrainProcess.Start(
            ["coordinator", "--host", coordinatorHost, .. bind, "--port", $"{port}", "--state", Path.Combine(_folder.Path, "state")]);
        await using var one = Worker("one", workerHosts[0]);
        await using var two = Worker("two", workerHosts[1]);
        await one.UntilLine("on its roster");
        await two.UntilLine("on its roster");

        var file = _folder.Write("job.yaml", TinyJob.Yaml(steps: 10, checkpointEvery: 10, minWorkers: 2));
        var (code, watch) = await DistTrainProcess.Run(null, "submit", file, "--watch", "--json", "--seed", seed, "--host", coordinatorHost);
        await using var _ = watch;

        Assert.True(code == 0, watch.Describe());
        Assert.Equal("completed", RunTests.Text(watch.Events[^1], "event"));
        Assert.Equal(Enumerable.Range(1, 10).Select(step => (step, 2)), RunTests.Steps(watch).Select(step => (step.Step, step.Workers)));

        DistTrainProcess Worker(string name, string host) =>
            DistTrainProcess.Start(["worker", "--host", host, .. bind, "--seed", seed, "--name", name, "--threads", "1", "--logs", _folder.Path]);
    }

    private static bool HasIPv6()
    {
        try
        {
            using var probe = new TcpListener(IPAddress.IPv6Loopback, 0);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
