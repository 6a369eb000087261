namespace DistTrain.Shared.Runs;

/// <summary>What the audit of a job's ledger found, phase by phase.</summary>
public sealed record AuditReport(IReadOnlyList<PhaseAudit> Phases)
{
    /// <summary>Every step was committed once, with the examples of the plan.</summary>
    public bool IsSound => Phases.All(phase => phase.Problems.Count == 0);
}

/// <summary>What was found of one phase.</summary>
/// <param name="Steps">Steps that were committed, up to the highest.</param>
/// <param name="Examples">Examples of all its sets together.</param>
/// <param name="Epochs">Whole epochs whose examples were each used as often as their set's weight says, the first ones; 0 where there are
/// problems.</param>
/// <param name="IsEven">Whether that is once in each epoch.</param>
/// <param name="Used">Uses of examples in the epoch after those; 0 when it has not begun.</param>
/// <param name="Uses">Uses that this epoch has in all.</param>
/// <param name="Undone">Steps that a return to an earlier state undid, in the order in which that happened.</param>
/// <param name="Problems">In the order of their steps.</param>
public sealed record PhaseAudit(string Phase, long Steps, int Examples, long Epochs, bool IsEven, long Used, long Uses,
    IReadOnlyList<UndoneSteps> Undone, IReadOnlyList<AuditProblem> Problems);

/// <summary>Steps that were done and do not count.</summary>
/// <param name="Generation">The one that began before them.</param>
public sealed record UndoneSteps(long From, long To, int Generation);

/// <summary>Steps of which the ledger says something else than what was to be done.</summary>
/// <param name="Expected">What was to be, as words.</param>
/// <param name="Got">What the ledger says.</param>
public sealed record AuditProblem(long From, long To, string Expected, string Got);
