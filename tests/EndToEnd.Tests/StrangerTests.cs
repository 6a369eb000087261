using System.Buffers.Binary;
using System.IO.Hashing;
using System.Net.Sockets;
using Akka.Actor;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>While a job trains, somebody who is no member sends to every port and every actor. Nothing comes of it but lines in the logs.</summary>
public sealed class StrangerTests : IDisposable
{
    private const int Steps = 1500;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stranger_WhileAJobTrains_EndsNothingChangesNothingAndReachesNoFile()
    {
        var (control, worker, data) = (ClusterTests.FreePort(), ClusterTests.FreePort(), ClusterTests.FreePort());
        var outside = Path.Combine(_folder.Path, "outside");
        _folder.Write("outside/a/kept.txt", "kept");
        _folder.Write("outside/b/kept.txt", "kept");
        var untouched = Entries(outside);
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", $"{control}", "--state", Path.Combine(_folder.Path, "state"),
            "--data", _folder.Path);
        await using var one = DistTrainProcess.Start(
            "worker", "--seed", $"127.0.0.1:{control}", "--port", $"{worker}", "--data-port", $"{data}", "--name", "one", "--threads", "1", "--logs",
            _folder.Path);
        await using var two = DistTrainProcess.Start("worker", "--seed", $"127.0.0.1:{control}", "--name", "two", "--threads", "1", "--logs",
            _folder.Path);
        await one.UntilLine("on its roster");
        await two.UntilLine("on its roster");
        var file = _folder.Write("job.yaml", TinyJob.Yaml(name: "attacked", steps: Steps, checkpointEvery: 500, minWorkers: 2));
        await using var watch = DistTrainProcess.Start("submit", file, "--watch", "--json", "--seed", $"127.0.0.1:{control}");
        await watch.UntilLine("\"event\":\"step\"");
        var job = Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "state", "jobs"))));

        // First: of all that comes from strangers a log has only some lines a minute.
        SendWrongFrames(data);
        await one.UntilLine("The data plane dropped a link that began with");
        await using var stranger = new Stranger();
        SendToActors(stranger, $"127.0.0.1:{control}", $"127.0.0.1:{worker}", new JobId(job), outside);
        using var idle = new SilentLinks(data, 70);
        SendNoise(control, data);

        await coordinator.UntilLine("A message for serializer 1 is dropped");
        await coordinator.UntilLine("A message for serializer 3 is dropped");
        await coordinator.UntilLine("A message 'PP' for serializer 16 is dropped");
        await coordinator.UntilLine("A message 'jobs.submit' has no ");
        await coordinator.UntilLine("A message 'roster.hello' ");
        await coordinator.UntilLine($"A report of a checkpoint in '{outside}/a' is dropped");
        await coordinator.UntilLine($"A report of a checkpoint in '{outside}/b' is dropped");
        await one.UntilLine("A message 'K' for serializer 16 is dropped");
        await one.UntilLine("A message 'training.start' has no ");
        await one.UntilLine("A message of the kind StartGeneration from akka.tcp://stranger");
        await one.UntilLine("A message of the kind StopGeneration from akka.tcp://stranger");
        await one.UntilLine("The data plane dropped a link that waited the longest");

        Assert.True(await watch.Ended() == 0, watch.Describe());
        Assert.Equal(("completed", Steps), (RunTests.Text(watch.Events[^1], "event"), RunTests.Steps(watch).Last().Step));
        Assert.All(RunTests.Steps(watch), step => Assert.Equal(1, step.Generation));
        Assert.Equal(untouched, Entries(outside));
        Assert.All(new[] { coordinator, one, two }, process => Assert.True(process.IsRunning, process.Describe()));
        var (code, workers) = await DistTrainProcess.Run(null, "workers", "--json", "--seed", $"127.0.0.1:{control}");
        await using var _ = workers;
        Assert.True(code == 0, workers.Describe());
        Assert.Equal(["one", "two"], workers.Events.Select(line => RunTests.Text(line, "worker")));
        // Every kind of line is bounded, however much is sent.
        Assert.InRange(one.Lines.Count(line => line.Contains("The data plane dropped", StringComparison.Ordinal)), 2,
            Shared.Limits.StrangerLines * 5);
    }

    private static void SendToActors(Stranger stranger, string control, string worker, JobId job, string outside)
    {
        var jobs = $"{control}/user/jobs-proxy";
        stranger.Tell($"{control}/user/nobody",
            new Stranger.Json("""{"$type":"System.IO.FileSystemWatcher, System.IO.FileSystem.Watcher","Path":"/tmp","EnableRaisingEvents":true}"""));
        stranger.Deploy(control);
        stranger.Tell($"{worker}/user/worker", PoisonPill.Instance);
        stranger.Tell($"{worker}/user/worker", Kill.Instance);
        stranger.Tell($"{control}/user/jobs", PoisonPill.Instance);
        stranger.Tell($"{control}/user/jobs/jobs", PoisonPill.Instance);
        stranger.TellOnly(jobs, "jobs.submit", []);
        stranger.TellOnly(jobs, "roster.hello",
            new() { ["Host"] = "127.0.0.1", ["DataPort"] = 1, ["Device"] = "cpu", ["Cores"] = 2, ["Generation"] = 0 });
        stranger.TellOnly($"{worker}/user/worker", "training.start", new() { ["Job"] = "x", ["Generation"] = 1 });
        foreach (var (step, name) in new[] { (10, "a"), (20, "b") })
            stranger.Tell(jobs,
                new TrainingProtocol.CheckpointWritten(job, 1, new("one"), 1000 + step, new("pretrain", step, Path.Combine(outside, name), 1, "00")));
        stranger.Tell($"{worker}/user/worker", Foreign(new("foreign"), 1, outside));
        stranger.Tell($"{worker}/user/worker", Foreign(job, 2, outside));
        stranger.Tell($"{worker}/user/worker", new RosterProtocol.HelloReceived("stranger", "another journal"));
        stranger.Tell($"{worker}/user/worker", new TrainingProtocol.StopGeneration(job, 1, "evil"));
    }

    private static TrainingProtocol.StartGeneration Foreign(JobId job, int generation, string outside)
    {
        var spec = JobSpecReader.Read(TinyJob.Yaml(), "job.yaml").Spec!;
        return new(job, generation, JobSpecWriter.ToJson(spec), 0, new PreparedData(Path.Combine(outside, "tokenizer"), "", 400, null, []),
            [new(new("one"), "127.0.0.1", 1)], 0, 1, null, null, outside);
    }

    /// <summary>A hello whose version is too large for its type, and a frame that begins no link.</summary>
    private static void SendWrongFrames(int data)
    {
        byte[] hello = [0x95, 0xce, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x78, 0, 0xa1, 0x61, 0xa1, 0x62];
        Send(data, [.. Header(1, hello), .. hello]);
        Send(data, Header(4, []));
    }

    /// <summary>What is no frame at all.</summary>
    private static void SendNoise(int control, int data)
    {
        var random = new Random(7);
        for (var time = 0; time < 200; time++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            Send(data, bytes);
            Send(control, time % 2 == 0 ? bytes : [.. BitConverter.GetBytes(bytes.Length), .. bytes]);
        }
    }

    /// <summary>As the workers write it: an array of ten numbers, each in the widest format of its type, and the payload.</summary>
    private static byte[] Header(byte kind, byte[] payload)
    {
        var header = new byte[62];
        foreach (var (at, mark)
            in new[] { (0, 0x9b), (1, 0xcc), (3, 0xcf), (12, 0xd2), (17, 0xd3), (26, 0xd2), (31, 0xd2), (36, 0xd2), (41, 0xcc), (43, 0xce),
                (48, 0xcf), (57, 0xc6) }) header[at] = (byte)mark;
        header[2] = kind;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(44), payload.Length);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(49), XxHash3.HashToUInt64(payload));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(58), payload.Length);
        return header;
    }

    private static void Send(int port, byte[] bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect("127.0.0.1", port);
        socket.Send(bytes);
    }

    private static IReadOnlyList<string> Entries(string folder) =>
        [.. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(entry => File.Exists(entry) ? $"{entry}: {File.ReadAllText(entry)}" : entry)];

    /// <summary>Links that say nothing.</summary>
    private sealed class SilentLinks : IDisposable
    {
        private readonly List<Socket> _links = [];

        public SilentLinks(int port, int count)
        {
            for (var link = 0; link < count; link++)
            {
                _links.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
                _links[^1].Connect("127.0.0.1", port);
            }
        }

        public void Dispose() => _links.ForEach(link => link.Dispose());
    }
}
