using System.CommandLine;
using DistTrain.Cli.Client;
using DistTrain.Cli.Terminal;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Journal;
using DistTrain.Shared;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary><c>disttrain audit</c>: proves that every step of a job was done once, with the examples that it was to use.</summary>
internal static class AuditCommand
{
    /// <summary>Differences that are printed of a phase; JSON has all.</summary>
    private const int Shown = 10;

    public static Command Create()
    {
        var job = new Argument<string>("JOB")
        {
            Description = "Name of the job, as submit printed it; or its folder, or a run's: then its newest completed job.",
        };
        var state = new Option<string?>("--state")
        {
            Description = "Read the journal of this state folder. Default: ask the coordinator.", HelpName = "FOLDER",
        };
        var options = new ClientOptions();
        var command = new Command("audit", "Prove from a job's journal and data that each epoch used every example once.") { job, state };
        options.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var (folder, id) = Find(parsed.GetValue(job)!, parsed.GetValue(state));
            var (spec, events) = folder is null
                ? await Asked(options.Connect(parsed), id, stop)
                : Stored(folder, id);
            var report = LedgerAudit.Of(events, Phases(spec, events));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(options.Json)) await output.WriteLineAsync(JsonLine.Of(new { Job = id, report.IsSound, report.Phases }));
            else foreach (var line in AuditText.Of(report, Shown)) await output.WriteLineAsync(line);
            return report.IsSound ? 0 : 1;
        });
        return command;
    }

    /// <returns>The state folder whose journal has the job, null where a coordinator is to be asked.</returns>
    private static (string? State, JobId Job) Find(string job, string? state)
    {
        if (state is not null || !Directory.Exists(job)) return (state, ClientOptions.Job(job));
        var found = Path.GetFullPath(job).TrimEnd(Path.DirectorySeparatorChar);
        if (Path.GetDirectoryName(found) is { } jobs && Path.GetFileName(jobs) == "jobs")
            return (Path.GetDirectoryName(jobs), ClientOptions.Job(Path.GetFileName(found)));
        return JobFolder.In(found) is [var newest, ..]
            ? (found, ClientOptions.Job(newest.Name))
            : throw new UsageException($"In '{Readable.Line(job)}' there is no job. Name a job, its folder, or the folder of a run.");
    }

    private static async Task<(JobSpec, IReadOnlyList<JobEvents.IJobEvent>)> Asked(JobsClient connected, JobId id, CancellationToken stop)
    {
        await using var client = connected;
        var its = await ClientOptions.Ask<JobsProtocol.JobSpecification>(client, new JobsProtocol.GetSpec(id), stop);
        var events = new List<JobEvents.IJobEvent>();
        await foreach (var page in AnswerPages.Read(next => ClientOptions.Ask<JobsProtocol.JobHistory>(client, next, stop),
            new JobsProtocol.GetHistory(id), QueryCommands.NextPage))
            events.AddRange(page.Lines.Select(LedgerLines.EventOf).OfType<JobEvents.IJobEvent>());
        return (Read(id, its.Spec), events);
    }

    private static (JobSpec, IReadOnlyList<JobEvents.IJobEvent>) Stored(string state, JobId id)
    {
        var events = JournalFile.EventsOf(state, id);
        var spec = events.Select(happened => happened switch
        {
            JobEvents.JobSubmitted e => e.Spec,
            JobEvents.JobResumed e => e.Spec,
            _ => null,
        }).LastOrDefault(text => text is not null);
        return spec is null ? throw new UsageException($"The journal of '{Readable.Line(state)}' has no job {id}.") : (Read(id, spec), events);
    }

    private static JobSpec Read(JobId id, string spec)
    {
        var read = JobSpecReader.Read(spec, $"{id}.json");
        return read.Spec ?? throw new InvalidDataException($"The specification of job {id} is not readable: {string.Join(" ", read.Problems)}");
    }

    // What a phase was trained on stays as it is once it has begun, so what was prepared last is what it was.
    private static Func<int, AuditedPhase> Phases(JobSpec spec, IReadOnlyList<JobEvents.IJobEvent> events)
    {
        var data = events.OfType<JobEvents.DataPrepared>().LastOrDefault()?.Data;
        return index =>
        {
            var phase = spec.Phases[index];
            var prepared = data!.Phases.Single(each => each.Phase == phase.Name);
            return new(phase.Name, PhaseBatches.Of(phase, prepared, RandomSeeds.OfPlan(spec.Seed, index)), PhaseBatches.Sets(phase, prepared));
        };
    }
}
