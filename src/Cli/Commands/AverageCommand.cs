using System.CommandLine;
using DistTrain.Cli.Terminal;
using DistTrain.Model;
using DistTrain.Shared.Checkpoints;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain average</c>: one checkpoint whose weights are the mean of several.</summary>
internal static class AverageCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("FOLDER")
        {
            Description = "Checkpoints to average; instead of --checkpoint.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var run = new Option<string?>("--checkpoint")
        {
            Description = "A run's folder: its checkpoints of one phase are averaged, all or as chosen.",
            HelpName = "RUN",
        };
        var last = Count("--last", "Take the newest N checkpoints of the phase.");
        var best = Count("--best", "Take the best N checkpoints of the phase, by its validate.metric.");
        var phase = new Option<string?>("--phase") { Description = "The phase. Default: the last that has a checkpoint.", HelpName = "NAME" };
        var target = new Option<string>("--out")
        {
            Description = "The folder to write; it must not hold anything yet.",
            Required = true,
            HelpName = "FOLDER",
        };
        var json = SharedOptions.Json();
        var command = new Command("average", "Average the weights of checkpoints into a checkpoint to translate with.")
        {
            folders, run, last, best, phase, target, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(folders) is { Length: > 0 } == result.GetResult(run) is not null)
                result.AddError("Give either folders of checkpoints, or --checkpoint with a run.");
            else if (result.GetResult(run) is null && (result.GetResult(last) ?? result.GetResult(best) ?? result.GetResult(phase)) is not null)
                result.AddError("--last, --best and --phase choose among the checkpoints of a run. Give it with --checkpoint, or leave them out.");
            if (result.GetResult(last) is not null && result.GetResult(best) is not null) result.AddError("Give either --last or --best.");
        });
        command.SetAction(parsed =>
        {
            Action<string> tell = parsed.InvocationConfiguration.Error.WriteLine;
            var chosen = parsed.GetValue(run) is { } ofRun
                ? CheckpointChoice.Of(ofRun, parsed.GetValue(phase), parsed.GetValue(last), parsed.GetValue(best), tell)
                : parsed.GetValue(folders)!.Select(folder => CheckpointLocation.Find(folder, tell)).ToList();
            if (chosen.GroupBy(folder => folder).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new UsageException($"The checkpoint '{twice.Key}' is named {twice.Count()} times. Name each once.");
            TorchLibrary.Load();
            var folder = NewFolder(parsed.GetValue(target)!);
            var state = CheckpointAverage.Write(chosen, folder);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? JsonLine.Of(new { folder, state.AveragedFrom })
                : $"Wrote '{folder}', the average of {chosen.Count} checkpoints: {string.Join(", ", state.AveragedFrom)}.");
            return 0;
        });
        return command;
    }

    private static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1) result.AddError($"{name} must be at least 1.");
        });
        return option;
    }

    private static string NewFolder(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new UsageException($"'{path}' is there already. Name a folder that is not, or empty it.");
        return path;
    }
}
