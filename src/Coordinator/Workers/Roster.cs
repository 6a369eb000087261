using System.Collections.Immutable;
using Akka.Actor;
using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Workers;

/// <summary>What the coordinator knows of one worker.</summary>
/// <param name="Job">The job it says it trains, null when it says it is idle.</param>
/// <param name="AssignedTo">The job that holds it, null when it is free to be given.</param>
/// <param name="Incarnation">Names the life of its process; null when it did not tell.</param>
/// <param name="Held">The state that it holds while it is idle; null when that is none.</param>
/// <param name="IsLeaving">Its process is about to end.</param>
public sealed record RosterEntry(
    WorkerId Worker, IActorRef Actor, string Host, int DataPort, string Device, int Cores, JobId? Job, int Generation, JobId? AssignedTo,
    DateTimeOffset LastHeard, string? Incarnation = null, RosterProtocol.HeldState? Held = null, bool IsLeaving = false)
{
    /// <summary>The class of devices that are no GPUs.</summary>
    public const string Processor = "cpu";

    /// <summary>The kind of device, without its number, such as <c>cpu</c> or <c>cuda</c>.</summary>
    public string DeviceClass => Device.Split(':')[0];
}

/// <summary>What a hello means, against what is known under its name.</summary>
public enum Meeting
{
    /// <summary>Nothing was known under the name.</summary>
    Joins,

    /// <summary>The same process and actor as before.</summary>
    Known,

    /// <summary>The same process with another actor: its node left the cluster and joined it again.</summary>
    Rejoins,

    /// <summary>Another process under the name: the former one is lost, with what it trained.</summary>
    StartedAgain,

    /// <summary>A process that another one of the same name has replaced. It is not listened to.</summary>
    Replaced,

    /// <summary>One more than a cluster may have. It is not listened to.</summary>
    TooMany,
}

/// <summary>The workers of the cluster. Immutable; time is passed in.</summary>
public sealed record Roster
{
    /// <summary>
    /// How many replaced processes are remembered: beyond, all are forgotten, and one that still lives takes its name back until it is replaced
    /// again.
    /// </summary>
    private const int MostReplaced = 10 * Limits.Workers;

    /// <summary>A worker that has been silent this long gets no work; it says hello once a second.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    public static Roster Empty { get; } = new();

    private ImmutableSortedDictionary<WorkerId, RosterEntry> Entries { get; init; } = ImmutableSortedDictionary<WorkerId, RosterEntry>.Empty;

    /// <summary>Workers that jobs hold, although they may not have been heard yet (after a restart of the coordinator).</summary>
    private ImmutableDictionary<WorkerId, JobId> Assignments { get; init; } = ImmutableDictionary<WorkerId, JobId>.Empty;

    /// <summary>Lives of processes that another process of their name has replaced.</summary>
    private ImmutableHashSet<(WorkerId Worker, string? Incarnation)> Replaced { get; init; } = [];

    public IEnumerable<RosterEntry> All => Entries.Values;

    public RosterEntry? Find(WorkerId worker) => Entries.GetValueOrDefault(worker);

    /// <summary>What a hello of this actor means.</summary>
    public Meeting Meet(RosterProtocol.WorkerHello hello, IActorRef actor)
    {
        if (Replaced.Contains((hello.Worker, hello.Incarnation))) return Meeting.Replaced;
        if (!Entries.TryGetValue(hello.Worker, out var known)) return Entries.Count < Limits.Workers ? Meeting.Joins : Meeting.TooMany;
        if (known.Incarnation != hello.Incarnation) return Meeting.StartedAgain;
        return known.Actor.Equals(actor) ? Meeting.Known : Meeting.Rejoins;
    }

    public Roster Heard(RosterProtocol.WorkerHello hello, IActorRef actor, DateTimeOffset now) => this with
    {
        Entries = Entries.SetItem(hello.Worker, new RosterEntry(
            hello.Worker, actor, hello.Host, hello.DataPort, hello.Device, hello.Cores, hello.Job, hello.Generation,
            Assignments.TryGetValue(hello.Worker, out var job) ? job : null, now, hello.Incarnation, hello.Held,
            hello.IsLeaving)),
    };

    /// <summary>The job that holds the worker, heard or not.</summary>
    public JobId? HolderOf(WorkerId worker) => Assignments.TryGetValue(worker, out var job) ? job : null;

    /// <summary>The worker is lost; whichever process uses its name next is another worker.</summary>
    public Roster Without(WorkerId worker) => this with
    {
        Entries = Entries.Remove(worker), Assignments = Assignments.Remove(worker),
        Replaced = Replaced.Except(Replaced.Where(former => former.Worker == worker)),
    };

    /// <summary>
    /// The worker is lost because another process has its name; hellos of the former one, late or of a process that still lives, no longer count.
    /// </summary>
    public Roster Replace(WorkerId worker) => this with
    {
        Entries = Entries.Remove(worker), Assignments = Assignments.Remove(worker),
        Replaced = (Replaced.Count < MostReplaced ? Replaced : []).Add((worker, Entries.GetValueOrDefault(worker)?.Incarnation)),
    };

    public Roster Assign(JobId job, IEnumerable<WorkerId> workers) => workers.Aggregate(this, (roster, worker) => roster with
    {
        Assignments = roster.Assignments.SetItem(worker, job),
        Entries = roster.Entries.TryGetValue(worker, out var entry)
            ? roster.Entries.SetItem(worker, entry with { AssignedTo = job }) : roster.Entries,
    });

    public Roster Release(JobId job)
    {
        var freed = Assignments.Where(assignment => assignment.Value == job).Select(assignment => assignment.Key).ToList();
        return freed.Aggregate(this, (roster, worker) => roster with
        {
            Assignments = roster.Assignments.Remove(worker),
            Entries = roster.Entries.TryGetValue(worker, out var entry)
                ? roster.Entries.SetItem(worker, entry with { AssignedTo = null }) : roster.Entries,
        });
    }

    /// <summary>Workers that can be given to a job: heard of late, idle by their own word, held by no job, and not about to leave.</summary>
    public IReadOnlyList<RosterEntry> Free(DateTimeOffset now) => Entries.Values
        .Where(entry => entry.AssignedTo is null && entry.Job is null && !entry.IsLeaving && now - entry.LastHeard < Silence).ToList();
}
