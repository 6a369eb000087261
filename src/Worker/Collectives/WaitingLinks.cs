using System.Net;
using System.Net.Sockets;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// The links that were accepted and belong to no ring yet, each with a thread that waits for it. There is an end to their number: a new one
/// takes the place of the oldest that has said nothing, of whoever has the most; so nobody keeps others out by dialling.
/// </summary>
internal sealed class WaitingLinks(int most)
{
    private readonly Lock gate = new();
    private readonly List<WaitingLink> links = [];

    /// <summary>Takes a link in.</summary>
    /// <returns>The link as it waits, and the one that had to go for it, whose end this is to be; null when there was room.</returns>
    public (WaitingLink Link, WaitingLink? Dropped) Add(Socket socket)
    {
        var link = new WaitingLink(socket, From(socket), this);
        lock (gate)
        {
            var dropped = links.Count < most ? null : Victim();
            if (dropped is not null) links.Remove(dropped);
            links.Add(link);
            return (link, dropped);
        }
    }

    public void Remove(WaitingLink link)
    {
        lock (gate) links.Remove(link);
    }

    // Links are in the order in which they came, and of equals the first is taken.
    private WaitingLink Victim()
    {
        var counts = links.CountBy(link => link.From).ToDictionary();
        return links.OrderBy(link => link.HasGreeted).ThenByDescending(link => counts[link.From]).First();
    }

    // Links of this host that come by the Unix socket have no address, and count as one.
    private static string From(Socket socket) => (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
}

/// <param name="from">Whom it comes from.</param>
internal sealed class WaitingLink(Socket socket, string from, WaitingLinks links) : IDisposable
{
    private readonly CancellationTokenSource ended = new();

    public Socket Socket => socket;

    public string From => from;

    /// <summary>Whether it has said hello.</summary>
    public bool HasGreeted { get; set; }

    /// <summary>Cancelled when another link takes its place.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>Closes the link, and wakes up whoever waits for it.</summary>
    public void Drop()
    {
        socket.Dispose();
        ended.Cancel();
    }

    /// <summary>It waits no longer; the socket stays as it is.</summary>
    public void Dispose() => links.Remove(this);
}
