using CsCheck;
using DistTrain.Model.Decoding;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Shared;

namespace DistTrain.Model.Tests.Decoding.Packed;

public class SearchedSentenceTests
{
    [Fact]
    public void Take_StepAfterStep_GivesEachTokenOfALiveHypothesisARowOfItsOwnAndTakesThoseOfOthersAgain() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Long[0, 1000]).Sample((width, parents, seed) =>
    {
        var random = new DeterministicRandom(seed);
        var beam = new Beam(0, 999, new DecodingOptions { Beam = width, NBest = width }, new LikeliestTokens());
        var (sentence, rows, most) = (new SearchedSentence(beam, [3], stride: 1, []), new StepRows(), 0);
        for (var step = 0; step < 200; step++)
        {
            rows.Clear();
            sentence.Take(rows);
            var alive = beam.Live.SelectMany(Path).ToHashSet();
            Assert.Equal(alive.Count, alive.Select(node => node.Slot).Distinct().Count());
            most = Math.Max(most, alive.Count);
            Assert.All(alive, node => Assert.InRange(node.Slot, 0, 2 * most - 1));
            // The more of the live hypotheses have successors, the later their common beginning.
            beam.Advance(
                [.. Enumerable.Range(0, 2 * width)
                    .Select(_ =>
                        new Beam.Candidate(beam.Live[random.Next(Math.Min(parents, beam.Live.Count))], 3 + random.Next(9), -random.NextDouble()))]);
        }
        sentence.Release();
        // 200 steps of all hypotheses would not fit in.
        if (width > 4 && parents == 1) Assert.InRange(most, 200, 200 + width);
    }, iter: 100, threads: 1);

    private static IEnumerable<BeamNode> Path(BeamNode node)
    {
        for (var at = node; at is not null; at = at.Parent) yield return at;
    }
}
