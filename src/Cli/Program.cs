using DistTrain.Cli;

return await CommandLine.Run(args, takeSignals: Interruption.Take);
