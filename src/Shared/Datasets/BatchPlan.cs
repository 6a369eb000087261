namespace DistTrain.Shared.Datasets;

/// <summary>
/// Which examples each step of a phase uses: a pure function of the lengths, the sets, the batch size and the seed, so the same for any number of
/// workers and after any restart.
/// </summary>
/// <remarks>
/// Each epoch uses every example exactly once, or as often as the weight of its set says: after k epochs k times the weight, rounded up or down.
/// Sentences of like length share a batch, so that little is padded: the epoch is shuffled, sorted by length inside pools of
/// <see cref="PoolBatches"/> batches, cut, and the batches are shuffled. Safe to read from several threads.
/// </remarks>
public sealed class BatchPlan
{
    /// <summary>
    /// Batches of one sorted pool: enough for batches of one length, few enough that an epoch's batches hold other companions than the last one's.
    /// </summary>
    private const int PoolBatches = 50;

    private readonly int[] _sourceLengths;
    private readonly int[] _targetLengths;
    private readonly long _seed;
    private readonly EpochExamples? _weighted;
    private volatile Epoch? _epoch;

    private BatchPlan(int[] sourceLengths, int[] targetLengths, int batchTokens, long seed, IReadOnlyList<WeightedSet> sets)
    {
        _sourceLengths = sourceLengths;
        _targetLengths = targetLengths;
        _seed = seed;
        if (sets.Any(set => set.Weight != 1)) _weighted = new EpochExamples(sets, seed);
        var (first, tokens) = (0, 0L);
        foreach (var set in sets)
        {
            tokens += set.Share(targetLengths.AsSpan(first, set.Count).ToArray().Sum(length => length + 1L));
            first += set.Count;
        }
        StepsPerEpoch = (int)Math.Min(_weighted?.Least ?? targetLengths.Length, (tokens + batchTokens - 1) / batchTokens);
    }

    /// <summary>Steps in which every example is used once, or as often as its set's weight says; the same in every epoch.</summary>
    /// <value>At least 1.</value>
    public int StepsPerEpoch { get; }

    /// <summary>Plans batches for examples whose lengths are given in tokens, without special tokens.</summary>
    /// <param name="targetLengths">As many as <paramref name="sourceLengths"/>, at least one.</param>
    /// <param name="batchTokens">Target tokens of one global batch, one end-of-sentence token for each sentence included. Greater than 0. A batch
    /// holds at most this many and one sentence more; where an epoch has more uses than the one before, about as many.</param>
    /// <param name="seed">Of the job and phase.</param>
    /// <param name="sets">The sets that the examples are of, in their order; null: one set, each of whose examples an epoch uses once.</param>
    /// <exception cref="ArgumentException">There are no examples, the two lists differ in length, the sets have other counts, or they leave an epoch
    /// without an example.</exception>
    public static BatchPlan Create(IReadOnlyList<int> sourceLengths, IReadOnlyList<int> targetLengths, int batchTokens, long seed,
        IReadOnlyList<WeightedSet>? sets = null)
    {
        sets ??= [new(targetLengths.Count, 1)];
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchTokens);
        if (sourceLengths.Count != targetLengths.Count)
            throw new ArgumentException($"There are {sourceLengths.Count} source lengths and {targetLengths.Count} target lengths; every example " +
                "needs one of each.", nameof(targetLengths));
        if (targetLengths.Count == 0) throw new ArgumentException("There are no examples to plan batches for.", nameof(targetLengths));
        if (sets.Sum(set => (long)set.Count) != targetLengths.Count)
            throw new ArgumentException($"The sets have {sets.Sum(set => (long)set.Count)} examples together, but there are lengths of " +
                $"{targetLengths.Count}.", nameof(sets));
        if (sets.Sum(set => set.UsesIn(1)) == 0)
            throw new ArgumentException("The weights of the sets leave an epoch without an example.", nameof(sets));
        return new BatchPlan([.. sourceLengths], [.. targetLengths], batchTokens, seed, sets);
    }

    /// <summary>The examples of a step, never empty.</summary>
    /// <param name="step">Counted from 0 through all epochs of the phase; epoch = step / <see cref="StepsPerEpoch"/>.</param>
    /// <returns>Indices into the lists of lengths.</returns>
    public IReadOnlyList<int> Batch(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var number = step / StepsPerEpoch;
        var epoch = _epoch;
        if (epoch?.Number != number) _epoch = epoch = PlanEpoch(number);
        return epoch.Batch((int)(step % StepsPerEpoch));
    }

    private Epoch PlanEpoch(long number)
    {
        var random = new DeterministicRandom(_seed, number);
        var order = _weighted?.Of(number) ?? Numbers(_targetLengths.Length);
        random.Shuffle<int>(order);
        SortPools(order, _weighted is null ? EvenPools(order.Length) : SpreadUses(order));
        var batches = Numbers(StepsPerEpoch);
        random.Shuffle<int>(batches);
        return new Epoch(number, order, Cut(order), batches);
    }

    /// <summary>
    /// Sorts each pool by target, then source length: upwards and downwards by turns, so that a batch across the border of two pools holds like
    /// lengths too.
    /// </summary>
    /// <param name="starts">Where each pool begins, and the end of the last.</param>
    private void SortPools(int[] order, int[] starts)
    {
        for (var pool = 0; pool < starts.Length - 1; pool++)
        {
            var items = order.AsSpan(starts[pool]..starts[pool + 1]);
            var keys = new long[items.Length];
            for (var i = 0; i < items.Length; i++) keys[i] = LengthKey(items[i], i);
            keys.AsSpan().Sort(items);
            if (pool % 2 == 1) items.Reverse();
        }
    }

    private int[] EvenPools(int uses)
    {
        var pools = Math.Max(1, StepsPerEpoch / PoolBatches);
        return [.. Enumerable.Range(0, pools + 1).Select(pool => (int)((long)uses * pool / pools))];
    }

    /// <summary>
    /// Puts the uses of one example into pools of their own, as far as there are batches for them: next to each other in one, they would be in one
    /// batch.
    /// </summary>
    private int[] SpreadUses(int[] order)
    {
        var uses = new int[_targetLengths.Length];
        foreach (var example in order) uses[example]++;
        var pools = Math.Clamp(uses.Max(), Math.Max(1, StepsPerEpoch / PoolBatches), StepsPerEpoch);
        var (home, poolOf, starts) = (new int[uses.Length], new int[order.Length], new int[pools + 1]);
        Array.Fill(home, -1);
        for (var place = 0; place < order.Length; place++)
        {
            ref var next = ref home[order[place]];
            poolOf[place] = next = next < 0 ? (int)((long)pools * place / order.Length) : (next + 1) % pools;
            starts[next + 1]++;
        }
        for (var pool = 0; pool < pools; pool++) starts[pool + 1] += starts[pool];
        var (spread, filled) = (new int[order.Length], starts[..pools]);
        for (var place = 0; place < order.Length; place++) spread[filled[poolOf[place]]++] = order[place];
        spread.CopyTo(order, 0);
        return starts;
    }

    /// <summary>
    /// Target length, source length (longest first for every second target length, so that neighbours stay alike where the target length changes),
    /// place after the shuffle: from the highest bits down. No two keys are equal, so the order does not hang on the sorting method.
    /// </summary>
    private long LengthKey(int example, int place)
    {
        const int LongestTold = (1 << 16) - 1;
        var target = Math.Min(_targetLengths[example], LongestTold);
        var source = Math.Min(_sourceLengths[example], LongestTold);
        return ((long)target << 47) | ((long)(target % 2 == 0 ? source : LongestTold - source) << 31) | (uint)place;
    }

    /// <summary>Where each batch begins in <paramref name="order"/>: equal shares of the epoch's target tokens, at least one sentence each.</summary>
    private int[] Cut(int[] order)
    {
        var starts = new int[StepsPerEpoch + 1];
        var tokens = order.Sum(example => _targetLengths[example] + 1L);
        var (next, before) = (0, 0L);
        for (var batch = 1; batch < StepsPerEpoch; batch++)
        {
            var (atLeast, atMost) = (starts[batch - 1] + 1, order.Length - (StepsPerEpoch - batch));
            while (next < atLeast || (next < atMost && before * StepsPerEpoch < tokens * batch)) before += _targetLengths[order[next++]] + 1;
            starts[batch] = next;
        }
        starts[StepsPerEpoch] = order.Length;
        return starts;
    }

    private static int[] Numbers(int count)
    {
        var numbers = new int[count];
        for (var i = 0; i < count; i++) numbers[i] = i;
        return numbers;
    }

    private sealed record Epoch(long Number, int[] Order, int[] Starts, int[] Batches)
    {
        public IReadOnlyList<int> Batch(int position)
        {
            var batch = Batches[position];
            return new ArraySegment<int>(Order, Starts[batch], Starts[batch + 1] - Starts[batch]);
        }
    }
}
