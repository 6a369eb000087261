using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Filters;

namespace DistTrain.Shared.Logging;

/// <summary>Serilog as every process uses it: readable lines on the console, JSON in files.</summary>
public static class NodeLogging
{
    /// <summary>Properties that lines about a job carry: Job, Phase, Generation, Step, Worker.</summary>
    private const string ConsoleTemplate =
        "{Timestamp:HH:mm:ss} {Level:u3} {Job} {Phase} {Generation} {Step} {Worker} | {Message:lj}{NewLine}{Exception}";

    /// <summary>The logs of a process, from now until the result is disposed.</summary>
    /// <param name="node">Names the process in the file name and in each line, such as <c>coordinator</c>.</param>
    /// <param name="folder">Folder of the log files, made when it is missing; files roll daily and 31 are kept.</param>
    public static ILoggerFactory Open(string node, string folder) => new SerilogLoggerFactory(
        new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // What Akka tells of its links and members is told in this project's words; its errors stay, in the files.
            .MinimumLevel.Override("Akka", LogEventLevel.Error)
            .Filter.With(new AkkaErrors(TimeProvider.System))
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Node", node)
            .Enrich.With(node == NodeRoles.Coordinator ? [] : [new WorkerName(node)])
            .WriteTo.Logger(console => console
                .Filter.ByExcluding(Matching.FromSource("Akka"))
                .WriteTo.Console(outputTemplate: ConsoleTemplate, formatProvider: CultureInfo.InvariantCulture))
            .WriteTo.File(new LogLineFormat(), Path.Combine(folder, $"{node}-.jsonl"), rollingInterval: RollingInterval.Day, shared: false)
            .CreateLogger(),
        dispose: true);

    /// <summary>Names the worker in each line of its process that is not about another.</summary>
    private sealed class WorkerName(string node) : ILogEventEnricher
    {
        private readonly LogEventProperty _property = new("Worker", new ScalarValue(node));

        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.AddPropertyIfAbsent(_property);
    }
}
