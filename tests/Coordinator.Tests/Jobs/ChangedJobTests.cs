using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Options;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>What a resumed job may be changed to: as with a submitted one, its data and its start are confined.</summary>
public sealed class ChangedJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CoordinatorOptions _options;
    private readonly JobState _job;

    public ChangedJobTests()
    {
        _folder.Write("data/a.tsv", "a\tb\n");
        _folder.Write("data/b.jsonl", "");
        _options = new() { Data = At("data"), State = At("state") };
        _job = JobState.From(new(Some.Time, Some.Id, JobSpecWriter.ToJson(Some.Spec), At("data"), At("state/jobs/toy-1")));
    }

    [Fact]
    public void Examine_TheSame_IsTakenWithoutAWord()
    {
        var changed = Examine(Some.Spec);

        Assert.Equal(JobSpecWriter.ToJson(Some.Spec), JobSpecWriter.ToJson(changed.Spec!));
        Assert.Equal((0, (IReadOnlyList<string>?)null), (changed.Refusals.Count, changed.Warnings));
    }

    [Fact]
    public void Examine_AStoreIsMissing_SaysSoAndTheJobPreparesAnew()
    {
        var store = new StoreRef(_folder.Write("a.tokens", ""), "h", 1, 1, 1, 0);
        var job = JobLife.InTraining().State with { Data = new("/t", "h", 1, null, [new(Some.First, store, null, null)]), DataRoot = At("data") };
        job = job.Decide(new JobCommand.Cancel("enough"), Some.Time).Aggregate(job, (state, happened) => state.Apply(happened));
        ChangedJob Again() => ChangedJob.Examine(new(Some.Id, JobSpecWriter.ToJson(Some.Spec), "Asked."), job, _options);
        JobEvents.JobResumed Resumed(ChangedJob changed) =>
            job.Decide(new JobCommand.Resume(changed.Spec!, "Asked.", changed.DataIsMissing), Some.Time).OfType<JobEvents.JobResumed>().Single();

        Assert.Equal((false, "Asked."), (Resumed(Again()).Prepares, Resumed(Again()).Because));
        File.Delete(store.Path);
        Assert.Equal((true, "Asked. Files of its prepared data are missing: it is prepared anew."),
            (Resumed(Again()).Prepares, Resumed(Again()).Because));
    }

    [Theory]
    [InlineData("h", "c", null)]
    [InlineData("other", "c", "The training data of phase pretrain is no longer what the phase has trained on")]
    [InlineData("h", "other", null)]
    public void Prepared_AnewAndNotTheSame_FailsWhereAPhaseHasTrainedOnIt(string first, string second, string? failure)
    {
        static PreparedData Data(string first, string second) => new("/t", "h", 1, null,
            [new(Some.First, new("/a", first, 1, 1, 1, 0), null, null), new(Some.Second, new("/b", second, 1, 1, 1, 0), null, null)]);
        var life = new JobLife();
        life.Obey(new JobCommand.NoteData(Data("h", "c")));
        life.Obey(new JobCommand.PlanGeneration(Some.Members));
        life.Obey(new JobCommand.Cancel("enough"));
        life.Obey(new JobCommand.Resume(Some.Spec, "Asked.", DataIsMissing: true));

        var happened = life.Obey(new JobCommand.NoteData(Data(first, second)));

        Assert.Equal(failure is null, happened[0] is JobEvents.DataPrepared);
        if (failure is not null)
            Assert.StartsWith(failure, Assert.IsType<JobEvents.JobFailed>(Assert.Single(happened)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Examine_DataOrStartElsewhere_IsRefused()
    {
        var secret = _folder.Write("outside/secret.tsv", "a\tb\n");
        var elsewhere = Some.Spec with { Phases = [Some.Spec.Phases[0] with { Data = new() { Train = secret } }, Some.Spec.Phases[1]] };

        Assert.Contains($"is '{secret}', which lies, or leads, outside", Assert.Single(Examine(elsewhere).Refusals), StringComparison.Ordinal);
        Assert.Contains($"start.checkpoint is '{At("outside")}', which lies, or leads, outside",
            Assert.Single(Examine(Some.Spec with { Start = new() { Checkpoint = At("outside") } }).Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void Examine_FileOfAPerson_IsNamedWithItsLines()
    {
        var text = "name: toy\nphases:\n- { name: pretrain, type: supervised, steps: 100, data: { train: a.tsv }, optimizer: { warmup_steps: 200 } " +
            "}\n- { name: align, type: dpo, steps: 50, data: { train: b.jsonl } }";

        var changed = ChangedJob.Examine(new JobsProtocol.ResumeJob(Some.Id, text, "Asked.", "mine.yaml"), _job, _options);

        Assert.StartsWith("mine.yaml:3: warning: phases[0].optimizer.warmup_steps is 200", Assert.Single(changed.Warnings!),
            StringComparison.Ordinal);
        Assert.StartsWith("mine.yaml:1: ",
            Assert.Single(ChangedJob.Examine(new(Some.Id, "name: toy", "Asked.", "mine.yaml"), _job, _options).Refusals), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ChangedJob Examine(JobSpec wanted) => ChangedJob.Examine(new(Some.Id, JobSpecWriter.ToJson(wanted), "Asked."), _job, _options);

    private string At(string path) => Path.Combine(_folder.Path, path);
}
