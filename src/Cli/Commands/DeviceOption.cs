using System.CommandLine;
using DistTrain.Cli.Terminal;
using DistTrain.Model;

namespace DistTrain.Cli.Commands;

/// <summary><c>--device</c>: what a model computes on.</summary>
internal static class DeviceOption
{
    public const string Default = "auto";

    public static Option<string?> Create() =>
        new("--device") { Description = "auto, cpu, cuda or cuda:N. Default: auto, CUDA devices where there are some, else the processor." };

    /// <summary>CUDA devices that the option leaves to choose from.</summary>
    public static int CudaCount(string asked) => asked == "cpu" ? 0 : Devices.CudaCount();

    /// <summary>The device of a command that computes by itself.</summary>
    /// <exception cref="UsageException">There is no such device.</exception>
    public static string Of(string asked) => OfWorkers(asked, 1)[0];

    /// <summary>A device for each worker of this machine.</summary>
    /// <exception cref="UsageException">There is no such device.</exception>
    public static IReadOnlyList<string> OfWorkers(string asked, int workers)
    {
        var count = CudaCount(asked);
        try
        {
            return [.. Enumerable.Range(0, workers).Select(worker => Devices.Choose(asked, count, worker))];
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
