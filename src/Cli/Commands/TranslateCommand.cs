using System.CommandLine;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Text;
using DistTrain.Model.Decoding;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain translate</c>: standard input to standard output, line by line.</summary>
internal static class TranslateCommand
{
    private const int LinesAtOnce = 256;

    public static Command Create(TextReader input)
    {
        var (checkpoint, beam, penalty, json) = (SharedOptions.Checkpoint(), SharedOptions.Beam(), SharedOptions.LengthPenalty(), SharedOptions.Json());
        var command = new Command("translate", "Translate the lines of standard input.") { checkpoint, beam, penalty, json };
        command.SetAction(async (parsed, stop) =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var options = new DecodingOptions { Beam = parsed.GetValue(beam), LengthPenalty = parsed.GetValue(penalty) };
            using var model = TrainedModel.Open(parsed.GetValue(checkpoint)!);
            var done = 0L;
            await foreach (var block in LineBlocks.Read(input, LinesAtOnce, stop))
            {
                var translations = model.Translate(block, options, line => errors.WriteLine(TooLong(done + line + 1)));
                foreach (var (source, translation) in block.Zip(translations))
                    await output.WriteLineAsync(parsed.GetValue(json) ? JsonLine.Of(new { source, translation }) : translation);
                await output.FlushAsync(stop);
                done += block.Count;
            }
            return 0;
        });
        return command;
    }

    private static string TooLong(long line) => $"Line {line} is longer than the model can read; its end is not translated. Give one sentence on a line.";
}
