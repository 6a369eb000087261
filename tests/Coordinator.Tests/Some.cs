using Akka.Actor;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Recovery;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests;

/// <summary>Values that the tests share: a job of two phases, its reports, and workers.</summary>
internal static class Some
{
    public const string First = "pretrain", Second = "align";

    public static readonly JobId Id = new("toy-1");

    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly IReadOnlyList<TrainingProtocol.Member> Members = [new(new("w1"), "a", 1), new(new("w2"), "a", 2)];

    public static readonly GenerationEnd Lost = new("lost", EndCause.MemberLost);

    public static readonly PreparedData Data = new("/runs/toy-1/tokenizer", "hash", 260, null, []);

    public static JobSpec Spec { get; } = new()
    {
        Name = "toy",
        Checkpoints = new() { KeepLast = 2, KeepBest = 1 },
        Phases =
        [
            new SupervisedPhaseSpec { Name = First, Data = new() { Train = "a.tsv" }, Steps = 100 },
            new DpoPhaseSpec { Name = Second, Data = new() { Train = "b.jsonl" }, Steps = 50 },
        ],
    };

    /// <summary>A job that was just submitted.</summary>
    public static JobState Job(JobSpec? spec = null) =>
        JobState.From(new(Time, Id, JobSpecWriter.ToJson(spec ?? Spec), "/data", "/runs/toy-1"));

    public static RosterEntry Worker(int number, string host = "a", int cores = 8) =>
        new(new($"w{number}"), ActorRefs.Nobody, host, number, "cpu", cores, null, 0, null, Time);

    public static RosterProtocol.WorkerHello Hello(int number, JobId? job = null, int generation = 0) =>
        new(new($"w{number}"), "a", number, "cpu", 8, job, generation);

    public static CheckpointRecord Checkpoint(long step, string phase = First) =>
        new(phase, step, $"/runs/toy-1/checkpoints/{phase}-{step}", 10, "hash");

    public static StepRecord Step(long step) => new(step, 1.5, 100, 100, 1000, 0.5, 0.001, false, new Dictionary<string, double>());

    public static ValidationRecord Validation(long step, double loss, string phase = First) =>
        new(phase, step, new Dictionary<string, double> { ["loss"] = loss }, [], 0.5);
}
