using System.CommandLine;
using System.Text;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Samples;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain sample</c>: a generated corpus as files, to look at or to train on.</summary>
internal static class SampleCommand
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"The corpus: {string.Join(", ", SampleCorpus.Names)}.", HelpName = "NAME" };
        name.AcceptOnlyFromAmong([.. SampleCorpus.Names]);
        var folder = new Option<string>("--out") { Description = "Folder to write the files into.", Required = true };
        var json = SharedOptions.Json();
        var command = new Command("sample", "Write a generated corpus: translations and preferences, for training and validation.")
        {
            name, folder, json,
        };
        command.SetAction(parsed =>
        {
            var target = Directory.CreateDirectory(parsed.GetValue(folder)!).FullName;
            foreach (var (file, lines) in Files(parsed.GetValue(name)!))
            {
                var path = Path.Combine(target, file);
                var content = lines.ToList();
                File.WriteAllText(path, string.Concat(content.Select(line => line + "\n")), Utf8);
                parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                    ? JsonLine.Of(new { file = path, lines = content.Count }) : $"{path}: {content.Count} lines");
            }
            return 0;
        });
        return command;
    }

    private static IEnumerable<(string File, IEnumerable<string> Lines)> Files(string corpus) =>
        [
            ("train.tsv", SampleCorpus.Translations(corpus, "train").Select(Columns)),
            ("validation.tsv", SampleCorpus.Translations(corpus, "validation").Select(Columns)),
            ("preferences.jsonl", SampleCorpus.Preferences(corpus, "preferences").Select(JsonLine.Of)),
            ("preferences.validation.jsonl", SampleCorpus.Preferences(corpus, "preferences-validation").Select(JsonLine.Of)),
        ];

    private static string Columns(TranslationExample example) => string.Join('\t', [example.Source, example.Target, .. example.MoreReferences]);
}
