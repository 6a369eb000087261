using System.CommandLine;

namespace DistTrain.Cli.Commands.Bench;

/// <summary><c>disttrain bench</c>: how fast this machine is at the parts of the work.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure how fast this machine is at the parts of the work.")
    {
        TrainBenchmark.Create(),
        ScaleBenchmark.Create(),
        DecodeBenchmark.Create(),
        TokenizerBenchmark.Create(),
    };
}
