using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Transfer;
using DistTrain.TestSupport.Network;
using DistTrain.TestSupport.Processes;
using DistTrain.Worker.Folders;
using DistTrain.Worker.Tests.Training;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Folders;

/// <summary>Workers that train a job whose folder they do not see: its paths lead nowhere on their disks.</summary>
[Collection(TorchTests.OneAtATime)]
public sealed class CachedFolderTests : IDisposable
{
    private static readonly string Nowhere = Path.Combine(Path.GetTempPath(), "disttrain-nowhere", "jobs", "toy-1");

    private readonly TemporaryFolder _state = new(), _caches = new();
    private readonly TestJob _job = Sample();
    private readonly JobStore _store;
    private StoreAddress _address;

    public CachedFolderTests()
    {
        _store = JobStore.Start("127.0.0.1", 0, _state.Path, _ => { });
        _address = _store.Offer(new JobId("toy-1"), _job.RunFolder);
    }

    public void Dispose()
    {
        _store.Dispose();
        _job.Dispose();
        _state.Dispose();
        _caches.Dispose();
        Assert.False(Directory.Exists(Nowhere));
    }

    [Fact]
    public async Task Train_WithoutACommonFolder_ChecksInResumesAndGoesToTheNextPhaseBitForBit()
    {
        using var seen = Sample();
        var whole = (await seen.Train(members: 2))[0];
        var aligned = (await seen.Train(members: 2, phase: 1, phaseStart: whole.Checkpoints[^1].Folder))[0];

        RecordingListener[] before, after, next;
        using (var workers = Workers())
            before = await workers.Train(_job, [0, 1], start => Unseen(start), (step, stops) =>
            {
                if (step >= 9) stops.ToList().ForEach(stop => stop.Request(TrainingProtocol.StopManner.Now));
            });
        var checkpoint = before[0].Checkpoints[^1];
        // Another process that has its own cache, and ranks the other way round.
        using (var workers = Workers())
        {
            after = await workers.Train(_job, [1, 0], start => Unseen(start with { ResumeFrom = checkpoint.Folder }) with { Generation = 2 });
            next = await workers.Train(_job, [0, 1],
                start => Unseen(start with { PhaseIndex = 1, PhaseStart = after[0].Checkpoints[^1].Folder }) with { Generation = 3 });
        }

        Assert.Equal(Path.Combine(Nowhere, "checkpoints", "pretrain-00000008"), checkpoint.Folder);
        Assert.Equal((8L, 12L), after[0].Start);
        Assert.Equal(whole.Finish, after[0].Finish);
        Assert.Equal(aligned.Finish, next[0].Finish);
        Assert.Equal(whole.Validations[^1].Metrics, after[0].Validations[^1].Metrics);
        // All of them lie whole on the coordinator's disk, and the newest of each phase beside their writers.
        var placed = Directory.GetDirectories(CheckpointFiles.Root(_job.RunFolder)).Order().ToList();
        Assert.Equal(["align-00000004", "align-00000006", "pretrain-00000004", "pretrain-00000008", "pretrain-00000012"],
            placed.Select(Path.GetFileName));
        placed.ForEach(folder => CheckpointManifest.Read(folder).Verify(folder));
        Assert.Equal(["align-00000006", "pretrain-00000008", "pretrain-00000012"], Kept(0));
    }

    [Fact]
    public async Task Train_TheStoreIsAwayWhenACheckpointIsWritten_ItIsBroughtWhenItIsBack()
    {
        using var relay = new Relay(_store.Port);
        _address = _address with { Port = relay.Port };
        using var workers = Workers();

        var trained = await workers.Train(_job, [0], start => Unseen(start), (step, _) => relay.IsOff = step is >= 3 and < 12);

        Assert.Equal(12, trained[0].Checkpoints[^1].Step);
        Assert.True(JobFolder.IsCheckpoint(CheckpointFiles.Folder(_job.RunFolder, "pretrain", 12)));
    }

    [Fact]
    public async Task Train_ACheckpointThatIsDamagedAtItsSource_IsNamedByItsPlaceThere()
    {
        using (var workers = Workers()) await workers.Train(_job, [0], start => Unseen(start));
        var damaged = CheckpointFiles.Folder(_job.RunFolder, "pretrain", 8);
        await File.AppendAllTextAsync(CheckpointFiles.ModelOf(damaged), "x", TestContext.Current.CancellationToken);

        using var others = Workers();
        var resumed = await others.Train(_job, [1],
            start => Unseen(start with { ResumeFrom = Path.Combine(Nowhere, "checkpoints", "pretrain-00000008") }) with { Generation = 2 });
        var gone = await others.Train(_job, [1],
            start => Unseen(start with { ResumeFrom = Path.Combine(Nowhere, "checkpoints", "pretrain-00000009") }) with { Generation = 3 });

        var (cause, because) = await resumed[0].Over;
        Assert.Equal(TrainingProtocol.StopCause.CheckpointDamaged, cause);
        Assert.Contains(Path.Combine(Nowhere, "checkpoints", "pretrain-00000008", "model.safetensors"), because, StringComparison.Ordinal);
        Assert.Equal(TrainingProtocol.StopCause.CheckpointDamaged, (await gone[0].Over).Cause);
    }

    [Fact]
    public async Task Train_WhatLiesInTheCacheIsDamaged_ItIsFetchedAgain()
    {
        using (var workers = Workers()) await workers.Train(_job, [0], start => Unseen(start));
        foreach (var file in Directory.GetFiles(Path.Combine(_caches.Path, "0", "data")).Concat(
            Directory.GetFiles(Path.Combine(_caches.Path, "0", "tokenizers"), "vocab.json", SearchOption.AllDirectories)))
            await File.WriteAllTextAsync(file, "damaged", TestContext.Current.CancellationToken);

        using var again = Workers();
        var trained = await again.Train(_job, [0], start => Unseen(start) with { Generation = 2 });

        Assert.NotNull(trained[0].Finish);
    }

    private static TestJob Sample()
    {
        ValidateSpec validate = new() { Beam = 1, MaxSentences = 4, Tokenize = "zh", Translations = "sample:polite-en-zh/validation" };
        var spec = new JobSpec
        {
            Name = "sample",
            Model = new ModelSpec { DModel = 32, Heads = 2, EncoderLayers = 1, DecoderLayers = 1, DFeedForward = 64, MaxLength = 32 },
            Tokenizer = new TokenizerSpec { VocabSize = 512 },
            Checkpoints = new CheckpointsSpec { EverySteps = 4 },
            Phases =
            [
                new SupervisedPhaseSpec
                {
                    Name = "pretrain", Steps = 12, BatchTokens = 256, Validate = validate,
                    Data = new DataSpec { Train = "sample:polite-en-zh/train", Validation = "sample:polite-en-zh/validation" },
                },
                new DpoPhaseSpec
                {
                    Name = "align", Steps = 6, BatchTokens = 256, Validate = validate,
                    Data = new DataSpec { Train = "sample:polite-en-zh/preferences", Validation = "sample:polite-en-zh/preferences-validation" },
                },
            ],
        };
        return new TestJob(spec, folder => DataPreparation.Prepare(spec, folder, folder, _ => { }, CancellationToken.None));
    }

    private TestWorkers Workers() => new(2, worker => new TrainingOptions
    {
        Cache = new CacheOptions { Folder = Path.Combine(_caches.Path, $"{worker}") },
    });

    private List<string?> Kept(int worker) => [.. Directory.GetDirectories(Path.Combine(_caches.Path, $"{worker}", "jobs"))
        .SelectMany(run => Directory.GetDirectories(CheckpointFiles.Root(run))).Select(Path.GetFileName).Order()];

    private TrainingProtocol.StartGeneration Unseen(TrainingProtocol.StartGeneration start)
    {
        string Moved(string path) => path.Replace(_job.RunFolder, Nowhere, StringComparison.Ordinal);
        StoreRef? MovedStore(StoreRef? store) => store is null ? null : store with { Path = Moved(store.Path) };
        return start with
        {
            RunFolder = Nowhere,
            Store = _address,
            Data = start.Data with
            {
                TokenizerFolder = Moved(start.Data.TokenizerFolder),
                Phases = [.. start.Data.Phases.Select(phase => phase with
                {
                    Train = MovedStore(phase.Train)!, Validation = MovedStore(phase.Validation), Translations = MovedStore(phase.Translations),
                })],
            },
        };
    }
}
