using DistTrain.Worker.Collectives;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Tests.Collectives;

/// <summary>Rings whose members are threads of the test, over real sockets.</summary>
internal sealed class Loopback : IDisposable
{
    private readonly List<DataPlaneListener> _listeners = [];

    /// <param name="portSeenBy">Where members dial instead of the port that is listened on.</param>
    /// <param name="hosts">What the members call themselves.</param>
    public Loopback(int members, Func<int, int>? portSeenBy = null, string[]? hosts = null)
    {
        for (var i = 0; i < members; i++) _listeners.Add(DataPlaneListener.Start("127.0.0.1", 0));
        Members = [.. _listeners.Select((listener, i) =>
            new RingMember($"w{i}", hosts?[i] ?? listener.Host, portSeenBy is null ? listener.Port : portSeenBy(listener.Port)))];
    }

    public IReadOnlyList<RingMember> Members { get; }

    public DataPlaneListener Listener(int rank) => _listeners[rank];

    public static RingOptions Quick { get; } = new() { ConnectLimit = TimeSpan.FromSeconds(10), SilenceLimit = TimeSpan.FromSeconds(10) };

    public IAllReduce Connect(int rank, RingOptions? options = null, int generation = 1, ILogger? log = null,
        CancellationToken stop = default) => Ring.Connect(_listeners[rank], "job-1", generation, Members, rank, options ?? Quick, stop, log: log);

    /// <summary>Runs <paramref name="member"/> on a thread for each member, with its ring; the ring is closed when it returns.</summary>
    public Task<T[]> Run<T>(Func<IAllReduce, T> member, RingOptions? options = null) =>
        Task.WhenAll(Members.Select((_, rank) => OnThread(() =>
        {
            using var ring = Connect(rank, options);
            return member(ring);
        }))).WaitAsync(TimeSpan.FromSeconds(30));

    public static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());
}
