using System.Net.Sockets;

namespace DistTrain.Shared.Network;

/// <summary>What a port says to whoever dials it.</summary>
public enum DialOutcome
{
    /// <summary>A process listens there; it need not be one that answers.</summary>
    Accepted,

    /// <summary>The host is there, and no process listens on the port.</summary>
    Refused,

    /// <summary>Nothing came back: the host is down or cut off, or its name is not known.</summary>
    Unanswered,
}

/// <summary>Finds out whether a process is alive by connecting to a port of its own, and hangs up at once.</summary>
public static class PortDial
{
    /// <summary>How long a connection may take. Within a data centre it takes milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="host">A name or an address.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<DialOutcome> Try(string host, int port, TimeProvider clock, CancellationToken stop = default)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, either.Token);
            return DialOutcome.Accepted;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused ? DialOutcome.Refused : DialOutcome.Unanswered;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return DialOutcome.Unanswered;
        }
    }
}
