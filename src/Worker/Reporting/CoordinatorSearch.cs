using Akka.Actor;
using DistTrain.Shared.Cluster;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Reporting;

/// <summary>
/// Tells how long no coordinator has answered, and what there is at its address instead. When the cluster that this node is in has no
/// coordinator, but one lives at a seed, in another cluster, the node joins that one.
/// </summary>
public sealed class CoordinatorSearch : ReceiveActor, IWithTimers
{
    /// <summary>A coordinator that dies and is started again joins its workers' cluster by itself; only after that time do they go to it.</summary>
    public static readonly TimeSpan RejoinAfter = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What the question at a seed carries and its answer returns: a text, which every serializer of Akka's own messages can carry.
    /// </summary>
    private const string Question = "seed";

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly CoordinatorContact _contact;
    private readonly IReadOnlyList<Address> _seeds;
    private readonly Func<bool> _isCutOff;
    private readonly Action _rejoin;
    private readonly TimeProvider _clock;

    /// <param name="contact">Of this process.</param>
    /// <param name="isCutOff">Whether this node is in a cluster and that has no coordinator that it can reach.</param>
    /// <param name="rejoin">Leaves the cluster and joins the one that the seeds are in.</param>
    public CoordinatorSearch(
        CoordinatorContact contact, IReadOnlyList<Address> seeds, Func<bool> isCutOff, Action rejoin, TimeProvider clock,
        ILogger<CoordinatorSearch> log)
    {
        (_contact, _seeds, _isCutOff, _rejoin, _clock) = (contact, seeds, isCutOff, rejoin, clock);
        Receive<Answered>(_ =>
        {
            if (contact.Heard(clock.GetUtcNow())) ActorLog.CoordinatorAnswers(log);
        });
        Receive<TickDue>(_ => Look());
        Receive<Found>(found =>
        {
            // A coordinator may have answered while the seeds were dialled.
            if (contact.Silence(clock.GetUtcNow()) is var silence && silence >= CoordinatorContact.Interval)
                ActorLog.CoordinatorSilent(log, silence.TotalSeconds, found.Sentences);
        });
        Receive<ActorIdentity>(answer =>
        {
            if (answer.Subject is null || !HasToRejoin()) return;
            ActorLog.JoinsTheCoordinator(log, answer.Subject.Path.Address.ToString());
            rejoin();
            Become(() => ReceiveAny(_ => { }));
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(TickDue), TickDue.Instance, Tick);

    private void Look()
    {
        if (_contact.IsDue(_clock.GetUtcNow())) SeedReport.Of(_seeds, _clock).PipeTo(Self, success: sentences => new Found(sentences));
        if (!HasToRejoin()) return;
        // A port that is open is no proof: a process that is paused, or has been replaced in its cluster, has one too.
        foreach (var seed in _seeds) Context.ActorSelection(new RootActorPath(seed) / "system" / "receptionist").Tell(new Identify(Question), Self);
    }

    private bool HasToRejoin() => _contact.Silence(_clock.GetUtcNow()) >= RejoinAfter && _isCutOff();

    /// <summary>From the worker's actor: a coordinator has answered.</summary>
    public sealed class Answered
    {
        public static readonly Answered Instance = new();
    }

    private sealed class TickDue
    {
        public static readonly TickDue Instance = new();
    }

    private sealed record Found(string Sentences);
}
