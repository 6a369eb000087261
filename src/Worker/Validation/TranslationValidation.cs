using DistTrain.Model.Decoding;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Text;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;

namespace DistTrain.Worker.Validation;

/// <summary>Translates held-out sentences and scores the translations by BLEU, chrF and the share of them that contain tracked texts.</summary>
/// <remarks>The scores' statistics add up, so that the ring's score is that of the whole set, not a mean of scores.</remarks>
internal sealed class TranslationValidation(Translator translator, TokenStore store, TokenizerPair tokenizers, ValidateSpec spec, IAllReduce ring) : IValidation
{
    private const int SampleCount = 8;
    private const long SourceTokensAtOnce = 2048;

    private readonly BleuTokenizer bleuTokenizer = BleuTokenization.Parse(spec.Tokenize);
    private readonly DecodingOptions decoding = new() { Beam = spec.Beam, LengthPenalty = spec.LengthPenalty, Normalization = spec.LengthNormalization };
    private readonly List<KeyValuePair<string, string>> tracked = [.. spec.Track];
    private readonly int count = spec.MaxSentences > 0 ? Math.Min(spec.MaxSentences, store.Count) : store.Count;

    public void Run(ValidationResults results, CancellationToken stop)
    {
        var (bleu, chrF, found) = (BleuStatistics.Zero, ChrFStatistics.Zero, new double[tracked.Count]);
        foreach (var group in MemberExamples.Groups(ring, count, example => store.Length(TranslationBatches.Source, example) + 1, SourceTokensAtOnce, stop))
            foreach (var (example, translation) in group.Zip(Translate(group, stop)))
            {
                var references = References(example);
                bleu += Bleu.Statistics(translation, references, bleuTokenizer);
                chrF += ChrF.Statistics(translation, references);
                for (var i = 0; i < found.Length; i++)
                    if (translation.Contains(tracked[i].Value, StringComparison.Ordinal)) found[i]++;
            }
        results.Metrics["bleu"] = BleuStatistics.FromArray(RingSum(bleu.ToArray())).Score().Score;
        results.Metrics["chrf"] = ChrFStatistics.FromArray(RingSum(chrF.ToArray())).Score();
        foreach (var (track, sum) in tracked.Zip(RingSum(found))) results.Metrics[$"share/{track.Key}"] = sum / count;
        if (ring.Rank == 0) results.Samples.AddRange(Samples(stop));
    }

    private IEnumerable<TranslationSample> Samples(CancellationToken stop)
    {
        int[] first = [.. Enumerable.Range(0, Math.Min(SampleCount, count))];
        return first.Zip(Translate(first, stop), (example, translation) =>
            new TranslationSample(Text(TranslationBatches.Source, example), translation, Text(TranslationBatches.Target, example)));
    }

    private IEnumerable<string> Translate(IReadOnlyList<int> examples, CancellationToken stop) =>
        translator.Translate([.. examples.Select(example => store.Tokens(TranslationBatches.Source, example).ToArray())], decoding, stop)
            .Select(hypothesis => tokenizers.Target.Decode(hypothesis.Tokens));

    /// <summary>The target, and whatever further references the example has.</summary>
    private List<string> References(int example) =>
        [.. Enumerable.Range(TranslationBatches.Target, store.Columns - 1).Where(column => store.Length(column, example) >= 0).Select(column => Text(column, example))];

    private string Text(int column, int example) => (column == TranslationBatches.Source ? tokenizers.Source : tokenizers.Target).Decode(store.Tokens(column, example).ToArray());

    private double[] RingSum(double[] own)
    {
        ring.Sum(own);
        return own;
    }
}
