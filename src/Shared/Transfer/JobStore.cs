using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Transfer;

/// <summary>
/// Where a coordinator process serves the folders of its jobs to workers that do not see them: it sends their data, and takes their checkpoints. A
/// connection asks for one thing, and has a thread of its own.
/// </summary>
public sealed class JobStore : IDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<JobId, string> _folders = [];
    private readonly ConcurrentDictionary<Socket, bool> _links = [];
    private readonly Socket _socket;
    private readonly string _host;
    private readonly StoreKeys _keys;
    private readonly StoreLimits _limits;
    private readonly Action<string> _trouble;

    private JobStore(Socket socket, string host, StoreKeys keys, StoreLimits limits, Action<string> trouble)
    {
        (_socket, _host, _keys, _limits, _trouble) = (socket, HostPort.Host(host), keys, limits, trouble);
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The port that is listened on.</summary>
    public int Port { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="host">A host name or address that the workers reach this machine at.</param>
    /// <param name="port">0 takes the one of the process's last life in the same state folder where that is free, else any free one.</param>
    /// <param name="state">The coordinator's state folder.</param>
    /// <param name="trouble">Told, as a sentence, of each connection that is refused or dropped. Strangers can cause any number of them.</param>
    /// <param name="bind">Where to listen when that is another address; null: <paramref name="host"/>.</param>
    /// <param name="limits">Null takes the defaults.</param>
    /// <exception cref="IOException">The address cannot be listened on, or the state folder cannot be written.</exception>
    public static JobStore Start(string host, int port, string state, Action<string> trouble, string? bind = null, StoreLimits? limits = null)
    {
        var keys = StoreKeys.In(state);
        var remembered = Path.Combine(state, "store.port");
        var socket = (port == 0 && File.Exists(remembered) && int.TryParse(File.ReadAllText(remembered), out var last) && last is > 0 and <= 65535
            ? TryListen(bind ?? host, last) : null) ?? Listen(bind ?? host, port);
        var store = new JobStore(socket, host, keys, limits ?? new StoreLimits(), trouble);
        // Members that train on while the coordinator is away look for it where it was.
        File.WriteAllText(remembered, $"{store.Port}");
        new Thread(store.Accept) { IsBackground = true, Name = "store" }.Start();
        return store;
    }

    /// <summary>Serves a job's folder from now on, and marks it, so that who sees it knows it.</summary>
    /// <returns>What the members of the job are told. Where the folder cannot be marked they fetch what they may see.</returns>
    public StoreAddress Offer(JobId job, string runFolder)
    {
        _folders[job] = runFolder;
        var (mark, file) = (_keys.Mark(job), Path.Combine(runFolder, StoreAddress.MarkFile));
        try
        {
            if (!File.Exists(file) || File.ReadAllText(file) != mark) File.WriteAllText(file, mark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _trouble($"The folder of job {job} cannot be marked, so that its workers fetch its files even where they see them: {e.Message} Make " +
                $"'{runFolder}' writable.");
        }
        return new StoreAddress(_host, Port, _keys.Token(job), mark);
    }

    /// <summary>Stops listening, and ends the connections.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _socket.Dispose();
        foreach (var link in _links.Keys) link.Dispose();
    }

    private static Socket? TryListen(string host, int port)
    {
        try
        {
            return Listen(host, port);
        }
        catch (IOException)
        {
            // Another program has it by now.
            return null;
        }
    }

    private static Socket Listen(string host, int port)
    {
        Socket? socket = null;
        try
        {
            var address = HostPort.AddressOf(host) ?? Dns.GetHostAddresses(host)[0];
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException($"The store cannot listen on {HostPort.Text(host, port)} ({e.Message}). Name an address of this machine with " +
                "--host or --bind, and a free port with --store-port.", e);
        }
    }

    private void Accept()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var link = _socket.Accept();
                if (_links.Count >= _limits.Connections)
                {
                    link.Dispose();
                    _trouble($"The store closed a connection: {_limits.Connections} are open already.");
                    continue;
                }
                _links[link] = true;
                new Thread(() => Serve(link)) { IsBackground = true, Name = "store connection" }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_closing.IsCancellationRequested) return;
                // Such as too few file descriptors: connections that come later may find some.
                _trouble($"The store on {HostPort.Text(_host, Port)} cannot take a connection ({e.Message}); it goes on listening. If it is out of " +
                    "file descriptors, raise the limit (ulimit -n).");
                _closing.Token.WaitHandle.WaitOne(AfterFailure);
            }
        }
    }

    private void Serve(Socket link)
    {
        try
        {
            link.NoDelay = true;
            link.SendTimeout = link.ReceiveTimeout = (int)_limits.Silence.TotalMilliseconds;
            using var stream = new NetworkStream(link);
            if (ReadRequest(link, stream) is { } request) Serve(stream, request);
        }
        catch (Exception e)
        {
            // Of every kind: an exception that leaves this thread would end the process, and a stranger's bytes must not.
            if (!_closing.IsCancellationRequested) _trouble($"The store dropped a connection: {Readable.Line(e.Message)}");
        }
        finally
        {
            _links.TryRemove(link, out _);
            link.Dispose();
        }
    }

    /// <returns>Null when the connection was closed without a word.</returns>
    private TransferRequest? ReadRequest(Socket link, NetworkStream stream)
    {
        using var limit = new CancellationTokenSource(_limits.Hello);
        using var ending = limit.Token.Register(link.Dispose);
        Span<byte> first = stackalloc byte[1];
        return link.Receive(first, SocketFlags.Peek) == 0 ? null : TransferRequest.Receive(stream);
    }

    private void Serve(NetworkStream link, TransferRequest request)
    {
        if (!JobId.IsValid(request.Job) || new JobId(request.Job) is var job && !_keys.IsToken(job, request.Token))
            Refuse(link, $"it does not show the token of job {Readable.Line(request.Job)}");
        else if (!_folders.TryGetValue(job, out var folder)) Refuse(link, $"no generation of job {job} has been started by this coordinator yet");
        else if (request.Verb == TransferVerb.Begin) Answer(link, () => CheckpointFolder.Begin(CheckpointFiles.Root(folder), request.Generation));
        else if (FolderPath.Find(folder, request.Path) is not { } path)
            Refuse(link, $"'{Readable.Line(request.Path)}' is nothing that is served of job {job}");
        else if (request.Verb == TransferVerb.Fetch) Send(link, path, request);
        else if (request.Verb == TransferVerb.Bring) Take(link, folder, path, request);
        else Refuse(link, "it asks for nothing that this coordinator knows");
    }

    private void Refuse(NetworkStream link, string because)
    {
        _trouble($"The store refused a connection: {because}.");
        new TransferAnswer(TransferOutcome.Refused, because).Send(link);
    }

    private static void Send(NetworkStream link, string path, TransferRequest request)
    {
        var isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path))
        {
            new TransferAnswer(TransferOutcome.Missing, $"'{request.Path}' is not there").Send(link);
            return;
        }
        TransferAnswer.Done.Send(link);
        if (isFolder) SentFiles.Send(link, path, Directory.GetFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        else SentFiles.Send(link, Path.GetDirectoryName(path)!, [Path.GetFileName(path)]);
    }

    /// <summary>Takes a checkpoint as its writer on this disk would write it.</summary>
    private void Take(NetworkStream link, string folder, string path, TransferRequest request)
    {
        if (Path.GetDirectoryName(path) != CheckpointFiles.Root(folder) || CheckpointFiles.PlaceOf(path) is null || request.Generation < 1)
        {
            Refuse(link, $"'{Readable.Line(request.Path)}' is no checkpoint of generation {request.Generation}");
            return;
        }
        TransferAnswer.Done.Send(link);
        Answer(link, () => CheckpointFolder.Write(path, request.Generation, temporary =>
        {
            SentFiles.Receive(link, temporary);
            CheckpointManifest.Read(temporary).Verify(temporary);
        }));
    }

    // What this disk refuses the worker is told: it tries again, and says so where people see it.
    private static void Answer(NetworkStream link, Action act)
    {
        TransferAnswer answer;
        try
        {
            act();
            answer = TransferAnswer.Done;
        }
        catch (CheckpointSupersededException e)
        {
            answer = new TransferAnswer(TransferOutcome.Superseded, e.How, e.Generation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            answer = new TransferAnswer(TransferOutcome.Refused,
                Readable.Line(e is InvalidDataException ? $"this worker {e.Message}" : e.Message.TrimEnd('.')));
        }
        answer.Send(link);
        // What it still sends is read: a connection that is closed before takes the answer with it.
        if (answer.Outcome == TransferOutcome.Done) return;
        for (var rest = new byte[1 << 16]; link.Read(rest) > 0;)
        {
        }
    }
}
