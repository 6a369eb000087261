using System.Runtime.ExceptionServices;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// Searches for the translations of sentences with a packed model, on several threads, each with sentences of its own from beginning to end: none
/// waits for another.
/// </summary>
internal sealed class PackedSearch(PackedModel model, DecodingOptions options, int threads)
{
    /// <summary>Hypotheses of a thread. A step's time a row hardly falls with more, and its caches hold the activations of these.</summary>
    private const int MostRows = 96;

    /// <summary>The searches of all sources, done, in any order.</summary>
    /// <param name="order">The sources' indices, in the order in which their searches begin.</param>
    /// <param name="newBeam">Makes the search of a source.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<Beam> Run(IReadOnlyList<int[]> sources, IReadOnlyList<int> order, Func<int, Beam> newBeam, CancellationToken stop)
    {
        if (order.Count == 0) return [];
        var longest = order.Max(index => sources[index].Length) + 1;
        model.Know(Math.Max(longest, model.Options.MaxLength) + 1);
        var workers = Math.Min(threads, order.Count);
        var rows = Math.Clamp(options.TokensAtOnce / longest, 1, MostRows);
        var (gate, next, done, failed) = (new Lock(), 0, new List<Beam>(order.Count), (Exception?)null);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);

        RunOnThreads(workers);
        if (failed is not null) ExceptionDispatchInfo.Throw(failed);
        return done;

        void RunOnThreads(int count)
        {
            var others = Enumerable.Range(1, count - 1).Select(_ => new Thread(Search) { IsBackground = true }).ToList();
            var started = new List<Thread>();
            try
            {
                foreach (var thread in others)
                {
                    thread.Start();
                    started.Add(thread);
                }
                Search();
            }
            catch (Exception e)
            {
                Fail(e);
            }
            finally
            {
                // Whatever happened: what they read is given back by the caller.
                foreach (var thread in started) thread.Join();
            }
        }

        void Search()
        {
            try
            {
                using var batch = new SentenceBatch(model, options, rows);
                batch.Run(Take, Done, ended.Token);
            }
            catch (Exception e)
            {
                Fail(e);
            }
        }

        // The others stop at their next step. That they were stopped is no failure: the first one says why.
        void Fail(Exception e)
        {
            lock (gate) failed ??= e;
            ended.Cancel();
        }

        // Threads leave each other a fair share of the last sentences.
        IReadOnlyList<(Beam, int[])> Take(int most)
        {
            lock (gate)
            {
                var count = Math.Min(most, (order.Count - next + workers - 1) / workers);
                next += count;
                return [.. Enumerable.Range(next - count, count).Select(place => (newBeam(order[place]), sources[order[place]]))];
            }
        }

        void Done(Beam beam)
        {
            lock (gate) done.Add(beam);
        }
    }
}
