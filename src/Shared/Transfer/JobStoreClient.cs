using System.Net.Sockets;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Transfer;

/// <summary>A worker's end of the <see cref="JobStore"/>: it blocks, and belongs on a thread that may.</summary>
/// <param name="limits">Null takes the defaults.</param>
public sealed class JobStoreClient(StoreAddress address, JobId job, StoreLimits? limits = null)
{
    /// <summary>A checkpoint that has been brought is flushed to the coordinator's disk before it is answered.</summary>
    private static readonly TimeSpan FlushPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    private readonly StoreLimits _limits = limits ?? new StoreLimits();

    /// <summary>Host and port, to be read.</summary>
    public string Address => HostPort.Text(address.Host, address.Port);

    /// <summary>Fetches a file, or the files of a folder, and verifies that they are what was sent.</summary>
    /// <param name="path">Relative to the job's folder, with slashes.</param>
    /// <param name="into">A folder that is there; the files get their own names in it.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="TransferException">They are not there, or cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public long Fetch(string path, string into, CancellationToken stop) =>
        Speak(new(TransferVerb.Fetch, job.Value, address.Token, path, 0), link => SentFiles.Receive(link, into), stop);

    /// <summary>Says that a generation begins to write checkpoints: see <see cref="CheckpointFolder.Begin(string, int)"/>.</summary>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    /// <exception cref="TransferException">It cannot be said.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public void Begin(int generation, CancellationToken stop) =>
        Speak(new(TransferVerb.Begin, job.Value, address.Token, "checkpoints", generation), _ => 0, stop);

    /// <summary>Brings a checkpoint, which lies in its place on the coordinator's disk afterwards.</summary>
    /// <param name="folder">The checkpoint, under its final name.</param>
    /// <param name="path">Where it belongs, relative to the job's folder.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    /// <exception cref="TransferException">It cannot be brought.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public long Bring(string folder, string path, int generation, CancellationToken stop) =>
        Speak(new(TransferVerb.Bring, job.Value, address.Token, path, generation), link =>
        {
            var bytes = SentFiles.Send(link, folder, Directory.GetFiles(folder).Select(file => Path.GetFileName(file)));
            link.ReadTimeout = (int)FlushPatience.TotalMilliseconds;
            Require(TransferAnswer.Receive(link), path);
            return bytes;
        }, stop);

    private long Speak(TransferRequest request, Func<NetworkStream, long> then, CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var ending = stop.Register(socket.Dispose);
        try
        {
            using (var patience = new CancellationTokenSource(ConnectPatience))
            using (patience.Token.Register(socket.Dispose))
                socket.Connect(address.Host, address.Port);
            socket.SendTimeout = socket.ReceiveTimeout = (int)_limits.Silence.TotalMilliseconds;
            using var link = new NetworkStream(socket);
            request.Send(link);
            Require(TransferAnswer.Receive(link), request.Path);
            return then(link);
        }
        // An argument: a host that no system looks up.
        catch (Exception e) when (e is SocketException or ObjectDisposedException or ArgumentException or InvalidDataException
            || (e is IOException && e is not (TransferException or CheckpointSupersededException)))
        {
            stop.ThrowIfCancellationRequested();
            throw new TransferException($"{Sentence(request)} {Cause(e)}. Open that port between the machines; --store-port gives the coordinator " +
                "a fixed one.", e);
        }
    }

    private string Sentence(TransferRequest request) => request.Verb == TransferVerb.Fetch
        ? $"'{request.Path}' of job {job} cannot be fetched from the coordinator's store at {Address}:"
        : $"'{request.Path}' of job {job} cannot be brought to the coordinator's store at {Address}:";

    private string Cause(Exception e) => e switch
    {
        EndOfStreamException => "it ended the connection in the middle",
        InvalidDataException => $"it {e.Message}",
        ObjectDisposedException => $"no answer within {ConnectPatience.TotalSeconds:0} s",
        IOException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } } =>
            $"nothing came or went for {_limits.Silence.TotalSeconds:0} s",
        _ => e.Message.TrimEnd('.'),
    };

    private void Require(TransferAnswer answer, string path)
    {
        switch (answer.Outcome)
        {
            case TransferOutcome.Done:
                return;
            case TransferOutcome.Superseded:
                throw new CheckpointSupersededException(path, answer.Newest, Readable.Line(answer.Because));
            case TransferOutcome.Missing:
                throw new TransferException($"The coordinator's store at {Address} does not have '{path}' of job {job}. Take the job up again with " +
                    "'disttrain resume', which prepares what is gone.") { IsMissing = true, IsRefused = true };
            default:
                throw new TransferException($"The coordinator's store at {Address} refuses '{path}' of job {job}: {Readable.Line(answer.Because)}. " +
                    "Look at the coordinator's log and its disk.") { IsRefused = true };
        }
    }
}
