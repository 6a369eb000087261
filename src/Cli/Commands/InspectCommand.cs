using System.CommandLine;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Checkpoints;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain inspect</c>: what a checkpoint is, and whether its files are what was written.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("CHECKPOINT")
        {
            Description = "A checkpoint's folder, or a run's: then the result of its newest completed job.",
        };
        var tensors = new Option<bool>("--tensors") { Description = "List each tensor of the model with its shape and its norm." };
        var json = SharedOptions.Json();
        var command = new Command("inspect", "Tell everything about a checkpoint and verify its files.") { checkpoint, tensors, json };
        command.SetAction(parsed =>
        {
            var inspection = Inspection.Of(CheckpointLocation.Find(parsed.GetValue(checkpoint)!, parsed.InvocationConfiguration.Error.WriteLine),
                parsed.GetValue(tensors));
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? JsonLine.Of(inspection) : InspectionText.Of(inspection));
            return inspection.Files.All(file => file.Problem is null) ? 0 : 1;
        });
        return command;
    }
}
