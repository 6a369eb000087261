using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Terminal;
using DistTrain.Model.Decoding;
using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.Shared.Datasets;

namespace DistTrain.Cli.Commands;

/// <summary>The translations of <c>translate --force</c>: a file, scored against the input line by line.</summary>
internal sealed class ForcedTranslations
{
    private readonly string _file, _input;
    private readonly List<string> _translations;

    private ForcedTranslations(string file, string input, List<string> translations) => (_file, _input, _translations) = (file, input, translations);

    /// <param name="input">What the input is called in messages.</param>
    /// <exception cref="DataFormatException">The file is not UTF-8 text.</exception>
    public static ForcedTranslations Read(FileInfo file, string input) => new(file.ToString(), input, [.. TextFile.Lines(file.FullName)]);

    /// <summary>What is written for a block of lines.</summary>
    /// <param name="done">Lines before it.</param>
    /// <exception cref="UsageException">The file has fewer lines, or a text is too long.</exception>
    /// <param name="tell">Told of texts that the score does not know all of.</param>
    public IEnumerable<string> Lines(
        TrainedModel model, IReadOnlyList<string> sources, int done, DecodingOptions options, bool json, Action<string> tell)
    {
        if (_translations.Count < done + sources.Count) throw new UsageException(Unequal($"more than {_translations.Count}"));
        var own = _translations.GetRange(done, sources.Count);
        var scores = model.Score(sources, own, (text, ofFile) => text.Sentence(Line(text.Index, ofFile), "it cannot be scored."),
            (index, ofFile) => tell(UnknownText.Sentence(Line(index, ofFile), "its score is that of any others in their place.")));
        return scores.Select((score, index) => json
            ? JsonLine.Of(
                new { source = sources[index], translation = own[index], score.LogProbability, score = score.Score(options),
                    score.TokenLogProbabilities })
            : TranslateCommand.Scored(done + index + 1, own[index], score.Score(options)));

        string Line(int index, bool ofFile) => $"Line {done + index + 1}{(ofFile ? $" of '{_file}'" : "")}";
    }

    /// <exception cref="UsageException">The file has more lines than the input.</exception>
    public void End(int done)
    {
        if (done < _translations.Count) throw new UsageException(Unequal($"{done}"));
    }

    private string Unequal(string lines) => $"'{_file}' has {_translations.Count} lines, but {_input} {lines}. Line by line they must belong " +
        "together: give a translation for each line.";
}
