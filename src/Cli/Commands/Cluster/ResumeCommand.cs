using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Client;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary><c>disttrain resume</c>: takes up a job that is paused, failed, was cancelled or is completed from where it was.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var id = ClientOptions.Id();
        var file = new Option<FileInfo?>("--job") { Description = "A changed job file to go on with. Default: the job as it was submitted." };
        var steps = new Option<string[]>("--steps")
        {
            Description = "Steps of a phase in all, as N or PHASE=N; N alone is of the phase in which the job ended. Can be repeated.",
            DefaultValueFactory = _ => [],
        };
        var rates = new Option<string[]>("--learning-rate")
        {
            Description = "Peak learning rate of a phase, as R or PHASE=R, likewise. Can be repeated.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("resume", "Take up a job that is paused, failed, was cancelled or is completed from where it was.")
        {
            id, file, steps, rates,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var job = ClientOptions.Job(parsed.GetValue(id)!);
            var (changed, edits) = (parsed.GetValue(file), parsed.GetValue(steps)!.Length + parsed.GetValue(rates)!.Length);
            if (changed is not null && edits > 0)
                throw new UsageException("--steps and --learning-rate change the job as it was submitted. With --job, write them into the file.");
            var text = changed is null ? null : JobFile.ToSend(changed);
            var status = await options.Ask<JobsProtocol.JobStatus>(parsed, new JobsProtocol.GetStatus(job), stop);
            var stored = await options.Ask<JobsProtocol.JobSpecification>(parsed, new JobsProtocol.GetSpec(job), stop);
            var spec = Read(text ?? stored.Spec, changed?.Name ?? $"{job}.json");
            foreach (var step in parsed.GetValue(steps)!)
                spec = Edit(spec, status.Phase, "--steps", step,
                    (phase, value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? phase with { Steps = number, Epochs = null } : null);
            foreach (var rate in parsed.GetValue(rates)!)
                spec = Edit(spec, status.Phase, "--learning-rate", rate,
                    (phase, value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                        && double.IsFinite(number) ? phase with { Optimizer = phase.Optimizer with { LearningRate = number } } : null);
            // A file goes as it is: the sentences about it have its lines, and only what it says counts as said.
            var resume = text is not null
                ? new JobsProtocol.ResumeJob(job, text, "A user asked for it.", changed!.Name)
                : new JobsProtocol.ResumeJob(job, JobSpecWriter.ToJson(spec), "A user asked for it.");
            var accepted = Submission.Accepted(await options.Ask<JobsProtocol.IAnswer>(parsed, resume, stop));
            foreach (var warning in accepted.Warnings ?? []) await parsed.InvocationConfiguration.Error.WriteLineAsync(warning);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(SubmitCommand.Describe(accepted, parsed.GetValue(options.Json)));
            return 0;
        });
        return command;
    }

    private static JobSpec Read(string text, string name)
    {
        var read = JobSpecReader.Read(text, name);
        return read.Spec ?? throw new UsageException(read.Problems.Select(problem => problem.ToString()));
    }

    /// <param name="given">VALUE or PHASE=VALUE.</param>
    /// <param name="current">Name of the phase that a value alone is of; empty before the first.</param>
    /// <param name="edit">Gives null when the value is none.</param>
    private static JobSpec Edit(JobSpec spec, string current, string option, string given, Func<PhaseSpec, string, PhaseSpec?> edit)
    {
        var parts = given.Split('=', 2);
        var name = parts.Length == 2 ? parts[0] : current.Length > 0 ? current : spec.Phases[0].Name;
        if (spec.Phases.All(phase => phase.Name != name))
            throw new UsageException($"{option} names phase '{name}', which the job does not have. Its phases are: " +
                $"{string.Join(", ", spec.Phases.Select(phase => phase.Name))}.");
        return spec with
        {
            Phases = [
                .. spec.Phases.Select(phase => phase.Name == name
                    ? edit(phase, parts[^1]) ?? throw new UsageException($"{option} is '{given}', but must be a number, or PHASE=number.") : phase)],
        };
    }
}
