using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text;
using DistTrain.Cli.Client;
using DistTrain.Cli.Commands;
using DistTrain.Cli.Commands.Bench;
using DistTrain.Cli.Commands.Cluster;
using DistTrain.Cli.Local;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets;
using DistTrain.Worker.Training;

namespace DistTrain.Cli;

/// <summary>
/// The whole command line: its commands, and what failures become. Exit codes: 0 done, 1 failed, 2 wrong usage or refused, 130 interrupted, 141
/// nobody reads its output.
/// </summary>
public static class CommandLine
{
    internal const int Failed = 1;

    /// <summary>What shells say of a process that SIGPIPE has ended.</summary>
    internal const int BrokenPipe = 141;

    private const int Done = 0, Refused = 2, Interrupted = 130;

    /// <summary>Runs one command.</summary>
    /// <param name="output">Standard output; null for the process's own.</param>
    /// <param name="errors">Standard error; null for the process's own.</param>
    /// <param name="input">Standard input; null for the process's own.</param>
    /// <param name="takeSignals">
    /// Asked, by commands that end in order however long that takes, for what interrupts them. The others leave signals alone, and so end at once.
    /// Null: nothing interrupts.
    /// </param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] args, TextWriter? output = null, TextWriter? errors = null, TextReader? input = null,
        Func<CancellationToken>? takeSignals = null)
    {
        // Without a time-out: signals are the caller's, and what ends in order is not cut off.
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output ?? Console.Out, Error = errors ?? Console.Error,
        };
        var parsed = Root(input ?? StandardInput(), output is null ? StandardOutput.HasNoReader : null).Parse(args);
        if (parsed.Errors.Count == 0 && Empty(parsed.CommandResult) is { } empty)
        {
            await invocation.Error.WriteLineAsync($"{empty.Name} is empty. Give a value{(empty.CanBeLeftOut ? ", or leave it out" : "")}.");
            return Refused;
        }
        var stop = parsed.Action is AsynchronousCommandLineAction && takeSignals is not null ? takeSignals() : CancellationToken.None;
        try
        {
            var code = await parsed.InvokeAsync(invocation, stop);
            return parsed.Errors.Count > 0 && code != Done ? Refused : code;
        }
        catch (Exception wrong) when (wrong is UsageException or NoCheckpointException or DataFormatException)
        {
            await invocation.Error.WriteLineAsync(wrong.Message);
            return Refused;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception failure)
        when (failure is UnreachableClusterException or LocalClusterException or TrainingException or IOException or InvalidDataException
        or UnauthorizedAccessException or DllNotFoundException)
        {
            await invocation.Error.WriteLineAsync(failure.Message);
            return Failed;
        }
        catch (Exception bug)
        {
            // Not foreseen: whoever mends it needs the whole story.
            await invocation.Error.WriteLineAsync("disttrain failed in a way that it does not expect; please report this:" +
                $"{Environment.NewLine}{bug}");
            return Failed;
        }
    }

    // Not a RootCommand: that one is named after the assembly in help texts.
    internal static Command Root(TextReader input, Func<bool>? hasNoReader = null) =>
        new("disttrain", "Train translation Transformers and align them with human preferences, on a cluster.")
    {
        new HelpOption(),
        new VersionOption(),
        RunCommand.Create(),
        CoordinatorCommand.Create(),
        WorkerCommand.Create(),
        SubmitCommand.Create(),
        QueryCommands.Jobs(),
        QueryCommands.Status(),
        SubmitCommand.CreateWatch(),
        QueryCommands.History(),
        AuditCommand.Create(),
        QueryCommands.Cancel(),
        QueryCommands.Pause(),
        ResumeCommand.Create(),
        QueryCommands.Workers(),
        TranslateCommand.Create(input, hasNoReader ?? (() => false)),
        EvaluateCommand.Create(),
        ScoreCommand.Create(),
        CheckCommand.Create(),
        SchemaCommand.Create(),
        InspectCommand.Create(),
        AverageCommand.Create(),
        AttentionCommand.Create(),
        SampleCommand.Create(),
        BenchCommand.Create(),
    };

    /// <summary>The first option or argument whose value has no characters, as an unset variable of a shell leaves it; null: none.</summary>
    private static (string Name, bool CanBeLeftOut)? Empty(CommandResult command) => command.Children
        .Where(child => child.Tokens.Any(token => token.Value.Length == 0))
        .Select<SymbolResult, (string, bool)?>(child => child switch
        {
            OptionResult { Option: var option } => (option.Name, !option.Required),
            ArgumentResult { Argument: var argument } => (argument.Name, argument.Arity.MinimumNumberOfValues == 0),
            _ => null,
        }).FirstOrDefault();

    // Strict: text in another encoding is refused, not guessed at.
    private static StreamReader StandardInput() => new(Console.OpenStandardInput(), new UTF8Encoding(false, throwOnInvalidBytes: true));
}
