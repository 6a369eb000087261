using DistTrain.Cli;

using var interruption = new Interruption();
return await CommandLine.Run(args, stop: interruption.Token);
