using DistTrain.Cli.Client;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using Spectre.Console;

namespace DistTrain.Cli.Watching;

/// <summary>Chooses how a job is shown, and turns its end into an exit code.</summary>
internal static class JobViews
{
    /// <summary>Shows on the view that fits: JSON when asked for, bars on a terminal, else plain lines.</summary>
    public static Task<T> On<T>(bool json, Func<IJobView, Task<T>> watch)
    {
        if (json) return watch(new JsonView(Console.Out, Console.Error));
        return AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? TerminalView.Run(AnsiConsole.Console, watch)
            : watch(new PlainView(Console.Out, TimeProvider.System));
    }

    /// <summary>Shows a job of a cluster until it ends.</summary>
    /// <param name="connect">Makes the client; given where its notes go, so that they are shown as everything else is.</param>
    /// <param name="seed">The coordinator, as <c>host:port</c>.</param>
    /// <param name="reach">The options that reach it, for the commands to type.</param>
    public static Task<int> Watch(Func<Action<string>, JobsClient> connect, JobId job, string seed, string reach, bool json,
        CancellationToken stop) => On(json, async view =>
    {
        await using var client = connect(view.Note);
        try
        {
            view.Reach(job, seed, reach);
            return ExitCode(await new JobWatcher(client, TimeProvider.System).Watch(job, view, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            view.Left(job, TypedCommand.Of($"watch {job} {reach}"));
            throw;
        }
    });

    /// <summary>0 completed, 2 refused because its data is not usable, 1 ended in any other way.</summary>
    public static int ExitCode(JobsProtocol.JobStatus status) => status switch
    {
        { Status: JobStage.Completed } => 0,
        // It failed before its first phase: in the preparation of its data.
        { Status: JobStage.Failed, Phase: "" } => 2,
        _ => 1,
    };
}
