using System.Net;
using System.Net.Sockets;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Tests.Checkpoints;
using DistTrain.Shared.Transfer;
using DistTrain.TestSupport.Network;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Transfer;

public sealed class JobStoreTests : IDisposable
{
    private static readonly JobId Job = new("toy-1");

    private readonly TemporaryFolder _coordinator = new(), _worker = new();
    private readonly List<string> _troubles = [];
    private readonly string _run;
    private readonly JobStore _store;
    private readonly StoreAddress _address;

    public JobStoreTests()
    {
        _run = Path.Combine(_coordinator.Path, "jobs", Job.Value);
        foreach (var folder in new[] { "data", "tokenizer", "checkpoints" }) Directory.CreateDirectory(Path.Combine(_run, folder));
        _store = Start();
        _address = _store.Offer(Job, _run);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private JobStoreClient Client => new(_address, Job);

    public void Dispose()
    {
        _store.Dispose();
        _coordinator.Dispose();
        _worker.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(5_000_003)]
    public void Fetch_AFile_IsTheSame(int length)
    {
        var bytes = Some(length);
        File.WriteAllBytes(Path.Combine(_run, "data", "a.tokens"), bytes);

        Assert.Equal(length, Client.Fetch("data/a.tokens", _worker.Path, Stop));

        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_worker.Path, "a.tokens")));
    }

    [Fact]
    public void Fetch_AFolder_IsAllOfItsFiles()
    {
        File.WriteAllText(Path.Combine(_run, "tokenizer", "vocab.json"), "{}");
        File.WriteAllText(Path.Combine(_run, "tokenizer", "merges.txt"), "");

        Client.Fetch("tokenizer", _worker.Path, Stop);

        Assert.Equal(["merges.txt", "vocab.json"], Directory.GetFiles(_worker.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Fetch_TwoAtOnce_BothGetAll()
    {
        var bytes = Some(3_000_000);
        File.WriteAllBytes(Path.Combine(_run, "data", "a.tokens"), bytes);
        using var other = new TemporaryFolder();

        await Task.WhenAll(new[] { _worker.Path, other.Path }.Select(folder => Task.Run(() => Client.Fetch("data/a.tokens", folder, Stop), Stop)));

        foreach (var folder in new[] { _worker.Path, other.Path })
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(folder, "a.tokens"), Stop));
    }

    [Theory]
    [InlineData("../../store.key")]
    [InlineData("data/../../../store.key")]
    [InlineData("/etc/hostname")]
    [InlineData("data//etc/hostname")]
    [InlineData("run.id")]
    [InlineData("metrics.jsonl")]
    [InlineData("")]
    public void Fetch_WhatIsNotServed_IsRefused(string path)
    {
        File.WriteAllText(Path.Combine(_run, "metrics.jsonl"), "{}");

        var refused = Assert.Throws<TransferException>(() => Client.Fetch(path, _worker.Path, Stop));

        Assert.True(refused is { IsRefused: true, IsMissing: false });
        Assert.Empty(Directory.GetFiles(_worker.Path));
        Assert.Single(_troubles);
    }

    [Fact]
    public void Fetch_WhatIsGone_IsMissing()
    {
        var missing = Assert.Throws<TransferException>(() => Client.Fetch("data/none.tokens", _worker.Path, Stop));

        Assert.True(missing.IsMissing);
        Assert.Contains($"127.0.0.1:{_store.Port} does not have 'data/none.tokens' of job toy-1.", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_WithTheTokenOfAnotherJob_IsRefused()
    {
        var other = _store.Offer(new JobId("toy-2"), _run);

        var stranger = new JobStoreClient(_address with { Token = other.Token }, Job);
        var refused = Assert.Throws<TransferException>(() => stranger.Fetch("tokenizer", _worker.Path, Stop));

        Assert.Contains("it does not show the token of job toy-1", refused.Message, StringComparison.Ordinal);
        Assert.NotEqual(_address.Mark, other.Mark);
    }

    [Fact]
    public void Fetch_DamagedOnTheWay_IsToldAndNotTaken()
    {
        File.WriteAllBytes(Path.Combine(_run, "data", "a.tokens"), Some(200_000));
        using var relay = new Relay(_store.Port, damaged: 100_000);

        var damaged = Assert.Throws<TransferException>(() => Through(relay).Fetch("data/a.tokens", _worker.Path, Stop));

        Assert.Contains("it sent 'a.tokens', which was changed on its way", damaged.Message, StringComparison.Ordinal);
        Assert.False(damaged.IsRefused);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(100_000)]
    public void Fetch_CutOff_IsTold(int after)
    {
        File.WriteAllBytes(Path.Combine(_run, "data", "a.tokens"), Some(200_000));
        using var relay = new Relay(_store.Port, ends: after);

        var cut = Assert.Throws<TransferException>(() => Through(relay).Fetch("data/a.tokens", _worker.Path, Stop));

        Assert.Contains($"'data/a.tokens' of job toy-1 cannot be fetched from the coordinator's store at 127.0.0.1:{relay.Port}: it ended the " +
            "connection", cut.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_NobodyListens_NamesAddressAndRemedy()
    {
        _store.Dispose();

        var gone = Assert.Throws<TransferException>(() => Client.Fetch("tokenizer", _worker.Path, Stop));

        Assert.Contains($"127.0.0.1:{_address.Port}: ", gone.Message, StringComparison.Ordinal);
        Assert.EndsWith("--store-port gives the coordinator a fixed one.", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bring_ACheckpoint_LiesInItsPlaceWhole()
    {
        var folder = Checkpoint(generation: 3);

        Client.Bring(folder, "checkpoints/pretrain-00000020", 3, Stop);

        var placed = CheckpointFiles.Folder(_run, "pretrain", 20);
        CheckpointManifest.Read(placed).Verify(placed);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "model.safetensors")), File.ReadAllBytes(Path.Combine(placed, "model.safetensors")));
        Assert.Equal(["generation-3"], Directory.GetFiles(CheckpointFiles.Root(_run)).Select(Path.GetFileName));
    }

    [Fact]
    public void Bring_ANewerGenerationHasBegun_IsSuperseded()
    {
        Client.Begin(4, Stop);

        var superseded = Assert.Throws<CheckpointSupersededException>(
            () => Client.Bring(Checkpoint(generation: 3), "checkpoints/pretrain-00000020", 3, Stop));

        Assert.Equal(4, superseded.Generation);
        Assert.Throws<CheckpointSupersededException>(() => Client.Begin(3, Stop));
        Assert.Empty(Directory.GetDirectories(CheckpointFiles.Root(_run)));
    }

    [Fact]
    public void Bring_AFileThatIsNotTheManifests_IsRefusedAndLeavesNothing()
    {
        var folder = Checkpoint(generation: 3);
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Some(3_000_000));

        var refused = Assert.Throws<TransferException>(() => Client.Bring(folder, "checkpoints/pretrain-00000020", 3, Stop));

        Assert.True(refused.IsRefused);
        Assert.Empty(Directory.GetDirectories(CheckpointFiles.Root(_run)));
    }

    [Theory]
    [InlineData("data/pretrain-00000020")]
    [InlineData("checkpoints/start")]
    [InlineData("checkpoints/pretrain-00000020/more-00000001")]
    [InlineData("checkpoints/../checkpoints/pretrain-00000020")]
    public void Bring_ElsewhereThanACheckpointsPlace_IsRefused(string path) =>
        Assert.True(Assert.Throws<TransferException>(() => Client.Bring(Checkpoint(generation: 3), path, 3, Stop)).IsRefused);

    [Fact]
    public void Start_InAnotherLife_HasPortTokenAndMark()
    {
        _store.Dispose();

        using var again = Start();

        Assert.Equal(_address, again.Offer(Job, _run));
        Assert.Equal(_address.Mark, File.ReadAllText(Path.Combine(_run, StoreAddress.MarkFile)));
    }

    [Fact]
    public void Serve_AStrangerSaysNothing_IsLeftAlone()
    {
        using var store = Start(new StoreLimits { Hello = TimeSpan.FromMilliseconds(100) });
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000 };
        stranger.Connect(IPAddress.Loopback, store.Port);

        Assert.Equal(0, Received(stranger));
    }

    [Fact]
    public void Serve_MoreConnectionsThanAllowed_AreClosed()
    {
        using var store = Start(new StoreLimits { Connections = 1 });
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(IPAddress.Loopback, store.Port);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 3_000 };
        second.Connect(IPAddress.Loopback, store.Port);

        Assert.Equal(0, Received(second));
    }

    private static int Received(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[1]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private JobStore Start(StoreLimits? limits = null) => JobStore.Start("127.0.0.1", 0, _coordinator.Path, _troubles.Add, limits: limits);

    private JobStoreClient Through(Relay relay) => new(_address with { Port = relay.Port }, Job);

    private string Checkpoint(int generation)
    {
        var folder = CheckpointFiles.Folder(_worker.Path, "pretrain", 20);
        CheckpointFolder.Write(folder, generation, files =>
        {
            CheckpointJson.Write(files, CheckpointFiles.State, SomeState.Of("pretrain", 20, generation));
            File.WriteAllBytes(Path.Combine(files, "model.safetensors"), Some(2_000_000));
        });
        return folder;
    }

    private static byte[] Some(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
