using System.CommandLine;
using DistTrain.Cli.Client;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary><c>disttrain submit</c> and <c>disttrain watch</c>.</summary>
internal static class SubmitCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var options = new ClientOptions();
        var job = new Argument<FileInfo>("JOB") { Description = "The job file, YAML or JSON." };
        var data = SharedOptions.Data("Folder that relative data paths start from, as the coordinator sees it. Default: the coordinator's.");
        var start = SharedOptions.Start();
        var watch = new Option<bool>("--watch") { Description = "Show the job until it ends." };
        var anew = new Option<bool>("--new") { Description = "Make a new job also when an unfinished one is what the file says." };
        var command = new Command("submit", "Submit a job to a cluster, or find the unfinished one that it made before.")
        {
            job, data, start, watch, anew,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var file = parsed.GetValue(job)!;
            var request = new JobsProtocol.SubmitJob(
                JobFile.ToSend(file), file.Name, parsed.GetValue(data), Guid.NewGuid().ToString("N"), parsed.GetValue(start));
            var accepted = await Submit();
            foreach (var warning in accepted.Warnings ?? []) await parsed.InvocationConfiguration.Error.WriteLineAsync(warning);
            if (parsed.GetValue(watch)) return await options.Watch(parsed, accepted.Job, stop);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(Describe(accepted, parsed.GetValue(options.Json)));
            return 0;

            async Task<JobsProtocol.JobAccepted> Submit()
            {
                await using var client = options.Connect(parsed);
                var submission = new Submission(
                    question => client.Ask(question, Deadline, stop), request, $"{file}", options.Reach(parsed),
                    parsed.InvocationConfiguration.Error.WriteLine);
                return await (parsed.GetValue(anew) ? submission.Make() : submission.FindOrMake());
            }
        });
        return command;
    }

    public static Command CreateWatch()
    {
        var options = new ClientOptions();
        var id = ClientOptions.Id();
        var command = new Command("watch", "Show a job until it ends.") { id };
        options.AddTo(command);
        command.SetAction((parsed, stop) => options.Watch(parsed, ClientOptions.Job(parsed.GetValue(id)!), stop));
        return command;
    }

    internal static string Describe(JobsProtocol.JobAccepted accepted, bool json) =>
        json ? $$"""{"event":"accepted","job":"{{accepted.Job}}"}""" : $"{accepted.Job}";
}
