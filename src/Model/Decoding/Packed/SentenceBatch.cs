namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// What one thread of a search does: takes some sentences, goes with all of their hypotheses one token further at a time, and fills the places of
/// those that are done with further ones.
/// </summary>
/// <param name="options">Of the search.</param>
/// <param name="mostRows">Hypotheses together, about: enough that weights are read for many rows, few enough that these stay in a cache.</param>
internal sealed class SentenceBatch(PackedModel model, DecodingOptions options, int mostRows) : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly Stack<NativeBuffer> _pool = [];
    private readonly List<SearchedSentence> _searched = [];
    private readonly StepRows _rows = new();

    /// <summary>Next tokens of one hypothesis that can matter. Greedy search ends with its first EOS.</summary>
    private readonly int _choices = options.Beam == 1 ? 1 : 2 * options.Beam;

    /// <summary>Searches until no sentence is left.</summary>
    /// <param name="take">Gives at most so many further sentences; none when there are none.</param>
    /// <param name="done">Is given each beam that is done.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public void Run(Func<int, IReadOnlyList<(Beam Beam, int[] Source)>> take, Action<Beam> done, CancellationToken stop)
    {
        var (next, candidates) = (new NextTokens(model, _choices, options.Unknown), Array.Empty<Beam.Candidate>());
        while (!stop.IsCancellationRequested && Fill(take))
        {
            _rows.Clear();
            foreach (var sentence in _searched) sentence.Take(_rows);
            if (candidates.Length < _rows.Count * _choices) candidates = new Beam.Candidate[2 * _rows.Count * _choices];
            model.Step(_rows, _workspace);
            next.Propose(_rows, _workspace, candidates);
            Advance(candidates, done);
        }
        stop.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _workspace.Dispose();
        foreach (var sentence in _searched) sentence.Release();
        foreach (var buffer in _pool) buffer.Dispose();
    }

    /// <summary>Takes further sentences when a quarter of the places is free: encoded together, their weights are read for many rows too.</summary>
    /// <returns>Whether there is anything to do.</returns>
    private bool Fill(Func<int, IReadOnlyList<(Beam Beam, int[] Source)>> take)
    {
        var free = mostRows - _searched.Sum(sentence => sentence.Beam.Live.Count);
        if (_searched.Count > 0 && free < Math.Max(mostRows / 4, options.Beam)) return true;
        var taken = take(Math.Max(1, free / options.Beam)).Select(item => new SearchedSentence(item.Beam, item.Source, model.MemoryStride, _pool))
            .ToList();
        _searched.AddRange(taken);
        foreach (var group in Groups(taken)) model.Encode(group, _workspace);
        return _searched.Count > 0;
    }

    /// <summary>As many sentences at a time as have about as many tokens as there are rows.</summary>
    private IEnumerable<List<SearchedSentence>> Groups(List<SearchedSentence> sentences)
    {
        var (group, tokens) = (new List<SearchedSentence>(), 0);
        foreach (var sentence in sentences)
        {
            group.Add(sentence);
            tokens += sentence.Tokens.Length + 1;
            if (tokens < mostRows) continue;
            yield return group;
            (group, tokens) = ([], 0);
        }
        if (group.Count > 0) yield return group;
    }

    private void Advance(Beam.Candidate[] candidates, Action<Beam> done)
    {
        var at = 0;
        foreach (var sentence in _searched)
        {
            var own = sentence.Beam.Live.Count * _choices;
            sentence.Beam.Advance(candidates.AsSpan(at, own));
            at += own;
            if (!sentence.Beam.IsDone) continue;
            done(sentence.Beam);
            sentence.Release();
        }
        _searched.RemoveAll(sentence => sentence.Beam.IsDone);
    }
}
