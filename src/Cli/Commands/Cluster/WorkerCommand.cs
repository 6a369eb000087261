using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Nodes;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Logging;
using DistTrain.Worker;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary><c>disttrain worker</c>: a process that trains on one device.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var node = new NodeOptions();
        var name = new Option<string?>("--name")
        {
            Description = "Name of the worker, unique in the cluster. Default: the host's name and random digits.",
        };
        var device = DeviceOption.Create();
        var threads = SharedOptions.Threads();
        var dataPort = new Option<int?>("--data-port") { Description = "Port of the data plane; 0 takes a free one. Default: 0." };
        var logs = new Option<string?>("--logs") { Description = "Folder of the log files. Default: runs/logs." };
        var cache = new Option<string?>("--cache")
        {
            Description = "Folder of what is fetched of jobs whose folders this worker does not see. Default: runs/cache.",
        };
        var command = new Command("worker", "Run a worker of a cluster.") { name, device, threads, dataPort, logs, cache };
        node.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var options = node.Bind<WorkerOptions>(parsed, ("Name", parsed.GetValue(name)), ("Device", parsed.GetValue(device)),
                ("Threads", parsed.GetValue(threads)?.ToString(CultureInfo.InvariantCulture)),
                ("DataPort", parsed.GetValue(dataPort)?.ToString(CultureInfo.InvariantCulture)), ("Logs", parsed.GetValue(logs)),
                ("Cache", parsed.GetValue(cache)));
            if (options.Problems().ToList() is { Count: > 0 } problems) throw new UsageException(problems);
            options = options
                with { Device = DeviceOption.OfWorkers(options.Device, 1)[0],
                    Name = options.Name ?? $"{Environment.MachineName.ToLowerInvariant()}-{Guid.NewGuid().ToString("N")[..6]}" };
            WritableFolder.Require(options.Logs, "log folder", "--logs");
            ListenAddress.Require(options.Cluster.ListenHost, options.DataPort, "--data-port");
            using var log = NodeLogging.Open(options.Name, options.Logs);
            await using var process = new WorkerProcess(options, TimeProvider.System, log);
            using var left = new CancellationTokenSource();
            // The coordinator is told of the end by the node, which therefore lives longer than the training.
            await using var ending = stop.Register(() => process.Leave().ContinueWith(_ => left.Cancel(), TaskScheduler.Default));
            return await NodeHost.Run(options.Name, log, options.Cluster, new Essential("/user/worker", FromTheStart: true),
                akka => akka.AddWorker(options, process, TimeProvider.System, log), _ => Task.CompletedTask, left.Token);
        });
        return command;
    }
}
