using DistTrain.Model.Kernels.Cpu;
using DistTrain.Model.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding.Recomputed;

/// <summary>
/// Searches for the translations of a batch of sentences: greedily, with a beam, or by sampling, with the decoder computed anew over whole
/// hypotheses at every step. Each step takes every live hypothesis one token further; a sentence that is done takes no further part.
/// </summary>
/// <param name="output">The model's output projection.</param>
internal sealed class BeamSearch(Transformer model, OutputLayer output, DecodingOptions options)
{
    /// <summary>Next tokens of one hypothesis that can matter. Greedy search ends with its first EOS.</summary>
    private readonly int _choices = options.Beam == 1 ? 1 : 2 * options.Beam;

    /// <summary>The search of one source.</summary>
    public static Beam NewBeam(int index, int[] source, DecodingOptions options, TransformerOptions model) => new(
        index, options.Limit(source.Length, model.MaxLength), options,
        options.Sampling is { } sampling ? new SampledToken(sampling, sampling.FirstSentence + index) : new LikeliestTokens());

    /// <summary>Searches for the translations of some of the sources.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<Beam> Run(IReadOnlyList<int[]> sources, IReadOnlyList<int> group, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        Beam[] beams = [.. group.Select(index => NewBeam(index, sources[index], options, model.Options))];
        using var steps = new RecomputedSteps(model, [.. group.Select(index => sources[index])], beams);
        while (beams.Any(beam => !beam.IsDone))
        {
            stop.ThrowIfCancellationRequested();
            Advance(beams, steps);
        }
        return beams;
    }

    private void Advance(Beam[] beams, RecomputedSteps steps)
    {
        using var scope = NewDisposeScope();
        (Beam Beam, BeamNode Node)[] rows = [.. beams.SelectMany(beam => beam.Live.Select(node => (beam, node)))];
        var candidates = new Beam.Candidate[rows.Length * _choices];
        var decoded_RD = steps.Next();
        for (var first = 0; first < rows.Length; first += output.MostRows)
        {
            var (start, count) = (first, Math.Min(output.MostRows, rows.Length - first));
            output.Project(decoded_RD.narrow(0, start, count).contiguous());
            Team.Run(count, row =>
            {
                var (beam, node) = rows[start + row];
                beam.Propose(node, output.Logits(row), candidates.AsSpan((start + row) * _choices, _choices));
            });
        }
        var done = 0;
        foreach (var beam in beams)
        {
            var own = beam.Live.Count * _choices;
            beam.Advance(candidates.AsSpan(done, own));
            done += own;
        }
    }
}
