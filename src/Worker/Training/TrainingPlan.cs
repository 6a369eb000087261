using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>An assignment in the form that training works with.</summary>
internal sealed record TrainingPlan(TrainingProtocol.StartGeneration Assignment, JobSpec Spec, PhaseSpec Phase, PreparedPhase Data)
{
    /// <summary>The ring's members, in order.</summary>
    public IReadOnlyList<RingMember> Members { get; } =
        [.. Assignment.Members.Select(member => new RingMember(member.Worker.Value, member.Host, member.Port))];

    /// <summary>The members' names, in order.</summary>
    public IReadOnlyList<string> Workers => [.. Members.Select(member => member.Worker)];

    /// <summary>Rank of the member that holds the state to go on from; null when none does.</summary>
    public int? SourceRank => Assignment.Held is { } held
        ? Enumerable.Range(0, Members.Count).First(rank => Members[rank].Worker == held.Worker.Value) : null;

    /// <summary>What the phase trains on, with how often an epoch uses it.</summary>
    public IReadOnlyList<WeightedSet> TrainingSets { get; } = [.. Data.TrainingStores()
        .Zip(Phase.Data.TrainingSets(), (store, set) => new WeightedSet(store.Count, set.Weight))];

    /// <summary>The checkpoint whose optimizer goes on when the phase begins: the job's start, where the job keeps it. Null elsewhere.</summary>
    public string? KeptOptimizer => Assignment.PhaseIndex == 0 && Spec.Start?.Optimizer == StartSpec.Keep ? Assignment.PhaseStart : null;

    /// <summary>Reads an assignment.</summary>
    /// <exception cref="InvalidDataException">Its specification is not one that this version of DistTrain can read.</exception>
    public static TrainingPlan Of(TrainingProtocol.StartGeneration assignment)
    {
        var read = JobSpecReader.Read(assignment.Spec, "job.json");
        if (read.Spec is not { } spec)
            throw new InvalidDataException($"The specification of job {assignment.Job} cannot be read by this worker: " +
                $"{string.Join(" ", read.Problems)} Run the same DistTrain on every machine.");
        return new TrainingPlan(assignment, spec, spec.Phases[assignment.PhaseIndex], assignment.Data.Phases[assignment.PhaseIndex]);
    }
}
