namespace DistTrain.Shared.Datasets;

/// <summary>Which examples each step of a phase uses: a pure function of the lengths, the batch size and the seed, so the same for any number of workers and after any restart.</summary>
/// <remarks>
/// Each epoch uses every example exactly once. Sentences of like length share a batch, so that little is padded: the epoch is shuffled, sorted by length
/// inside pools of <see cref="PoolBatches"/> batches, cut, and the batches are shuffled. Safe to read from several threads.
/// </remarks>
public sealed class BatchPlan
{
    /// <summary>Batches of one sorted pool: enough for batches of one length, few enough that an epoch's batches hold other companions than the last one's.</summary>
    private const int PoolBatches = 50;

    private readonly int[] _sourceLengths;
    private readonly int[] _targetLengths;
    private readonly long _tokens;
    private readonly long _seed;
    private volatile Epoch? _epoch;

    private BatchPlan(int[] sourceLengths, int[] targetLengths, int batchTokens, long seed)
    {
        _sourceLengths = sourceLengths;
        _targetLengths = targetLengths;
        _seed = seed;
        foreach (var length in targetLengths) _tokens += length + 1;
        StepsPerEpoch = (int)Math.Min(targetLengths.Length, (_tokens + batchTokens - 1) / batchTokens);
    }

    /// <summary>Steps in which every example is used once; the same in every epoch.</summary>
    /// <value>At least 1.</value>
    public int StepsPerEpoch { get; }

    /// <summary>Plans batches for examples whose lengths are given in tokens, without special tokens.</summary>
    /// <param name="targetLengths">As many as <paramref name="sourceLengths"/>, at least one.</param>
    /// <param name="batchTokens">Target tokens of one global batch, one end-of-sentence token for each sentence included. Greater than 0. A batch holds at most this many and one sentence more.</param>
    /// <param name="seed">Of the job and phase.</param>
    /// <exception cref="ArgumentException">There are no examples, or the two lists differ in length.</exception>
    public static BatchPlan Create(IReadOnlyList<int> sourceLengths, IReadOnlyList<int> targetLengths, int batchTokens, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchTokens);
        if (sourceLengths.Count != targetLengths.Count)
            throw new ArgumentException($"There are {sourceLengths.Count} source lengths and {targetLengths.Count} target lengths; every example needs one of each.", nameof(targetLengths));
        if (targetLengths.Count == 0) throw new ArgumentException("There are no examples to plan batches for.", nameof(targetLengths));
        return new BatchPlan([.. sourceLengths], [.. targetLengths], batchTokens, seed);
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
        var order = Numbers(_targetLengths.Length);
        random.Shuffle<int>(order);
        SortPools(order);
        var batches = Numbers(StepsPerEpoch);
        random.Shuffle<int>(batches);
        return new Epoch(number, order, Cut(order), batches);
    }

    /// <summary>Sorts each pool by target, then source length: upwards and downwards by turns, so that a batch across the border of two pools holds like lengths too.</summary>
    private void SortPools(int[] order)
    {
        var pools = Math.Max(1, StepsPerEpoch / PoolBatches);
        for (var pool = 0; pool < pools; pool++)
        {
            var from = (int)((long)order.Length * pool / pools);
            var items = order.AsSpan(from, (int)((long)order.Length * (pool + 1) / pools) - from);
            var keys = new long[items.Length];
            for (var i = 0; i < items.Length; i++) keys[i] = LengthKey(items[i], i);
            keys.AsSpan().Sort(items);
            if (pool % 2 == 1) items.Reverse();
        }
    }

    /// <summary>
    /// Target length, source length (longest first for every second target length, so that neighbours stay alike where the target length changes), place after
    /// the shuffle: from the highest bits down. No two keys are equal, so the order does not hang on the sorting method.
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
        var (next, before) = (0, 0L);
        for (var batch = 1; batch < StepsPerEpoch; batch++)
        {
            var (atLeast, atMost) = (starts[batch - 1] + 1, order.Length - (StepsPerEpoch - batch));
            while (next < atLeast || (next < atMost && before * StepsPerEpoch < _tokens * batch)) before += _targetLengths[order[next++]] + 1;
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
