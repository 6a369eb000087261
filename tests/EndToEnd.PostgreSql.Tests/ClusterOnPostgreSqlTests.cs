using System.Net;
using System.Net.Sockets;
using DistTrain.TestSupport.Processes;
using Testcontainers.PostgreSql;

namespace DistTrain.EndToEnd.PostgreSql.Tests;

/// <summary>The cluster as in EndToEnd.Tests, with its journal in a real PostgreSQL server.</summary>
public sealed class ClusterOnPostgreSqlTests : IAsyncLifetime
{
    private readonly PostgreSqlContainer _database = new PostgreSqlBuilder("postgres:15").Build();
    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync() => await _database.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Job_TwoPhasesWithTheCoordinatorKilledBetween_CompletesFromTheJournal()
    {
        var port = FreePort();
        var seed = $"127.0.0.1:{port}";
        var coordinator = Coordinator(port);
        await using var one = DistTrainProcess.Start("worker", "--seed", seed, "--name", "one", "--logs", _folder.Path);
        await using var two = DistTrainProcess.Start("worker", "--seed", seed, "--name", "two", "--logs", _folder.Path);
        await one.UntilLine("on its roster");
        await two.UntilLine("on its roster");

        var job = _folder.Write("tiny.yaml", TinyJob.Yaml(steps: 200, align: true, minWorkers: 2));
        await using var watch = DistTrainProcess.Start("submit", job, "--watch", "--json", "--seed", seed);
        await watch.UntilLine("Checkpoint of step 20 is committed");
        await coordinator.DisposeAsync();
        await using var restarted = Coordinator(port);

        Assert.True(await watch.Ended() == 0, watch.Describe());
        Assert.Equal("completed", watch.Events[^1].GetProperty("event").GetString());
        Assert.Equal(["pretrain", "align"],
            watch.Events[^1].GetProperty("phases").EnumerateArray().Select(phase => phase.GetProperty("name").GetString()));

        var (code, history) = await DistTrainProcess.Run(null, "history", watch.Events[^1].GetProperty("job").GetString()!, "--json", "--seed", seed);
        await using var _ = history;
        Assert.True(code == 0, history.Describe());
        var events = history.Events.Select(line => line.GetProperty("event").GetString()).ToList();
        Assert.Equal("JobSubmitted", events[0]);
        Assert.Equal(2, events.Count(name => name == "PhaseCompleted"));
        Assert.Equal("JobCompleted", events[^1]);
    }

    [Fact]
    public async Task Database_StandsStillAndComesBack_TheSameGenerationGoesOn()
    {
        var port = FreePort();
        var seed = $"127.0.0.1:{port}";
        await using var coordinator = Coordinator(port);
        await using var one = DistTrainProcess.Start("worker", "--seed", seed, "--name", "one", "--logs", _folder.Path);
        await one.UntilLine("on its roster");
        var job = _folder.Write("endless.yaml", TinyJob.Yaml(name: "endless", steps: 10_000_000, checkpointEvery: 200));
        await using var watch = DistTrainProcess.Start("submit", job, "--watch", "--json", "--seed", seed);
        await watch.UntilLine("Checkpoint of step 200 is committed");

        await _database.PauseAsync();
        await coordinator.UntilLine("The database is not reachable");
        var before = Committed(watch);
        await _database.UnpauseAsync();

        await coordinator.UntilLine("can be used again");
        await watch.Until(process => Committed(process) > before ? process : null, "a checkpoint that is committed after the outage");
        Assert.DoesNotContain(watch.Lines, line => line.Contains("Generation 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Database_HasNoneOfTheJobsOfTheFolder_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "state", "jobs", "tiny-20260102-030405"));
        await using var coordinator = Coordinator(FreePort());

        Assert.True(await coordinator.Ended() == 1, coordinator.Describe());
        Assert.Contains("the database has none of these jobs, but there are 1 folders of jobs in", coordinator.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coordinator_DatabaseIsNotUp_WaitsAndSaysSo()
    {
        var nowhere = new Dictionary<string, string>
        {
            ["DISTTRAIN_ConnectionString"] = $"Host=127.0.0.1;Port={FreePort()};Username=u;Password=p;Database=d;Timeout=2",
        };
        await using var coordinator = DistTrainProcess.Start(nowhere, "coordinator", "--port", $"{FreePort()}", "--database", "postgresql",
            "--state", _folder.Path, "--data", _folder.Path);
        await coordinator.UntilLine("The database is not reachable");
    }

    private DistTrainProcess Coordinator(int port) => DistTrainProcess.Start(
        new Dictionary<string, string> { ["DISTTRAIN_ConnectionString"] = _database.GetConnectionString() },
        "coordinator", "--port", $"{port}", "--database", "postgresql", "--state", Path.Combine(_folder.Path, "state"), "--data", _folder.Path);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static int Committed(DistTrainProcess watch) => watch.Lines.Count(line => line.Contains("is committed", StringComparison.Ordinal));
}
