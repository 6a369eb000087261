namespace DistTrain.Shared.Metrics;

/// <summary>
/// The edits that turn a hypothesis into a reference: greedily the shift of a phrase that saves most, as long as one saves any (Snover et al. 2006,
/// 2.1), then insertions, deletions and substitutions. Limits and the order among equal shifts are those of Tercom and sacreBLEU.
/// </summary>
internal sealed class TerEdits
{
    private const int LongestShift = 10, FarthestShift = 50, MostCandidates = 1000;

    private readonly int[] _reference;
    private readonly BeamEditDistance _distance;
    private int[] _words;
    private int _candidates;

    private TerEdits(int[] words, int[] reference)
    {
        (_words, _reference) = (words, reference);
        _distance = new(reference, words.Length);
    }

    /// <summary>How many edits it takes, each shift being one.</summary>
    public static int Count(int[] hypothesis, int[] reference) => reference.Length == 0
        ? hypothesis.Length : new TerEdits(hypothesis, reference).Count();

    private int Count()
    {
        for (var shifts = 0; ; shifts++)
        {
            var edits = _distance.Begin(_words);
            var (saved, shifted) = BestShift(edits);
            if (_candidates >= MostCandidates || saved <= 0) return shifts + edits;
            _words = shifted;
        }
    }

    private (int Saved, int[] Words) BestShift(int edits)
    {
        var alignment = Alignment.Of(_distance.Trace(), _words.Length, _reference.Length);
        (int Saved, int Length, int Start, int Target)? best = null;
        foreach (var (start, place, length) in SharedPhrases())
        {
            // Both must be wrong, the phrase where it is and the reference where it belongs, and it cannot move into itself.
            if (!alignment.IsWrongInHypothesis(start, length) || !alignment.IsWrongInReference(place, length)) continue;
            if (alignment.Partner[place] >= start && alignment.Partner[place] < start + length) continue;
            var before = -1;
            for (var offset = -1; offset < length; offset++)
            {
                if (place + offset >= _reference.Length) break;
                var target = place + offset < 0 ? 0 : alignment.Partner[place + offset] + 1;
                if (target == before) continue;
                before = target;
                // Most saved, then the longest, then the earliest, then to the earliest place.
                var candidate = (edits - _distance.Of(Shifted(start, length, target), Math.Min(start, target)), length, -start, -target);
                _candidates++;
                if (best is null || candidate.CompareTo(best.Value) > 0) best = candidate;
            }
            if (_candidates >= MostCandidates) break;
        }
        return best is { } found ? (found.Saved, Shifted(-found.Start, found.Length, -found.Target)) : (0, _words);
    }

    /// <summary>Phrases that stand in both, each with all that it begins with.</summary>
    private IEnumerable<(int Start, int Place, int Length)> SharedPhrases()
    {
        for (var start = 0; start < _words.Length; start++)
            for (var place = Math.Max(0, start - FarthestShift); place < _reference.Length && place <= start + FarthestShift; place++)
                for (var length = 0; length < LongestShift && start + length < _words.Length && place + length < _reference.Length
                    && _words[start + length] == _reference[place + length];)
                    yield return (start, place, ++length);
    }

    /// <summary>
    /// The words with a phrase moved before the word at <paramref name="target"/>; a target within the phrase, or at its end, moves it that far back.
    /// </summary>
    private int[] Shifted(int start, int length, int target)
    {
        var end = start + length;
        if (target < start) return [.. _words[..target], .. _words[start..end], .. _words[target..start], .. _words[end..]];
        var last = Math.Min(_words.Length, target > end ? target : length + target);
        return [.. _words[..start], .. _words[end..last], .. _words[start..end], .. _words[last..]];
    }
}
