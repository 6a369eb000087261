using DistTrain.Cli;
using DistTrain.Cli.Terminal;

if (OpenFiles.Problem() is { } problem)
{
    Console.Error.WriteLine(problem);
    return CommandLine.Failed;
}
return await CommandLine.Run(args, takeSignals: Interruption.Take);
