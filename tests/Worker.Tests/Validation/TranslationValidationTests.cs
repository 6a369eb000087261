using DistTrain.Model;
using DistTrain.Model.Decoding;
using DistTrain.Model.Modules;
using DistTrain.Model.Translation;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Text;
using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Validation;

/// <summary>
/// A model with random weights, whose own translations are among the references of some sentences, so that the scores are neither nothing nor all.
/// </summary>
[Collection(TorchTests.OneAtATime)]
public sealed class TranslationValidationTests : IDisposable
{
    private static readonly string[] Sources = [.. Enumerable.Range(1, 21).Select(i => string.Concat(Enumerable.Repeat($"word {i} ", (i % 4) + 1)))];
    private static readonly ValidateSpec Spec = new()
    {
        Beam = 2,
        Tokenize = "char",
        Track = new ValidateSpec().Track.Add("some", "e").Add("none", "not there"),
    };
    private static readonly DecodingOptions Decoding = new() { Beam = 2, LengthPenalty = 0.6 };

    private readonly string _folder = Directory.CreateTempSubdirectory("disttrain-translations-").FullName;
    private readonly TextTokenizer _tokenizer = new(BpeTrainer.Train(Sources, 262, new() { LeavesOutBytes = false }));
    private readonly Transformer _model;
    private readonly TokenStore _store;
    private readonly string[] _translations;
    private readonly string[][] _references;

    public TranslationValidationTests()
    {
        _model = new Transformer(new TransformerOptions
        {
            VocabularySize = _tokenizer.VocabularySize,
            DModel = 16,
            Heads = 2,
            EncoderLayers = 1,
            DecoderLayers = 1,
            DFeedForward = 32,
            MaxLength = 24,
        });
        Initialization.Initialize(_model, 5);
        int[][] sources = [.. Sources.Select(_tokenizer.Encode)];
        _translations = [.. new Translator(_model).Translate(sources, Decoding).Select(best => _tokenizer.Decode(best.Tokens))];
        _references = [.. Sources.Select((source, i) => i % 3 == 0 ? new[] { source, _translations[i] } : [source + "!"])];
        using var writer = new TokenStoreWriter(_folder, columns: 3);
        for (var i = 0; i < Sources.Length; i++) writer.Add([sources[i], .. _references[i].Select(_tokenizer.Encode)]);
        _store = TokenStore.Open(writer.Complete().Path);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Run_AnyNumberOfMembers_ScoresTheWholeSet(int members)
    {
        var bleu = BleuStatistics.Zero;
        var chrF = ChrFStatistics.Zero;
        for (var i = 0; i < Sources.Length; i++)
        {
            bleu += Bleu.Statistics(_translations[i], _references[i], BleuTokenizer.Character);
            chrF += ChrF.Statistics(_translations[i], _references[i]);
        }
        using var loopback = new Loopback(members);

        var found = await loopback.Run(ring =>
        {
            var results = new ValidationResults();
            new TranslationValidation(new Translator(_model), _store, new TokenizerPair(_tokenizer, _tokenizer), Spec, ring,
                NullLogger.Instance).Run(results, CancellationToken.None);
            return results;
        });

        var share = _translations.Count(translation => translation.Contains('e', StringComparison.Ordinal)) / (double)Sources.Length;
        Assert.InRange(bleu.Score().Score, 1, 99);
        Assert.All(found, results => Assert.Equal(
            (bleu.Score().Score, chrF.Score(), share, 0.0),
            (results.Metrics["bleu"], results.Metrics["chrf"], results.Metrics["share/some"], results.Metrics["share/none"])));
        Assert.Equal(Sources.Take(8), found[0].Samples.Select(sample => sample.Source));
        Assert.Equal(_translations.Take(8), found[0].Samples.Select(sample => sample.Translation));
        Assert.Equal(_references.Take(8).Select(each => each[0]), found[0].Samples.Select(sample => sample.Reference));
        Assert.All(found.Skip(1), results => Assert.Empty(results.Samples));
    }

    [Fact]
    public async Task Run_WithReferencesAsTexts_ComparesWithThemAsTheyAre()
    {
        var texts = Sources.Select((source, i) => (string[])[_translations[i] + " \u60a8", source + " \ufb01"]).ToArray();
        using var writer = new TokenStoreWriter(_folder, columns: 3, holdsTexts: true);
        for (var i = 0; i < Sources.Length; i++) writer.Add([_tokenizer.Encode(Sources[i]), .. texts[i].Select(TextCells.Of)]);
        using var kept = TokenStore.Open(writer.Complete().Path);
        var chrF = Sources.Select((_, i) => ChrF.Statistics(_translations[i], texts[i])).Aggregate(ChrFStatistics.Zero, (sum, each) => sum + each);
        using var loopback = new Loopback(1);

        var found = await loopback.Run(ring =>
        {
            var results = new ValidationResults();
            new TranslationValidation(new Translator(_model), kept, new TokenizerPair(_tokenizer, _tokenizer), Spec, ring,
                NullLogger.Instance).Run(results, CancellationToken.None);
            return results;
        });

        Assert.Equal(chrF.Score(), found[0].Metrics["chrf"]);
        Assert.Equal(texts.Take(8).Select(each => each[0]), found[0].Samples.Select(sample => sample.Reference));
        Assert.Equal(Sources.Take(8), found[0].Samples.Select(sample => sample.Source));
    }

    [Fact]
    public async Task Run_WithAnUnknownToken_NeverSaysIt()
    {
        int[][] sources = [.. Sources.Take(8).Select(_tokenizer.Encode)];
        // What the model says most stands for what it cannot write.
        var unknown = new Translator(_model).Translate(sources, Decoding).SelectMany(best => best.Tokens).GroupBy(token => token)
            .MaxBy(same => same.Count())!.Key;
        var expected = new Translator(_model).Translate(sources, Decoding with { Unknown = unknown }).Select(best => _tokenizer.Decode(best.Tokens));
        var pretending = new PretendingTokenizer(_tokenizer, unknown);
        using var loopback = new Loopback(1);

        var found = await loopback.Run(ring =>
        {
            var results = new ValidationResults();
            new TranslationValidation(new Translator(_model), _store, new TokenizerPair(pretending, pretending), Spec, ring,
                NullLogger.Instance).Run(results, CancellationToken.None);
            return results;
        });

        Assert.Equal(expected, found[0].Samples.Select(sample => sample.Translation));
        Assert.NotEqual(_translations.Take(8), expected);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(2.5)]
    public async Task Run_WithALengthFactor_SearchesWithinIt(double factor)
    {
        var narrow = new ValidateSpec { Beam = 1 };
        var expected = new Translator(_model).Translate([.. Sources.Select(_tokenizer.Encode)],
            new DecodingOptions { Beam = 1, LengthFactor = factor });
        using var loopback = new Loopback(1);
        var found = await loopback.Run(ring =>
        {
            var results = new ValidationResults();
            new TranslationValidation(new Translator(_model), _store, new TokenizerPair(_tokenizer, _tokenizer), narrow, ring, NullLogger.Instance,
                factor).Run(results, CancellationToken.None);
            return results;
        });
        Assert.Equal(expected.Take(8).Select(best => _tokenizer.Decode(best.Tokens)), found[0].Samples.Select(sample => sample.Translation));
    }

    [Fact]
    public async Task Run_LimitedNumberOfSentences_ScoresTheFirst()
    {
        using var loopback = new Loopback(2);
        var found = await loopback.Run(ring =>
        {
            var results = new ValidationResults();
            new TranslationValidation(new Translator(_model), _store, new TokenizerPair(_tokenizer, _tokenizer), Spec with { MaxSentences = 3 },
                ring, NullLogger.Instance).Run(results, CancellationToken.None);
            return results;
        });
        Assert.Equal(3, found[0].Samples.Count);
    }

    [Theory]
    [InlineData("bleu", new[] { "bleu", "chrf" })]
    [InlineData("chrf++", new[] { "bleu", "chrf", "chrf++" })]
    [InlineData("ter", new[] { "bleu", "chrf", "ter" })]
    public async Task Run_Metric_IsMeasuredBesideBleuAndChrF(string metric, string[] expected)
    {
        var (chrF, ter) = (ChrFStatistics.Nothing(ChrFOptions.PlusPlus), default(TerStatistics));
        for (var i = 0; i < Sources.Length; i++)
        {
            chrF += ChrF.Statistics(_translations[i], _references[i], ChrFOptions.PlusPlus);
            ter += Ter.Statistics(_translations[i], _references[i]);
        }
        using var loopback = new Loopback(2);

        var found = await loopback.Run(ring =>
        {
            var results = new ValidationResults();
            new TranslationValidation(new Translator(_model), _store, new TokenizerPair(_tokenizer, _tokenizer), Spec with { Metric = metric }, ring,
                NullLogger.Instance).Run(results, CancellationToken.None);
            return results;
        });

        Assert.Equal(expected, found[0].Metrics.Keys.Where(name => !name.StartsWith("share/", StringComparison.Ordinal)));
        if (found[0].Metrics.TryGetValue("chrf++", out var plusPlus)) Assert.Equal(chrF.Score(), plusPlus, 9);
        if (found[0].Metrics.TryGetValue("ter", out var edits)) Assert.Equal(ter.Score(), edits, 9);
    }

    [Theory]
    [InlineData("13a", 1)]
    [InlineData("zh", 0)]
    public async Task Run_ChineseReferences_SaysOnceWhenTheTokenizationDoesNotFit(string tokenize, int warnings)
    {
        using var writer = new TokenStoreWriter(Directory.CreateDirectory(Path.Combine(_folder, "zh")).FullName, columns: 2);
        writer.Add([_tokenizer.Encode("word"), _tokenizer.Encode("猫喜欢那座房子。")]);
        using var held = TokenStore.Open(writer.Complete().Path);
        using var loopback = new Loopback(1);
        var log = new Lines();

        await loopback.Run(ring =>
        {
            var validation = new TranslationValidation(new Translator(_model), held, new TokenizerPair(_tokenizer, _tokenizer),
                Spec with { Tokenize = tokenize }, ring, log);
            validation.Run(new(), CancellationToken.None);
            validation.Run(new(), CancellationToken.None);
            return 0;
        });

        Assert.Equal(warnings,
            log.Told.Count(line => line.EndsWith("Choose the tokenization zh or char. The key is validate.tokenize.", StringComparison.Ordinal)));
    }

    public void Dispose()
    {
        _store.Dispose();
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Told.Add(formatter(state, exception));
    }

    /// <summary>A tokenizer one of whose tokens is said to stand for what cannot be written.</summary>
    private sealed class PretendingTokenizer(ITokenizer own, int unknown) : ITokenizer
    {
        public int VocabularySize => own.VocabularySize;
        public string Hash => own.Hash;
        public int? Unknown => unknown;
        public int[] Encode(string text) => own.Encode(text);
        public string Decode(IReadOnlyList<int> ids) => own.Decode(ids);
        public string Piece(int id) => own.Piece(id);
        public void Save(string folder, string prefix = "") => own.Save(folder, prefix);
    }
}
