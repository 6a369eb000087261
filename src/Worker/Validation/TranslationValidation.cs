using DistTrain.Model.Decoding;
using DistTrain.Model.Translation;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Text;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Validation;

/// <summary>
/// Translates held-out sentences and scores the translations by BLEU, chrF, what ranks the phase's checkpoints, and the share of them that contain
/// tracked texts.
/// </summary>
/// <remarks>The scores' statistics add up, so that the ring's score is that of the whole set, not a mean of scores.</remarks>
/// <param name="lengthFactor">How many times as long as its source a translation may be, and <see cref="DecodingOptions.ExtraLength"/> more; null:
/// the search's default.</param>
internal sealed class TranslationValidation(
    Translator translator, TokenStore store, TokenizerPair tokenizers, ValidateSpec spec, IAllReduce ring, ILogger log,
    double? lengthFactor = null) : IValidation
{
    private const int SampleCount = 8;
    private const long SourceTokensAtOnce = 2048;

    private const int SentencesToJudge = 200;

    private readonly List<(string Name, ICorpusMetric Metric)> _metrics = [.. Metrics(spec)];
    private readonly DecodingOptions _decoding = new()
    {
        Beam = spec.Beam, LengthPenalty = spec.LengthPenalty, Normalization = spec.LengthNormalization, LengthFactor = lengthFactor,
        Unknown = tokenizers.Target.Unknown,
    };

    private readonly List<KeyValuePair<string, string>> _tracked = [.. spec.Track];
    private bool _isJudged;
    private readonly int _count = spec.MaxSentences > 0 ? Math.Min(spec.MaxSentences, store.Count) : store.Count;

    public void Run(ValidationResults results, CancellationToken stop)
    {
        try
        {
            Measure(results, stop);
        }
        finally
        {
            // Training goes on and changes the weights.
            translator.Forget();
        }
    }

    private void Measure(ValidationResults results, CancellationToken stop)
    {
        if (ring.Rank == 0 && !_isJudged) Judge();
        var (sums, found) = (_metrics.ConvertAll(each => new double[each.Metric.Length]), new double[_tracked.Count]);
        long Places(int example) => store.Length(TranslationColumns.Source, example) + 1;
        foreach (var group in MemberExamples.Groups(ring, _count, Places, SourceTokensAtOnce, stop))
            foreach (var (example, translation) in group.Zip(Translate(group, stop)))
            {
                var references = References(example);
                foreach (var (sum, (_, metric)) in sums.Zip(_metrics)) Add(metric.Statistics(translation, references), sum);
                for (var i = 0; i < found.Length; i++)
                    if (translation.Contains(_tracked[i].Value, StringComparison.Ordinal)) found[i]++;
            }
        foreach (var (sum, (name, metric)) in sums.Zip(_metrics)) results.Metrics[name] = metric.Score(RingSum(sum));
        foreach (var (track, sum) in _tracked.Zip(RingSum(found))) results.Metrics[$"share/{track.Key}"] = sum / _count;
        if (ring.Rank == 0) results.Samples.AddRange(Samples(stop));
    }

    // chrF++ and TER, which takes its time, are of use to those who ask for them.
    private static IEnumerable<(string Name, ICorpusMetric Metric)> Metrics(ValidateSpec spec)
    {
        yield return (CorpusMetric.Bleu, CorpusMetric.OfBleu(BleuTokenizer.Parse(spec.Tokenize)));
        yield return (CorpusMetric.ChrF, CorpusMetric.OfChrF());
        if (spec.Metric == CorpusMetric.ChrFPlusPlus) yield return (spec.Metric, CorpusMetric.OfChrF(ChrFOptions.PlusPlus));
        if (spec.Metric == CorpusMetric.Ter) yield return (spec.Metric, CorpusMetric.OfTer());
    }

    private static void Add(double[] sentence, double[] sums)
    {
        for (var i = 0; i < sums.Length; i++) sums[i] += sentence[i];
    }

    /// <summary>Says, once, when the tokenization of BLEU does not fit the references.</summary>
    private void Judge()
    {
        _isJudged = true;
        var texts = Enumerable.Range(0, Math.Min(SentencesToJudge, _count)).SelectMany(References);
        var warning = UnspacedText.Warning(BleuTokenizer.Parse(spec.Tokenize), texts, BleuTokenizer.Names);
        if (warning is not null) LogMessages.TokenizationDoesNotFit(log, warning);
    }

    private IEnumerable<TranslationSample> Samples(CancellationToken stop)
    {
        int[] first = [.. Enumerable.Range(0, Math.Min(SampleCount, _count))];
        return first.Zip(Translate(first, stop), (example, translation) =>
            new TranslationSample(Text(TranslationColumns.Source, example), translation, Text(TranslationColumns.Target, example)));
    }

    private IEnumerable<string> Translate(IReadOnlyList<int> examples, CancellationToken stop) =>
        translator.Translate([.. examples.Select(example => store.Tokens(TranslationColumns.Source, example).ToArray())], _decoding, stop)
            .Select(hypothesis => tokenizers.Target.Decode(hypothesis.Tokens));

    /// <summary>The target, and whatever further references the example has.</summary>
    private List<string> References(int example) =>
        [.. Enumerable.Range(TranslationColumns.Target, store.Columns - 1).Where(column => store.Length(column, example) >= 0)
            .Select(column => Text(column, example))];

    private string Text(int column, int example) => column == TranslationColumns.Source
        ? tokenizers.Source.Decode(store.Tokens(column, example).ToArray())
        : store.HoldsTexts ? TextCells.Text(store.Tokens(column, example))
        : tokenizers.Target.Decode(store.Tokens(column, example).ToArray());

    private double[] RingSum(double[] own)
    {
        ring.Sum(own);
        return own;
    }
}
