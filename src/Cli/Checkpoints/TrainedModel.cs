using DistTrain.Cli.Attention;
using DistTrain.Cli.Terminal;
using DistTrain.Model;
using DistTrain.Model.Decoding;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Model.Translation;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Text;
using DistTrain.Worker.Checkpoints;
using TorchSharp;

namespace DistTrain.Cli.Checkpoints;

/// <summary>The model of a checkpoint with its tokenizer, ready to translate text.</summary>
internal sealed class TrainedModel : IDisposable
{
    /// <summary>Loaded, with libtorch, when something but a search on the CPU needs it.</summary>
    private readonly Lazy<Transformer> _model;
    private readonly TransformerOptions _shape;
    private readonly TokenizerPair _tokenizers;
    private readonly Translator _translator;
    private readonly double? _lengthFactor;
    private readonly int? _threads;

    private TrainedModel(string file, TokenizerPair tokenizers, double? lengthFactor, string device, int? threads)
    {
        (_tokenizers, _lengthFactor, _threads, _shape) = (tokenizers, lengthFactor, threads, ModelFile.ReadOptions(file));
        _model = new(() => Load(file, device));
        _translator = device == "cpu"
            ? new Translator(file, _model, threads ?? Environment.ProcessorCount) { KeepsWeights = true } : new Translator(_model.Value);
    }

    /// <summary>Tokens that a text may have: one place is for its end.</summary>
    private int Longest => _shape.MaxLength - 1;

    /// <param name="folder">As in <see cref="CheckpointLocation.Find"/>.</param>
    /// <param name="tell">Told which checkpoint is taken.</param>
    /// <param name="device">Where it computes, such as <c>cuda:0</c>: see <see cref="Devices.Choose"/>.</param>
    /// <param name="threads">Processor threads that it computes with; null: all cores.</param>
    /// <exception cref="NoCheckpointException">There is no checkpoint.</exception>
    /// <exception cref="CheckpointDamagedException">A file of it is not what was written.</exception>
    /// <exception cref="InvalidDataException">Its tokenizer belongs to another model.</exception>
    public static TrainedModel Open(string folder, Action<string> tell, string device = "cpu", int? threads = null)
    {
        var checkpoint = CheckpointLocation.Find(folder, tell);
        var reader = CheckpointReader.OpenModel(checkpoint);
        return new(CheckpointFiles.ModelOf(checkpoint), reader.Tokenizers(), reader.State.LengthFactor, device, threads);
    }

    /// <exception cref="UsageException">The options do not fit each other or the model.</exception>
    public void Check(DecodingOptions options)
    {
        if (OfModel(options).Problem(_shape.MaxLength) is { } problem) throw new UsageException(problem);
    }

    /// <summary>
    /// The best translations of each text, best first, in the texts' order; of a blank text an empty one. A translation has no line breaks. A
    /// text that is too long for the model is translated as far as the model can read.
    /// </summary>
    /// <param name="options">Without a length factor of its own, the checkpoint's holds.</param>
    /// <param name="cut">Told each text that is too long.</param>
    /// <param name="unknown">Told each text with characters that the vocabulary lacks: the model sees that there is something, not what.</param>
    /// <param name="unfinished">Told each text whose best translation has reached its limit.</param>
    /// <exception cref="UsageException">The options do not fit each other or the model.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<TranslatedText>> Translate(
        IReadOnlyList<string> texts, DecodingOptions options, Action<TooLongText> cut, Action<int> unknown, Action<UnfinishedText> unfinished,
        CancellationToken stop = default)
    {
        Check(options);
        options = OfModel(options) with { TextOf = Text };
        int[][] sources = [.. Encode(_tokenizers.Source, texts)];
        foreach (var text in Unknown(_tokenizers.Source, sources)) unknown(text);
        foreach (var text in TooLong(sources))
        {
            sources[text.Index] = sources[text.Index][..Longest];
            cut(text);
        }
        var translations = _translator.TranslateNBest(sources, options, stop);
        foreach (var (index, best) in translations.Index())
            if (best[0].IsCut) unfinished(Unfinished(index, sources[index].Length, options));
        return [.. translations.Select(best => best.Select(one => new TranslatedText(Text(one.Tokens), one.LogProbability, one.Score, one.IsCut))
            .ToList())];
    }

    /// <summary>The score of a given translation of each text, in the texts' order.</summary>
    /// <param name="tooLong">Makes a problem of a text, or of a translation (true), that is too long: there is no score without its end.</param>
    /// <param name="unknown">Told each text, or translation (true), with characters that the vocabulary lacks: one sign stands for them all.</param>
    /// <exception cref="UsageException">Texts are too long.</exception>
    public IReadOnlyList<ForcedScore> Score(
        IReadOnlyList<string> texts, IReadOnlyList<string> translations, Func<TooLongText, bool, string> tooLong, Action<int, bool> unknown)
    {
        int[][] sources = [.. Encode(_tokenizers.Source, texts)], targets = [.. Encode(_tokenizers.Target, translations)];
        List<string> problems = [.. TooLong(sources).Select(text => tooLong(text, false)), .. TooLong(targets).Select(text => tooLong(text, true))];
        foreach (var text in Unknown(_tokenizers.Source, sources)) unknown(text, false);
        foreach (var text in Unknown(_tokenizers.Target, targets)) unknown(text, true);
        _ = _model.Value;
        // Torch keeps the number for each thread that calls it, and a command goes on on whichever thread is free.
        if (_threads is { } count) torch.set_num_threads(count);
        return problems.Count == 0 ? _translator.Score(sources, targets) : throw new UsageException(problems);
    }

    /// <summary>Sentences a second of a translation of all texts, which are cut as <see cref="Translate"/> cuts them.</summary>
    /// <param name="cached">False: keys and values of earlier positions are computed anew at every step.</param>
    public double TranslationRate(IReadOnlyList<string> texts, DecodingOptions options, bool cached)
    {
        int[][] sources = [.. Encode(_tokenizers.Source, texts).Select(source => source[..Math.Min(source.Length, Longest)])];
        var measured = cached ? _translator : new Translator(_model.Value) { UsesCache = false };
        var start = TimeProvider.System.GetTimestamp();
        measured.Translate(sources, OfModel(options));
        return sources.Length / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>For each pair that can be judged log p(chosen) - log p(rejected), given the prompt.</summary>
    public PreferenceMargins Margins(IReadOnlyList<PreferenceExample> pairs)
    {
        var encoded = pairs.Select(pair =>
            (Prompt: _tokenizers.Source.Encode(pair.Prompt), Chosen: _tokenizers.Target.Encode(pair.Chosen),
                Rejected: _tokenizers.Target.Encode(pair.Rejected))).ToList();
        var different = encoded.Where(pair => !pair.Chosen.AsSpan().SequenceEqual(pair.Rejected)).ToList();
        var fitting = different.Where(pair => Math.Max(pair.Prompt.Length, Math.Max(pair.Chosen.Length, pair.Rejected.Length)) <= Longest).ToList();
        var chosen = SequenceScores.LogProbabilities(_model.Value,
            new([.. fitting.Select(pair => pair.Prompt)], [.. fitting.Select(pair => pair.Chosen)]));
        var rejected = SequenceScores.LogProbabilities(_model.Value,
            new([.. fitting.Select(pair => pair.Prompt)], [.. fitting.Select(pair => pair.Rejected)]));
        return new([.. chosen.Zip(rejected, (better, worse) => better - worse)], Equal: encoded.Count - different.Count,
            TooLong: different.Count - fitting.Count);
    }

    /// <summary>Translates a sentence, or takes the translation that is given, and records what every head looks at meanwhile.</summary>
    /// <param name="cut">Told the name of each option whose sentence is too long: its end is left out.</param>
    /// <exception cref="UsageException">The text is blank.</exception>
    public Recording Attend(string text, string? translation, Action<string> cut)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new UsageException("--text is blank, so there is nothing to look at. Give a sentence.");
        var source = Fitting(_tokenizers.Source, text, "--text");
        int[] target = translation is null
            ? [.. _translator.Translate([source], OfModel(new DecodingOptions()))[0].Tokens]
            : Fitting(_tokenizers.Target, translation, "--translation");
        var (read, written) = (TokenLabels.Of(_tokenizers.Source, source), TokenLabels.Of(_tokenizers.Target, target));
        var end = SpecialTokens.Names[SpecialTokens.Eos];
        return new(_tokenizers.Source.Decode(source), _tokenizers.Target.Decode(target), [.. read, end],
            [SpecialTokens.Names[SpecialTokens.Bos], .. written], [.. written, end], _model.Value.Attend(source, target));

        int[] Fitting(ITokenizer tokenizer, string sentence, string option)
        {
            var tokens = tokenizer.Encode(sentence);
            if (tokens.Length > Longest) cut(option);
            return tokens[..Math.Min(tokens.Length, Longest)];
        }
    }

    public void Dispose()
    {
        _translator.Forget();
        if (_model.IsValueCreated) _model.Value.Dispose();
    }

    private static Transformer Load(string file, string device)
    {
        TorchLibrary.Load();
        var model = ModelFile.Load(file);
        if (device != "cpu") model.to(torch.device(device));
        return model;
    }

    private static IEnumerable<int[]> Encode(ITokenizer tokenizer, IReadOnlyList<string> texts) =>
        texts.Select(text => string.IsNullOrWhiteSpace(text) ? [] : tokenizer.Encode(text));

    private static IEnumerable<int> Unknown(ITokenizer tokenizer, IReadOnlyList<int[]> texts) => tokenizer.Unknown is { } unknown
        ? texts.Index().Where(text => text.Item.Contains(unknown)).Select(text => text.Index) : [];

    private IEnumerable<TooLongText> TooLong(IReadOnlyList<int[]> texts) =>
        texts.Index().Where(text => text.Item.Length > Longest).Select(text => new TooLongText(text.Index, text.Item.Length, _shape.MaxLength))
        .ToList();

    private string Text(IReadOnlyList<int> tokens) => _tokenizers.Target.Decode(tokens).ReplaceLineEndings(" ");

    private DecodingOptions OfModel(DecodingOptions options) =>
        options with { LengthFactor = options.LengthFactor ?? _lengthFactor, Unknown = _tokenizers.Target.Unknown };

    private UnfinishedText Unfinished(int index, int sourceLength, DecodingOptions options)
    {
        var limit = options.Limit(sourceLength, _shape.MaxLength);
        var remedy = limit < (options.MaxLength ?? _shape.MaxLength) ? "Raise --length-factor or --extra-length."
            : limit < _shape.MaxLength ? "Raise --max-length."
            : "The model's max_length allows no more: give one sentence on a line, or train with a greater model.max_length.";
        return new(index, limit, remedy);
    }
}
