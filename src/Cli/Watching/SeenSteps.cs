using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>The steps that a watcher has seen: each once, and the newest word on it.</summary>
internal sealed class SeenSteps
{
    private readonly Dictionary<string, (int Generation, long Step)> _newest = [];
    private readonly List<(string Phase, StepRecord Step)> _steps = [];

    public IReadOnlyList<(string Phase, StepRecord Step)> Steps => _steps;

    /// <param name="item">With a step.</param>
    /// <returns>
    /// False when it was seen: a coordinator that died between showing a report and acknowledging it is told, and shows, the same again. A step of
    /// a later generation is trained again, and takes the place of what was seen from it on.
    /// </returns>
    public bool Take(JobsProtocol.FeedItem item)
    {
        var (phase, step) = (item.Phase, item.Step!);
        if (_newest.TryGetValue(phase, out var newest) && step.Step <= newest.Step)
        {
            if (item.Generation <= newest.Generation) return false;
            _steps.RemoveAll(seen => seen.Phase == phase && seen.Step.Step >= step.Step);
        }
        _newest[phase] = (item.Generation, step.Step);
        _steps.Add((phase, step));
        return true;
    }
}
