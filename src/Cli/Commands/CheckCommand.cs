using System.CommandLine;
using DistTrain.Cli.Terminal;

namespace DistTrain.Cli.Commands;

/// <summary>
/// <c>disttrain check</c>: everything that is wrong with a job file, at once, before anything is started; where it is asked for, what is in its data
/// too.
/// </summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var job = new Argument<FileInfo>("JOB") { Description = "The job file, YAML or JSON." };
        var data = SharedOptions.ReadData();
        var (start, runs) = (SharedOptions.Start(), SharedOptions.Runs());
        var json = SharedOptions.Json();
        var command = new Command("check", "Name every mistake of a job file, and every key that does nothing, each with its line and the remedy.")
        {
            job, data, start, runs, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var (file, asJson) = (parsed.GetValue(job)!, parsed.GetValue(json));
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var read = JobFile.Read(file, parsed.GetValue(data), SharedOptions.Here(parsed.GetValue(start)),
                SharedOptions.States(parsed.GetValue(runs)!), othersJobs: true);
            if (asJson)
                foreach (var (severity, found) in read.Problems.Select(problem => ("error", problem))
                    .Concat(read.Warnings.Select(warning => ("warning", warning))))
                    await output.WriteLineAsync(JsonLine.Of(new { severity, found.File, found.Line, found.Path, found.Message }));
            foreach (var warning in read.Warnings) await errors.WriteLineAsync(warning.ToWarning());
            if (read.Spec is not { } spec) throw new UsageException(read.Problems.Select(problem => problem.ToString()));
            await output.WriteLineAsync(asJson
                ? JsonLine.Of(new { spec.Name, phases = spec.Phases.Select(phase => phase.Name) })
                : $"{file.Name} is in order: job {spec.Name}, " +
                $"{string.Join(", then ", spec.Phases.Select(phase => $"{phase.Name} ({phase.Type})"))}.");
            if (parsed.GetResult(data) is null) return 0;
            await Task.Run(
                () => DataReading.Tell(spec, read.DataRoot, asJson, output.WriteLine,
                    warning => errors.WriteLine($"{file.Name}: warning: {warning}"), stop), CancellationToken.None);
            return 0;
        });
        return command;
    }
}
