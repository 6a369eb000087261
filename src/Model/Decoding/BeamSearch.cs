using DistTrain.Model.Objectives;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>
/// Beam search over a batch of sentences. A sentence's hypotheses are neighbouring sequences that share one encoded source; a sentence
/// leaves the batch when it is done.
/// </summary>
internal sealed class BeamSearch(Transformer model, DecodingOptions options)
{
    private readonly LengthPenalty penalty = new(options.LengthPenalty);

    /// <summary>The best translation of each source, with its index in <paramref name="sources"/>.</summary>
    public IEnumerable<(int Source, Hypothesis Best)> Run(IReadOnlyList<int[]> sources, IReadOnlyList<int> group)
    {
        using var scope = NewDisposeScope();
        using var cache = model.StartDecoding(TokenMatrix.Sources([.. group.Select(index => sources[index])]));
        var beams = group.Select(index => new Beam(index, options.Beam, MaxLength(sources[index]), penalty)).ToList();
        var finished = new List<(int, Hypothesis)>(group.Count);
        while (beams.Count > 0)
        {
            Step(beams, cache);
            finished.AddRange(beams.Where(beam => beam.IsDone).Select(beam => (beam.Source, beam.Best!)));
            beams = Continue(beams, cache);
        }
        return finished;
    }

    /// <summary>At least one token, at most the model's longest translation.</summary>
    private int MaxLength(int[] source) => Math.Clamp(source.Length + options.ExtraLength, 1, model.Options.MaxLength);

    private void Step(List<Beam> beams, DecoderCache cache)
    {
        using var scope = NewDisposeScope();
        var live = beams.SelectMany(beam => beam.Hypotheses).ToList();
        var tokens = tensor(live.Select(hypothesis => (long)hypothesis.Node.Token).ToArray());
        var scores = tensor(live.Select(hypothesis => hypothesis.Score).ToArray(), [live.Count, 1]);
        var length = cache.Length;
        var totals_GV = model.Step(tokens, cache).log_softmax(1).add_(scores);
        Forbid(totals_GV, beams, length);

        var vocabulary = (int)totals_GV.shape[1];
        // Twice the beam: even if every hypothesis ends, the beam is full of live ones. Greedy search ends with its first EOS.
        var count = options.Beam == 1 ? 1 : Math.Min(2 * options.Beam, options.Beam * vocabulary);
        var (best, indices) = totals_GV.view(beams.Count, -1).topk(count);
        var (values, positions) = (best.data<float>().ToArray(), indices.data<long>().ToArray());
        var candidates = new Beam.Candidate[count];
        for (var sentence = 0; sentence < beams.Count; sentence++)
        {
            for (var rank = 0; rank < count; rank++)
            {
                var (parent, token) = Math.DivRem((int)positions[sentence * count + rank], vocabulary);
                candidates[rank] = new Beam.Candidate(parent, token, values[sentence * count + rank]);
            }
            beams[sentence].Advance(candidates);
        }
    }

    /// <summary>Padding and BOS are never said; a translation of the greatest length can only end.</summary>
    private void Forbid(Tensor totals_GV, List<Beam> beams, int length)
    {
        totals_GV.narrow(1, SpecialTokens.Pad, 1).fill_(float.NegativeInfinity);
        totals_GV.narrow(1, SpecialTokens.Bos, 1).fill_(float.NegativeInfinity);
        for (var sentence = 0; sentence < beams.Count; sentence++)
        {
            if (!beams[sentence].MustEnd(length)) continue;
            var own_KV = totals_GV.narrow(0, sentence * options.Beam, options.Beam);
            own_KV.narrow(1, SpecialTokens.Eos + 1, own_KV.shape[1] - SpecialTokens.Eos - 1).fill_(float.NegativeInfinity);
        }
    }

    /// <summary>Sentences that are done leave the cache; the others' hypotheses take their parents' place.</summary>
    private List<Beam> Continue(List<Beam> beams, DecoderCache cache)
    {
        var sentences = Enumerable.Range(0, beams.Count).Where(sentence => !beams[sentence].IsDone).ToList();
        if (sentences.Count == 0) return [];
        var parents = sentences.SelectMany(sentence => beams[sentence].Hypotheses.Select(hypothesis => (long)sentence * options.Beam + hypothesis.Parent)).ToList();
        var sequences = beams.Count * options.Beam;
        if (parents.Count < sequences || parents.Where((parent, row) => parent != row).Any()) cache.SelectSequences(parents);
        if (sentences.Count < beams.Count) cache.SelectSentences([.. sentences.Select(sentence => (long)sentence)]);
        return [.. sentences.Select(sentence => beams[sentence])];
    }
}
