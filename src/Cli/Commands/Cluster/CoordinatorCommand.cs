using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Nodes;
using DistTrain.Cli.Terminal;
using DistTrain.Coordinator;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Journal;
using DistTrain.Coordinator.Options;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary><c>disttrain coordinator</c>: a process that may carry the jobs singleton.</summary>
internal static class CoordinatorCommand
{
    public static Command Create()
    {
        var node = new NodeOptions();
        var state = new Option<string?>("--state")
        {
            Description = "Folder of journal, jobs and logs. Workers that do not see it fetch what they need. Default: runs.",
        };
        var data = new Option<string?>("--data") { Description = "Folder that relative data paths of jobs start from. Default: the current folder." };
        var allow = new Option<string[]>("--data-allow")
        {
            Description = "A folder beside --data that jobs may name files of. Can be repeated.",
            DefaultValueFactory = _ => [],
        };
        var database = new Option<string?>("--database")
        {
            Description = "sqlite or postgresql (connection string in DISTTRAIN_ConnectionString). Default: sqlite.",
        };
        var expected = new Option<int?>("--expected-workers")
        {
            Description = "Workers that are being started with it: no job begins with fewer until they have joined, for half a minute at the most. " +
                "Default: 0.",
        };
        var storePort = new Option<int?>("--store-port")
        {
            Description = "Port from which workers fetch data that they do not see, and to which they bring checkpoints; 0 takes a free one. " +
                "Default: 0.",
        };
        var command = new Command("coordinator", "Run a coordinator of a cluster.") { state, data, allow, database, expected, storePort };
        node.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var options = node.Bind<CoordinatorOptions>(parsed, [("State", parsed.GetValue(state)), ("Data", parsed.GetValue(data)),
                .. parsed.GetValue(allow)!.Select((folder, i) => ($"DataAllow:{i}", (string?)folder)), ("Database", parsed.GetValue(database)),
                ("ExpectedWorkers", parsed.GetValue(expected)?.ToString(CultureInfo.InvariantCulture)),
                ("StorePort", parsed.GetValue(storePort)?.ToString(CultureInfo.InvariantCulture))]);
            if (options.Problems().ToList() is { Count: > 0 } problems) throw new UsageException(problems);
            await using var held = StateFolderLock.OfCoordinator(options.State);
            WritableFolder.Require(Path.Combine(options.State, "logs"), "log folder", "--state");
            var preparations = new Preparations();
            using var log = NodeLogging.Open("coordinator", Path.Combine(options.State, "logs"));
            using var store = CoordinatorHosting.StartStore(options, TimeProvider.System, log);
            return await NodeHost.Run("coordinator", log, options.Cluster,
                new Essential($"/user/{ClusterHosting.JobsName}/{ClusterHosting.JobsName}", FromTheStart: false),
                akka => akka.AddCoordinator(options, preparations, store, TimeProvider.System, log),
                _ => JournalCheck.RequireWhole(options), stop);
        });
        return command;
    }
}
