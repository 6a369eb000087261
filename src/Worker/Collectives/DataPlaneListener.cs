using System.Net;
using System.Net.Sockets;
using System.Text;
using DistTrain.Shared;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Network;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// Where this process's data plane listens: one per worker process. It takes links, reads their hello, and hands each to the ring it
/// names by job and generation. A link of an older generation is refused; one of a generation not known yet is kept for a while.
/// </summary>
public sealed class DataPlaneListener : IDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _closing = new();
    private readonly Socket _socket;
    private readonly Socket? _local;
    private readonly DataPlaneOptions _options;
    private readonly StrangerLog _log;
    private readonly ExpectedLinks _expected;
    private readonly WaitingLinks _waiting;

    private DataPlaneListener(Socket socket, string host, DataPlaneOptions options, StrangerLog log)
    {
        (_socket, Host, Port, _options, _log) = (socket, host, ((IPEndPoint)socket.LocalEndPoint!).Port, options, log);
        _expected = new ExpectedLinks(options.UnknownGenerationLimit);
        _waiting = new WaitingLinks(options.LargestWaiting);
        _local = LocalAddress.TryListen(host, Port);
    }

    /// <summary>The host that was asked for: what other members dial.</summary>
    public string Host { get; }

    /// <summary>The port that is listened on.</summary>
    public int Port { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="host">A host name or address that the other workers reach this machine at.</param>
    /// <param name="port">0 takes any free port.</param>
    /// <param name="options">Limits; null takes the defaults.</param>
    /// <param name="log">Where refused links are reported, in bounded number.</param>
    /// <param name="bind">Where to listen when that is another address; null: <paramref name="host"/>.</param>
    /// <param name="clock">What the number of lines in the log is bounded by; null: the system's.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static DataPlaneListener Start(string host, int port, DataPlaneOptions? options = null, ILogger? log = null, string? bind = null,
        TimeProvider? clock = null)
    {
        Socket? socket = null;
        try
        {
            var address = HostPort.AddressOf(bind ?? host) ?? Dns.GetHostAddresses(host)[0];
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException($"The data plane cannot listen on {HostPort.Text(bind ?? host, port)} ({e.Message}). Name an address of this " +
                "machine and a free port, or port 0.", e);
        }
        var listener = new DataPlaneListener(socket, HostPort.Host(host), options ?? new DataPlaneOptions(),
            new StrangerLog(log ?? NullLogger.Instance, clock ?? TimeProvider.System));
        listener.Accept(socket);
        if (listener._local is { } local) listener.Accept(local);
        return listener;
    }

    /// <summary>
    /// Announces the ring that the link with this hello belongs to. Dispose the result once the link is taken, or is not wanted any more.
    /// </summary>
    internal ExpectedLink Expect(int generation, Hello hello) => _expected.Add(generation, hello);

    /// <summary>Stops listening. Links that were handed to rings stay.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _socket.Dispose();
        _local?.Dispose();
        _expected.Close();
    }

    private void Accept(Socket listening) => new Thread(() => AcceptLinks(listening)) { IsBackground = true, Name = "data plane" }.Start();

    private void AcceptLinks(Socket listening)
    {
        while (true)
        {
            Socket link;
            try
            {
                link = listening.Accept();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_closing.IsCancellationRequested) return;
                // Such as too few file descriptors: links that come later may find some.
                _log.Write(to => LogMessages.LinkNotAccepted(to, Host, Port, e.Message));
                if (_closing.Token.WaitHandle.WaitOne(AfterFailure)) return;
                continue;
            }
            var (arrived, dropped) = _waiting.Add(link);
            if (dropped is not null)
            {
                _log.Write(to => LogMessages.LinkDropped(to, $"waited the longest of {_options.LargestWaiting}, when another came"));
                dropped.Drop();
            }
            // A thread for each link that waits, not the pool's: blocking calls keep the socket in the fast blocking mode that the ring uses.
            new Thread(() => Greet(arrived)) { IsBackground = true, Name = "data plane hello" }.Start();
        }
    }

    private void Greet(WaitingLink arrived)
    {
        var link = arrived.Socket;
        try
        {
            if (ReadHello(link) is not var (header, hello))
            {
                link.Dispose();
                return;
            }
            arrived.HasGreeted = true;
            if (_expected.Deliver(arrived, header.Generation, hello) is not { } refusal)
            {
                Welcome(link, header);
                return;
            }
            _log.Write(to => LogMessages.LinkRefused(to, Readable.Line(hello.FromWorker), Readable.Line(hello.Job), header.Generation, refusal));
            LinkSocket.SendFrame(link, header with { Kind = FrameKind.Refused }, Encoding.UTF8.GetBytes(refusal));
            link.Dispose();
        }
        catch (Exception e)
        {
            // Of every kind: an exception that leaves this thread would end the process, and a stranger's bytes must not.
            if (!arrived.Ended.IsCancellationRequested) _log.Write(to => LogMessages.LinkDropped(to, e.Message));
            link.Dispose();
        }
        finally
        {
            arrived.Dispose();
        }
    }

    private static void Welcome(Socket link, FrameHeader header)
    {
        try
        {
            LinkSocket.SendFrame(link, header with { Kind = FrameKind.Welcome }, []);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The link belongs to the ring by now, which finds out by itself that its neighbour is gone, and names it.
        }
    }

    /// <returns>Null when the link was closed without a word: the coordinator asks in this way whether a silent worker's process lives.</returns>
    private (FrameHeader Header, Hello Hello)? ReadHello(Socket link)
    {
        if (link.ProtocolType == ProtocolType.Tcp) link.NoDelay = true;
        using var limit = new CancellationTokenSource(_options.HelloLimit);
        using var ending = limit.Token.Register(link.Dispose);
        Span<byte> first = stackalloc byte[1];
        if (link.Receive(first, SocketFlags.Peek) == 0) return null;
        var (header, payload) = LinkSocket.ReceiveMessage(link);
        if (header.Kind != FrameKind.Hello) throw new LinkException($"began with a frame of kind {header.Kind} instead of a hello");
        var hello = Hello.Read(payload);
        if (header.JobHash != LinkSocket.HashOf(hello.Job)) throw new LinkException("said hello for one job in the frame of another");
        return (header, hello);
    }
}
