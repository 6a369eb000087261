using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace DistTrain.Worker.Collectives;

/// <summary>Brings links and rings of one process together, whichever comes first.</summary>
internal sealed class ExpectedLinks(TimeSpan unknownGenerationLimit)
{
    private const string Displaced = "others waited as well";

    private readonly object _gate = new();
    private readonly Dictionary<(string Job, int Generation, string Member), ExpectedLink> _expected = [];
    private readonly Dictionary<string, int> _newest = [];
    private bool _closed;

    public ExpectedLink Add(int generation, Hello hello)
    {
        var link = new ExpectedLink(_gate, hello, link => Remove(generation, link));
        lock (_gate)
        {
            _expected[(hello.Job, generation, hello.ToWorker)] = link;
            _newest[hello.Job] = Math.Max(generation, _newest.GetValueOrDefault(hello.Job, int.MinValue));
            Monitor.PulseAll(_gate);
        }
        return link;
    }

    /// <summary>Hands a link to the ring that expects it; waits for that ring when its generation is not known yet.</summary>
    /// <param name="link">Its end ends the wait; handed over, it waits no longer.</param>
    /// <returns>Null when the link was handed over, else why not.</returns>
    public string? Deliver(WaitingLink link, int generation, Hello hello)
    {
        using var waking = link.Ended.Register(() => { lock (_gate) Monitor.PulseAll(_gate); });
        var until = Environment.TickCount64 + (long)unknownGenerationLimit.TotalMilliseconds;
        lock (_gate)
        {
            while (true)
            {
                if (link.Ended.IsCancellationRequested) return Displaced;
                if (_closed) return "the worker is ending";
                if (_newest.TryGetValue(hello.Job, out var known) && generation < known) return $"generation {generation} is over";
                if (_expected.TryGetValue((hello.Job, generation, hello.ToWorker), out var ring))
                    return link.TryLeave() ? ring.TryAccept(link.Socket, hello) : Displaced;
                var left = until - Environment.TickCount64;
                if (left <= 0) return $"no ring of this generation was formed here within {unknownGenerationLimit.TotalSeconds:0.#} s";
                Monitor.Wait(_gate, (int)left);
            }
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Remove(int generation, ExpectedLink link)
    {
        var key = (link.Hello.Job, generation, link.Hello.ToWorker);
        lock (_gate)
            if (_expected.GetValueOrDefault(key) == link) _expected.Remove(key);
    }
}

/// <summary>One ring's wait for the link of its predecessor.</summary>
internal sealed class ExpectedLink(object gate, Hello hello, Action<ExpectedLink> remove) : IDisposable
{
    private Socket? _arrived;
    private bool _taken;

    public Hello Hello => hello;

    /// <summary>Called with the gate held. Null when the link is the expected one, else why it is not.</summary>
    public string? TryAccept(Socket link, Hello from)
    {
        // The token first: who does not have it is not told who is expected.
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(from.Token), Encoding.UTF8.GetBytes(hello.Token)))
            return "it does not show the token that the coordinator gave to this generation's members";
        if (from != hello)
            return $"worker '{hello.ToWorker}' expects its predecessor '{hello.FromWorker}' (rank {hello.FromRank}), not '{from.FromWorker}' (rank " +
                $"{from.FromRank})";
        if (_arrived is not null) return $"worker '{hello.ToWorker}' has a link from '{hello.FromWorker}' already";
        _arrived = link;
        Monitor.PulseAll(gate);
        return null;
    }

    /// <summary>Waits for the link. Null when it did not come in time.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public Socket? Take(TimeSpan limit, CancellationToken stop)
    {
        var until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        using var waking = stop.Register(() => { lock (gate) Monitor.PulseAll(gate); });
        lock (gate)
        {
            for (long left; _arrived is null && (left = until - Environment.TickCount64) > 0 && !stop.IsCancellationRequested;)
                Monitor.Wait(gate, (int)left);
            stop.ThrowIfCancellationRequested();
            _taken = _arrived is not null;
            return _arrived;
        }
    }

    public void Dispose()
    {
        remove(this);
        if (!_taken) _arrived?.Dispose();
    }
}
