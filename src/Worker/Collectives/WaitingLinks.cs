using System.Net;
using System.Net.Sockets;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// The links that were accepted and belong to no ring yet, each with a thread that waits for it. There is an end to their number: a new one
/// takes the place of the oldest that has said nothing, of whoever has the most; so nobody keeps others out by dialling.
/// </summary>
internal sealed class WaitingLinks(int most)
{
    private readonly Lock _gate = new();
    private readonly List<WaitingLink> _links = [];

    /// <summary>Takes a link in.</summary>
    /// <returns>The link as it waits, and the one that had to go for it, whose end this is to be; null when there was room.</returns>
    public (WaitingLink Link, WaitingLink? Dropped) Add(Socket socket)
    {
        var link = new WaitingLink(socket, From(socket), this);
        lock (_gate)
        {
            var dropped = _links.Count < most ? null : Victim();
            if (dropped is not null) _links.Remove(dropped);
            _links.Add(link);
            return (link, dropped);
        }
    }

    /// <returns>False when the link was not there any more.</returns>
    public bool Remove(WaitingLink link)
    {
        lock (_gate) return _links.Remove(link);
    }

    // Links are in the order in which they came, and of equals the first is taken.
    private WaitingLink Victim()
    {
        var counts = _links.CountBy(link => link.From).ToDictionary();
        return _links.OrderBy(link => link.HasGreeted).ThenByDescending(link => counts[link.From]).First();
    }

    // Links of this host that come by the Unix socket have no address, and count as one.
    private static string From(Socket socket) => (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
}

/// <param name="from">Whom it comes from.</param>
internal sealed class WaitingLink(Socket socket, string from, WaitingLinks links) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    public Socket Socket => socket;

    public string From => from;

    /// <summary>Whether it has said hello.</summary>
    public bool HasGreeted { get; set; }

    /// <summary>Cancelled when another link takes its place.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Wakes up whoever waits for the link, and closes it.</summary>
    public void Drop()
    {
        // In this order: whoever notices the closed socket finds out why.
        _ended.Cancel();
        socket.Dispose();
    }

    /// <summary>It waits no longer, and nobody drops it from now on; the socket stays as it is.</summary>
    /// <returns>False when another link has taken its place before.</returns>
    public bool TryLeave() => links.Remove(this);

    /// <summary>The same, where it may have left already.</summary>
    public void Dispose() => links.Remove(this);
}
