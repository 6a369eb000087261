using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>
/// Searches for the translations of a batch of sentences: greedily, with a beam, or by sampling. Each step takes every live hypothesis one
/// token further; a sentence that is done takes no further part.
/// </summary>
/// <param name="output">The model's output projection.</param>
/// <param name="usesCache">False: recomputes the decoder over whole hypotheses at every step.</param>
internal sealed class BeamSearch(Transformer model, OutputLayer output, DecodingOptions options, bool usesCache)
{
    /// <summary>Next tokens of one hypothesis that can matter. Greedy search ends with its first EOS.</summary>
    private readonly int choices = options.Beam == 1 ? 1 : 2 * options.Beam;

    /// <summary>The best translations of some of the sources, best first, each with the index in <paramref name="sources"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IEnumerable<(int Source, IReadOnlyList<Hypothesis> Best)> Run(IReadOnlyList<int[]> sources, IReadOnlyList<int> group, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        Beam[] beams = [.. group.Select(index => new Beam(index, MaxLength(sources[index]), options, Chooser(index)))];
        int[][] own = [.. group.Select(index => sources[index])];
        using IDecoderSteps steps = usesCache ? new CachedSteps(model, own, beams) : new RecomputedSteps(model, own, beams);
        while (beams.Any(beam => !beam.IsDone))
        {
            stop.ThrowIfCancellationRequested();
            Advance(beams, steps);
        }
        return beams.Select(beam => (beam.Source, beam.Finished));
    }

    private int MaxLength(int[] source) =>
        Math.Clamp(source.Length + options.ExtraLength, Math.Max(1, options.MinLength), options.MaxLength ?? model.Options.MaxLength);

    private ITokenChooser Chooser(int sentence) => options.Sampling is { } sampling ? new SampledToken(sampling, sampling.FirstSentence + sentence) : new LikeliestTokens();

    private void Advance(Beam[] beams, IDecoderSteps steps)
    {
        using var scope = NewDisposeScope();
        (Beam Beam, BeamNode Node)[] rows = [.. beams.SelectMany(beam => beam.Live.Select(node => (beam, node)))];
        var candidates = new Beam.Candidate[rows.Length * choices];
        var decoded_RD = steps.Next();
        for (var first = 0; first < rows.Length; first += output.MostRows)
        {
            var (start, count) = (first, Math.Min(output.MostRows, rows.Length - first));
            output.Project(decoded_RD.narrow(0, start, count).contiguous());
            Team.Run(count, row =>
            {
                var (beam, node) = rows[start + row];
                beam.Propose(node, output.Logits(row), candidates.AsSpan((start + row) * choices, choices));
            });
        }
        var done = 0;
        foreach (var beam in beams)
        {
            var own = beam.Live.Count * choices;
            beam.Advance(candidates.AsSpan(done, own));
            done += own;
        }
    }
}
