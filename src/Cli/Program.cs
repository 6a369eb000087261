using DistTrain.Cli;

return await CommandLine.Run(args);
