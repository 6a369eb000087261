namespace DistTrain.Shared.Checkpoints;

/// <summary>Which of several checkpoints are newer, and which are better.</summary>
public static class CheckpointRanking
{
    /// <summary>The one that was trained longest; default where there are none.</summary>
    public static T? Newest<T>(IEnumerable<T> checkpoints, Func<T, CheckpointState> state) => checkpoints.MaxBy(one => Age(state(one)));

    /// <summary>Those that were trained longest first.</summary>
    public static IEnumerable<T> NewestFirst<T>(IEnumerable<T> checkpoints, Func<T, CheckpointState> state) =>
        checkpoints.OrderByDescending(one => Age(state(one)));

    /// <summary>The ranked checkpoints of one phase, the best first. Among equals it is the newer one: it has seen more data.</summary>
    /// <param name="score">Higher is better; null for one that nobody measured, which is left out.</param>
    public static IEnumerable<T> BestFirst<T>(IEnumerable<T> ofPhase, Func<T, double?> score, Func<T, long> step) =>
        ofPhase.Where(one => score(one) is not null).OrderByDescending(one => score(one)!.Value).ThenByDescending(step);

    private static (int Phase, long Step) Age(CheckpointState state) => (state.PhaseIndex, state.Step);
}
