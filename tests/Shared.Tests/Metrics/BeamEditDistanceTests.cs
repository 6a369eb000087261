using CsCheck;
using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

/// <summary>The rows of a beam against whole tables, in which what lies outside of the beam is out of reach.</summary>
public class BeamEditDistanceTests
{
    private static readonly Gen<int[]> Words = Gen.Int[0, 6].Array[1, 130];

    [Fact]
    public void Begin_AndOf_GiveWhatWholeTablesGive() =>
        Gen.Select(Words, Words, Gen.Int[0, 130], Gen.Int[0, 6]).Sample((words, reference, place, other) =>
        {
            var distance = new BeamEditDistance(reference, words.Length);
            Assert.Equal(Table(words, reference), distance.Begin(words));

        int[] changed = [.. words];
        var same = Math.Min(place, words.Length - 1);
        changed[same] = other;
        Assert.Equal(Table(changed, reference), distance.Of(changed, same));
        Assert.Equal(Table(words, reference), distance.Of(words, words.Length));
    }, iter: 400, threads: 1);

    [Fact]
    public void Trace_OfAnyWords_HasTheEditsOfItsDistance() => Gen.Select(Words, Words).Sample((words, reference) =>
        {
            var distance = new BeamEditDistance(reference, words.Length);
            var edits = distance.Begin(words);
            var trace = distance.Trace();
            Assert.Equal(edits, trace.Count(edit => edit != Edit.Keep));
            Assert.Equal((words.Length, reference.Length), (trace.Count(edit => edit != Edit.Insert), trace.Count(edit => edit != Edit.Delete)));
    }, iter: 400, threads: 1);

    /// <summary>sacreBLEU's beam, over a table of all cells.</summary>
    private static int Table(int[] words, int[] reference)
    {
        const int far = 1_000_000;
        var ratio = (double)reference.Length / words.Length;
        var width = 25 < ratio / 2 ? (int)Math.Ceiling(ratio / 2 + 25) : 25;
        var table = new int[words.Length + 1, reference.Length + 1];
        for (var row = 0; row <= words.Length; row++)
            for (var place = 0; place <= reference.Length; place++) table[row, place] = row == 0 ? place : far;
        for (var row = 1; row <= words.Length; row++)
        {
            var diagonal = (int)Math.Floor(row * ratio);
            var end = row == words.Length ? reference.Length + 1 : Math.Min(diagonal + width, reference.Length + 1);
            for (var place = Math.Max(0, diagonal - width); place < end; place++)
            {
                var least = table[row - 1, place] + 1;
                if (place > 0)
                    least = Math.Min(least,
                        Math.Min(table[row - 1, place - 1] + (words[row - 1] == reference[place - 1] ? 0 : 1), table[row, place - 1] + 1));
                table[row, place] = least;
            }
        }
        return table[words.Length, reference.Length];
    }
}
