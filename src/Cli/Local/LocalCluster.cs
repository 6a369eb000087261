using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DistTrain.Cli.Local;

/// <summary>
/// A coordinator and workers on this machine, each a process of its own, started again when one ends unexpectedly.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    /// <summary>A process that ends this often within <see cref="RestartWindow"/> is not started again: something is wrong with it.</summary>
    private const int MaxRestarts = 5;

    private static readonly TimeSpan RestartWindow = TimeSpan.FromMinutes(1);

    private const int LowestPort = 20_000, FirstPortOfTheSystem = 32_768;

    private readonly CancellationTokenSource _stopping;
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _supervised = [];
    private readonly TimeProvider _clock;
    private readonly Action<string> _note;

    private LocalCluster(int port, TimeProvider clock, Action<string> note, CancellationToken stop)
    {
        (Port, _clock, _note) = (port, clock, note);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>The coordinator's port on the loopback address.</summary>
    public int Port { get; }

    /// <summary>Fails when a process cannot be kept alive.</summary>
    public Task Broken => _broken.Task;

    /// <summary>Starts the coordinator.</summary>
    /// <param name="note">Told of each process that starts or ends.</param>
    /// <param name="stop">Ends the processes: at once, so that none is started again that a signal to all of them has ended.</param>
    public static LocalCluster Start(LocalClusterOptions options, TimeProvider clock, Action<string> note, CancellationToken stop)
    {
        var logs = options.Logs;
        Directory.CreateDirectory(logs);
        var cluster = new LocalCluster(FreePort(), clock, note, stop);
        var port = cluster.Port.ToString(CultureInfo.InvariantCulture);
        string[] allowed = [.. options.DataAllow.SelectMany(folder => (string[])["--data-allow", folder])];
        cluster.Supervise("coordinator", logs, () => ["coordinator", "--port", port, "--state", options.State, "--data", options.Data, .. allowed,
            "--expected-workers", options.Devices.Count.ToString(CultureInfo.InvariantCulture)]);
        return cluster;
    }

    /// <summary>Starts the workers: until then nothing trains.</summary>
    public void StartWorkers(LocalClusterOptions options)
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        foreach (var (index, device) in options.Devices.Index())
        {
            var name = $"worker-{index + 1}";
            var life = 0;
            // A restarted process is another worker: the coordinator must not take it for the one that died.
            Supervise(name, options.Logs, () =>
            [
                "worker", "--seed", $"127.0.0.1:{port}", "--device", device, "--logs", options.Logs, "--name", life++ == 0 ? name : $"{name}-{life}",
                .. options.Threads is { } threads ? ["--threads", threads.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
            ]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_supervised);
        _stopping.Dispose();
    }

    private void Supervise(string name, string logs, Func<IReadOnlyList<string>> arguments) => _supervised.Add(Task.Run(async () =>
        {
            var restarts = new Queue<long>();
            var output = Path.Combine(logs, $"{name}.out");
            while (!_stopping.IsCancellationRequested)
            {
                await using var process = Start(name, arguments(), output);
                if (process is null) return;
                _note($"{name} runs as process {process.Id}.");
                try
                {
                    var code = await process.Ended(_stopping.Token);
                    restarts.Enqueue(_clock.GetTimestamp());
                    while (_clock.GetElapsedTime(restarts.Peek()) > RestartWindow) restarts.Dequeue();
                    if (restarts.Count > MaxRestarts)
                    {
                        _broken.TrySetException(
                            new LocalClusterException($"{name} ended {restarts.Count} times within a minute, last with exit code {code}. Its " +
                                $"output is in {output} and ends with: {LastLine(output)}"));
                        return;
                    }
                    // A signal to the whole process group reaches the children a moment before it is known here that all is to end.
                    await Task.Delay(RestartDelay, _clock, _stopping.Token);
                    _note($"{name} (process {process.Id}) ended with exit code {code}; it is started again.");
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }));

    /// <returns>Null when it cannot be started: the cluster is broken then.</returns>
    private NodeProcess? Start(string name, IReadOnlyList<string> arguments, string output)
    {
        try
        {
            return NodeProcess.Start(name, arguments, output);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            _broken.TrySetException(
                new LocalClusterException($"{name} cannot be started: {failure.Message} Look at the folder of {output}, the disk, and the limits " +
                    "of processes and open files."));
            return null;
        }
    }

    private static string LastLine(string file) => File.ReadLines(file).LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "nothing";

    /// <summary>
    /// A port below those that the system hands out by itself (from 32768 upwards), so that no worker's listener and no connection can
    /// be given it before the coordinator listens there.
    /// </summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(LowestPort, FirstPortOfTheSystem);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another program listens there.
            }
        }
    }
}

/// <summary>The local cluster cannot be kept running.</summary>
public sealed class LocalClusterException(string message) : Exception(message);
