using System.Globalization;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>A phase's progress as one row of text.</summary>
/// <param name="phase">Its name.</param>
/// <param name="full">What the done part of the bar is drawn with.</param>
public sealed class PhaseBar(string phase, char full)
{
    private const int Widest = 40, Narrowest = 5;

    private long _step;
    private int _timed;
    private double _seconds;
    private string _facts = "";

    public string Phase => phase;

    /// <summary>Steps that the phase has. A phase that stopped early is told by the event that completes it to have no further ones.</summary>
    public long TotalSteps { get; set; }

    public void Take(StepRecord done, int workers)
    {
        _step = done.Step;
        // How long a step took it tells itself: whoever begins to watch a job is shown many steps in a moment.
        if (done.Tokens / done.TokensPerSecond is var took && double.IsFinite(took)) (_timed, _seconds) = (_timed + 1, _seconds + took);
        _facts = string.Create(CultureInfo.InvariantCulture, $"loss {MetricText.Number(done.Loss)} {done.TokensPerSecond:F0} tok/s " +
            $"{MetricText.Count(workers, "worker")}");
    }

    /// <summary>The row, at most so many columns wide but for names and numbers that are longer than that.</summary>
    public string Row(int columns)
    {
        var share = TotalSteps > 0 ? Math.Clamp((double)_step / TotalSteps, 0, 1) : 0;
        var before = string.Create(CultureInfo.InvariantCulture, $"{phase} {_step}/{TotalSteps} {_facts}");
        var after = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100 * share),3}%{Remaining()}");
        var room = Math.Min(Widest, columns - before.Length - after.Length - 2);
        return room < Narrowest ? $"{before} {after}" : $"{before} {new string(full, (int)(room * share)).PadRight(room)} {after}";
    }

    private string Remaining()
    {
        if (_timed == 0 || _step >= TotalSteps) return "";
        var left = TimeSpan.FromSeconds(Math.Min(_seconds / _timed * (TotalSteps - _step), TimeSpan.MaxValue.TotalSeconds / 2));
        return string.Create(CultureInfo.InvariantCulture, $" {(int)left.TotalHours}:{left:mm\\:ss}");
    }
}
