using DistTrain.Cli.Attention;
using DistTrain.Model;
using DistTrain.Model.Decoding;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Text;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Cli.Checkpoints;

/// <summary>The model of a checkpoint with its tokenizer, ready to translate text.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly Transformer model;
    private readonly TokenizerPair tokenizers;
    private readonly Translator translator;

    private TrainedModel(Transformer model, TokenizerPair tokenizers) => (this.model, this.tokenizers, translator) = (model, tokenizers, new Translator(model));

    /// <summary>Tokens that a text may have: one place is for its end.</summary>
    private int Longest => model.Options.MaxLength - 1;

    /// <param name="folder">As in <see cref="CheckpointLocation.Find"/>.</param>
    /// <param name="tell">Told which checkpoint is taken.</param>
    /// <exception cref="NoCheckpointException">There is no checkpoint.</exception>
    /// <exception cref="CheckpointDamagedException">A file of it is not what was written.</exception>
    /// <exception cref="InvalidDataException">Its tokenizer belongs to another model.</exception>
    public static TrainedModel Open(string folder, Action<string> tell)
    {
        var checkpoint = CheckpointLocation.Find(folder, tell);
        var tokenizers = CheckpointReader.Open(checkpoint).Tokenizers();
        TorchLibrary.Load();
        return new(ModelFile.Load(Path.Combine(checkpoint, CheckpointFiles.Model)), tokenizers);
    }

    /// <summary>
    /// The best translations of each text, best first, in the texts' order; of a blank text an empty one. A translation has no line breaks. A
    /// text that is too long for the model is translated as far as the model can read.
    /// </summary>
    /// <param name="cut">Told each text that is too long.</param>
    /// <exception cref="UsageException">The options do not fit each other or the model.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<TranslatedText>> Translate(
        IReadOnlyList<string> texts, DecodingOptions options, Action<TooLongText> cut, CancellationToken stop = default)
    {
        if (options.Problem(model.Options.MaxLength) is { } problem) throw new UsageException(problem);
        int[][] sources = [.. Encode(tokenizers.Source, texts)];
        foreach (var text in TooLong(sources))
        {
            sources[text.Index] = sources[text.Index][..Longest];
            cut(text);
        }
        return [.. translator.TranslateNBest(sources, options, stop).Select(best => best.Select(Text).ToList())];
    }

    /// <summary>The score of a given translation of each text, in the texts' order.</summary>
    /// <param name="tooLong">Makes a problem of a text, or of a translation (true), that is too long: there is no score without its end.</param>
    /// <exception cref="UsageException">Texts are too long.</exception>
    public IReadOnlyList<ForcedScore> Score(IReadOnlyList<string> texts, IReadOnlyList<string> translations, Func<TooLongText, bool, string> tooLong)
    {
        int[][] sources = [.. Encode(tokenizers.Source, texts)], targets = [.. Encode(tokenizers.Target, translations)];
        List<string> problems = [.. TooLong(sources).Select(text => tooLong(text, false)), .. TooLong(targets).Select(text => tooLong(text, true))];
        return problems.Count == 0 ? translator.Score(sources, targets) : throw new UsageException(problems);
    }

    /// <summary>Sentences a second of a translation of all texts, which are cut as <see cref="Translate"/> cuts them.</summary>
    /// <param name="cached">False: keys and values of earlier positions are computed anew at every step.</param>
    public double TranslationRate(IReadOnlyList<string> texts, DecodingOptions options, bool cached)
    {
        int[][] sources = [.. Encode(tokenizers.Source, texts).Select(source => source[..Math.Min(source.Length, Longest)])];
        var measured = new Translator(model) { UsesCache = cached };
        var start = TimeProvider.System.GetTimestamp();
        measured.Translate(sources, options);
        return sources.Length / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>For each pair log p(chosen) - log p(rejected), given the prompt; null when a text is too long for the model.</summary>
    public IReadOnlyList<double?> Margins(IReadOnlyList<PreferenceExample> pairs)
    {
        var encoded = pairs.Select(pair => (Prompt: tokenizers.Source.Encode(pair.Prompt), Chosen: tokenizers.Target.Encode(pair.Chosen), Rejected: tokenizers.Target.Encode(pair.Rejected))).ToList();
        var fitting = encoded.Where(Fits).ToList();
        var chosen = SequenceScores.LogProbabilities(model, new([.. fitting.Select(pair => pair.Prompt)], [.. fitting.Select(pair => pair.Chosen)]));
        var rejected = SequenceScores.LogProbabilities(model, new([.. fitting.Select(pair => pair.Prompt)], [.. fitting.Select(pair => pair.Rejected)]));
        var next = 0;
        return [.. encoded.Select(pair => Fits(pair) ? chosen[next] - rejected[next++] : (double?)null)];
    }

    /// <summary>Translates a sentence, or takes the translation that is given, and records what every head looks at meanwhile.</summary>
    /// <param name="cut">Told the name of each option whose sentence is too long: its end is left out.</param>
    /// <exception cref="UsageException">The text is blank.</exception>
    public Recording Attend(string text, string? translation, Action<string> cut)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new UsageException("--text is blank, so there is nothing to look at. Give a sentence.");
        var source = Fitting(tokenizers.Source, text, "--text");
        int[] target = translation is null ? [.. translator.Translate([source], new DecodingOptions())[0].Tokens] : Fitting(tokenizers.Target, translation, "--translation");
        var (read, written) = (TokenLabels.Of(tokenizers.Source, source), TokenLabels.Of(tokenizers.Target, target));
        var end = SpecialTokens.Names[SpecialTokens.Eos];
        return new(tokenizers.Source.Decode(source), tokenizers.Target.Decode(target), [.. read, end], [SpecialTokens.Names[SpecialTokens.Bos], .. written], [.. written, end], model.Attend(source, target));

        int[] Fitting(ITokenizer tokenizer, string sentence, string option)
        {
            var tokens = tokenizer.Encode(sentence);
            if (tokens.Length > Longest) cut(option);
            return tokens[..Math.Min(tokens.Length, Longest)];
        }
    }

    public void Dispose() => model.Dispose();

    private static IEnumerable<int[]> Encode(ITokenizer tokenizer, IReadOnlyList<string> texts) =>
        texts.Select(text => string.IsNullOrWhiteSpace(text) ? [] : tokenizer.Encode(text));

    private IEnumerable<TooLongText> TooLong(IReadOnlyList<int[]> texts) =>
        texts.Index().Where(text => text.Item.Length > Longest).Select(text => new TooLongText(text.Index, text.Item.Length, model.Options.MaxLength)).ToList();

    private TranslatedText Text(Hypothesis hypothesis) =>
        new(tokenizers.Target.Decode(hypothesis.Tokens).ReplaceLineEndings(" "), hypothesis.LogProbability, hypothesis.Score);

    private bool Fits((int[] Prompt, int[] Chosen, int[] Rejected) pair) =>
        Math.Max(pair.Prompt.Length, Math.Max(pair.Chosen.Length, pair.Rejected.Length)) <= Longest;
}
