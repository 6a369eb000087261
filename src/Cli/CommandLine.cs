using System.CommandLine;
using DistTrain.Cli.Client;
using DistTrain.Cli.Commands.Cluster;
using DistTrain.Cli.Local;

namespace DistTrain.Cli;

/// <summary>The whole command line: its commands, and what failures become. Exit codes: 0 done, 1 failed, 2 wrong usage or refused, 130 interrupted.</summary>
public static class CommandLine
{
    private const int Done = 0, Failed = 1, Refused = 2, Interrupted = 130;

    /// <summary>Runs one command.</summary>
    /// <param name="output">Standard output; null for the process's own.</param>
    /// <param name="errors">Standard error; null for the process's own.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] args, TextWriter? output = null, TextWriter? errors = null)
    {
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output ?? Console.Out, Error = errors ?? Console.Error };
        var parsed = Root().Parse(args);
        try
        {
            var code = await parsed.InvokeAsync(invocation);
            return parsed.Errors.Count > 0 && code != Done ? Refused : code;
        }
        catch (UsageException wrong)
        {
            await invocation.Error.WriteLineAsync(wrong.Message);
            return Refused;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception failure) when (failure is UnreachableClusterException or LocalClusterException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await invocation.Error.WriteLineAsync(failure.Message);
            return Failed;
        }
    }

    private static RootCommand Root() => new("Train translation Transformers and align them with human preferences, on a cluster.")
    {
        RunCommand.Create(),
        CoordinatorCommand.Create(),
        WorkerCommand.Create(),
        SubmitCommand.Create(),
        QueryCommands.Jobs(),
        QueryCommands.Status(),
        SubmitCommand.CreateWatch(),
        QueryCommands.History(),
        QueryCommands.Cancel(),
        QueryCommands.Workers(),
    };
}
