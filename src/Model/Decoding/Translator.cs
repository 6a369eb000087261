using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>Translates token sequences with a trained model.</summary>
public sealed class Translator(Transformer model)
{
    /// <summary>
    /// The best translation found for each source, in the sources' order. Sources of similar length are decoded together; a result does not
    /// depend on its companions. An empty source gives an empty translation.
    /// </summary>
    /// <param name="sources">Token ids without EOS.</param>
    /// <exception cref="ArgumentOutOfRangeException">The beam is less than 1 or the length penalty negative.</exception>
    public IReadOnlyList<Hypothesis> Translate(IReadOnlyList<int[]> sources, DecodingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Beam, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.LengthPenalty);
        using var noGradient = no_grad();
        model.eval();
        var search = new BeamSearch(model, options);
        var translations = new Hypothesis[sources.Count];
        Array.Fill(translations, new Hypothesis([], 0, 0));
        var worded = Enumerable.Range(0, sources.Count).Where(index => sources[index].Length > 0).ToList();
        foreach (var group in LengthGroups.Of(worded.Count, member => (sources[worded[member]].Length + 1) * options.Beam, options.TokensAtOnce))
            foreach (var (source, best) in search.Run(sources, [.. group.Select(member => worded[member])]))
                translations[source] = best;
        return translations;
    }
}
