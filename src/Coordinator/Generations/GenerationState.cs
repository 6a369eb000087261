using System.Collections.Immutable;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Generations;

/// <summary>What the members of a generation have said so far. Immutable, without actors or clock.</summary>
/// <param name="Members">All of them.</param>
public sealed record GenerationState(ImmutableSortedSet<WorkerId> Members)
{
    /// <summary>Members whose ring is closed, or who were seen training this generation.</summary>
    public ImmutableSortedSet<WorkerId> Training { get; init; } = [];

    /// <summary>Members that reached the phase's end, with the hash of their parameters.</summary>
    public ImmutableSortedDictionary<WorkerId, string> Finished { get; init; } = ImmutableSortedDictionary<WorkerId, string>.Empty;

    /// <summary>Members that no longer train, or are gone.</summary>
    public ImmutableSortedSet<WorkerId> Over { get; init; } = [];

    /// <summary>Why the generation has to end; null while it is well.</summary>
    public string? EndsBecause { get; init; }

    /// <summary>What that means for the next generation.</summary>
    public Aftermath Aftermath { get; init; }

    public bool AllTrain => Training.Count == Members.Count;

    public bool AllFinished => Finished.Count == Members.Count;

    public bool AllOver => Over.Count == Members.Count;

    /// <summary>The generation ends for a reason. A lost worker explains more than the broken rings it leaves, and a failure more than both.</summary>
    public GenerationState EndingBecause(string because, Aftermath aftermath) =>
        EndsBecause is null || aftermath > Aftermath ? this with { EndsBecause = because, Aftermath = aftermath } : this;

    public GenerationState WithTraining(WorkerId member) => this with { Training = Training.Add(member) };

    public GenerationState WithFinished(WorkerId member, string hash)
    {
        var state = this with { Training = Training.Add(member), Finished = Finished.SetItem(member, hash) };
        if (!state.AllFinished || state.Finished.Values.Distinct().Count() == 1) return state;
        var odd = state.Finished.GroupBy(finished => finished.Value).OrderBy(group => group.Count()).First().Select(finished => finished.Key);
        return state.EndingBecause(
            $"The members ended with different parameters; {string.Join(", ", odd)} differs from the others. Its memory or device may be faulty.", Aftermath.TryAgain);
    }

    public GenerationState WithOver(WorkerId member) => this with { Over = Over.Add(member) };
}
