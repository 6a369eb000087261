using DistTrain.Model.Objectives;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>Translates token sequences with a trained model, and scores given translations.</summary>
public sealed class Translator(Transformer model)
{
    /// <summary>False recomputes the decoder over whole hypotheses at every step: same translations, slowly. There to be compared with.</summary>
    /// <value>Default true.</value>
    public bool UsesCache { get; init; } = true;

    /// <summary>The best translation found for each source: see <see cref="TranslateNBest"/>.</summary>
    public IReadOnlyList<Hypothesis> Translate(IReadOnlyList<int[]> sources, DecodingOptions options, CancellationToken stop = default) =>
        [.. TranslateNBest(sources, options with { NBest = 1 }, stop).Select(best => best[0])];

    /// <summary>
    /// The best translations found for each source, best first, in the sources' order. Sources of similar length are decoded together; a
    /// result does not depend on its companions. An empty source has one translation, an empty one.
    /// </summary>
    /// <param name="sources">Token ids without EOS.</param>
    /// <param name="stop">Ends the search between two steps.</param>
    /// <exception cref="ArgumentException">The options do not fit each other or the model: see <see cref="DecodingOptions.Problem"/>.</exception>
    /// <exception cref="InvalidDataException">The model's outputs are not numbers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Hypothesis>> TranslateNBest(IReadOnlyList<int[]> sources, DecodingOptions options, CancellationToken stop = default)
    {
        if (options.Problem(model.Options.MaxLength) is { } problem) throw new ArgumentException(problem, nameof(options));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        model.eval();
        using var output = new OutputLayer(model.OutputWeight_VD);
        var search = new BeamSearch(model, output, options, UsesCache);
        var translations = new IReadOnlyList<Hypothesis>[sources.Count];
        Array.Fill(translations, [new Hypothesis([], 0, 0)]);
        var worded = Enumerable.Range(0, sources.Count).Where(index => sources[index].Length > 0).ToList();
        foreach (var group in LengthGroups.Of(worded.Count, member => (sources[worded[member]].Length + 1) * options.Beam, options.TokensAtOnce))
            foreach (var (source, best) in search.Run(sources, [.. group.Select(member => worded[member])], stop))
                translations[source] = best;
        return translations;
    }

    /// <summary>Forced decoding: what the model gives for each source's given translation, in their order.</summary>
    /// <param name="sources">Token ids without EOS.</param>
    /// <param name="targets">Token ids without BOS and EOS, one for each source. None is refused for its length.</param>
    public IReadOnlyList<ForcedScore> Score(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets) =>
        [.. SequenceScores.TokenLogProbabilities(model, new SentencePairs([.. sources], [.. targets])).Select(tokens => new ForcedScore([.. tokens.Select(value => (double)value)]))];
}
