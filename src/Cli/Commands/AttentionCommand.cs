using System.CommandLine;
using DistTrain.Cli.Attention;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Checkpoints;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain attention</c>: pictures of what a model looks at while it translates a sentence.</summary>
internal static class AttentionCommand
{
    public static Command Create()
    {
        var checkpoint = SharedOptions.Checkpoint();
        var text = new Option<string>("--text") { Description = "The sentence to translate.", Required = true, HelpName = "SENTENCE" };
        var translation = new Option<string?>("--translation")
        {
            Description = "A translation to look at instead of the model's own.",
            HelpName = "SENTENCE",
        };
        var folder = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder for index.html and the pictures; made when it is not there.",
            Required = true,
            HelpName = "FOLDER",
        };
        var json = SharedOptions.Json();
        var command = new Command("attention", "Draw what every attention head looks at while the model translates a sentence.")
        {
            checkpoint, text, translation, folder, json,
        };
        command.SetAction(parsed =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var location = CheckpointLocation.Find(parsed.GetValue(checkpoint)!, errors.WriteLine);
            using var model = TrainedModel.Open(location, errors.WriteLine);
            var recording = model.Attend(parsed.GetValue(text)!, parsed.GetValue(translation),
                which => errors.WriteLine($"{which} is longer than the model can read; its end is left out. Give one sentence."));
            using var typefaces = new Typefaces();
            var files = AttentionFiles.Write(parsed.GetValue(folder)!.FullName, recording, Facts(location), typefaces);
            if (typefaces.Shortage() is { } shortage) errors.WriteLine(shortage);
            output.WriteLine(parsed.GetValue(json)
                ? JsonLine.Of(new { recording.Source, recording.Translation, files })
                : string.Join(Environment.NewLine, [recording.Translation, .. files]));
            return 0;
        });
        return command;
    }

    private static IEnumerable<(string Name, string Value)> Facts(string checkpoint)
    {
        var state = CheckpointState.Read(checkpoint);
        return [("checkpoint", Path.GetFileName(checkpoint)), ("job", state.Job),
            ("phase", FormattableString.Invariant($"{state.Phase}, step {state.Step:N0}"))];
    }
}
