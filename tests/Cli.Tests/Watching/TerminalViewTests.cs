using DistTrain.Cli.Watching;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Tests.Watching;

/// <summary>What a terminal holds after lines were printed while a bar was shown: the lines and the bars, and nothing else.</summary>
public sealed class TerminalViewTests
{
    private static readonly string LongText = "Checkpoint of step 100 is committed (0.6 MiB, " +
        $"{string.Concat(Enumerable.Repeat("/folder", 20))}/pretrain-00000100).";

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(120)]
    [InlineData(30)]
    public void Show_LinesWhileABarIsShown_LeaveNothingBeside(int width)
    {
        var screen = new Screen(width);
        var view = View(screen);

        Steps(view, "pretrain", 1, 50);
        Line(view, "pretrain", LongText);
        Steps(view, "pretrain", 51, 60);
        Line(view, "pretrain", "Short.");
        view.Note("A note.");
        Steps(view, "pretrain", 61, 400);
        Line(view, "align", LongText);
        Steps(view, "align", 1, 1);
        view.Show(
            Item("align", new ValidationRecord("align", 1, new Dictionary<string, double> { ["bleu"] = 39.6612, ["accuracy"] = 0.58249 }, [], 1.2)));

        AssertLines(screen, $"pretrain {LongText}", "pretrain Short.", "A note.", "pretrain 400/400 ", $"align {LongText}",
            "align validation after step 1: accuracy 58.2 %  bleu 39.66 (1.2 s)", "align 1/400 ");
    }

    [Theory]
    [InlineData(120, 80)]
    [InlineData(80, 120)]
    [InlineData(100, 30)]
    public void Show_ResizedTerminal_LeavesNothingBeside(int before, int after)
    {
        var screen = new Screen(before);
        var view = View(screen);
        Steps(view, "pretrain", 1, 50);
        Line(view, "pretrain", LongText);

        screen.Width = after;
        Line(view, "pretrain", "Short.");
        screen.Width = before;
        Steps(view, "pretrain", 51, 400);

        AssertLines(screen, $"pretrain {LongText}", "pretrain Short.", "pretrain 400/400 ");
    }

    [Fact]
    public void End_Report_StandsBelowTheBar()
    {
        var screen = new Screen(80);
        var view = View(screen);
        Steps(view, "pretrain", 1, 400);

        view.End(
            new(new("toy-1"), "toy", JobStage.Completed, "", "pretrain", 400, 400, 1, 2, "/c", "/r", 12.34,
                [new("pretrain", 400, 1.23456, new Dictionary<string, double>())]), []);

        AssertLines(screen, "pretrain 400/400 ", "", "Job toy-1 completed after 12.3 s.", "  pretrain: 400 steps, last loss 1.23;", "Checkpoint: /c",
            "Job files:  /r", "");
    }

    [Fact]
    public void Show_AWarning_IsMarked()
    {
        using var output = new StringWriter();
        Line(new(new LiveRow(output, () => 80), colors: true, unicode: true), "", "The data is ready. Warning: most is gone.");

        Assert.Contains("The data is ready. \e[33mWarning: most is gone.\e[0m\n", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(79)]
    [InlineData(119)]
    public void Row_AnyWidth_HasTheBarAndFits(int columns)
    {
        var bar = new PhaseBar("pretrain", '━') { TotalSteps = 400 };
        bar.Take(Step(200), 2);

        Assert.Contains("2 workers ━━", bar.Row(columns), StringComparison.Ordinal);
        Assert.EndsWith(" 50% 0:00:00", bar.Row(columns), StringComparison.Ordinal);
        Assert.InRange(bar.Row(columns).Length, 60, columns);
    }

    [Fact]
    public void Row_StepsOfBeforeItWasWatched_TellTheTimeThatIsLeftByTheirOwn()
    {
        var bar = new PhaseBar("pretrain", '━') { TotalSteps = 400 };
        // All in one moment, as they are shown to whoever begins to watch: 1 s and 3 s.
        bar.Take(Step(199) with { TokensPerSecond = 100 }, 2);
        bar.Take(Step(200) with { TokensPerSecond = 100.0 / 3 }, 2);

        Assert.EndsWith(" 50% 0:06:40", bar.Row(80), StringComparison.Ordinal);
    }

    private static void AssertLines(Screen screen, params string[] starts)
    {
        var lines = screen.Lines.ToList();
        Assert.Equal(starts.Length, lines.Count);
        foreach (var (line, start) in lines.Zip(starts))
            Assert.True(start.EndsWith("/400 ", StringComparison.Ordinal) || start.EndsWith(';')
                ? line.StartsWith(start, StringComparison.Ordinal) : line == start, $"'{line}' is not '{start}'");
    }

    private static TerminalView View(Screen screen) => new(new LiveRow(screen, () => screen.Width), colors: true, unicode: true);

    private static void Steps(TerminalView view, string phase, int first, int last)
    {
        for (var step = first; step <= last; step++) view.Show(new(step, phase, 1, 2, 400, Step(step), null, null));
    }

    private static StepRecord Step(int step) => new(step, 1.12345, 100, 100, 23630, 0.5, 0.001, false, new Dictionary<string, double>());

    private static void Line(TerminalView view, string phase, string text) =>
        view.Show(new(1, phase, 1, 2, 400, null, null, new JobsProtocol.HistoryLine(DateTimeOffset.UnixEpoch, "Event", text)));

    private static JobsProtocol.FeedItem Item(string phase, ValidationRecord validation) => new(1, phase, 1, 2, 400, null, validation, null);
}
