using Akka.Actor;

namespace DistTrain.Cli.Nodes;

/// <summary>The actor that a node is there for.</summary>
/// <param name="Path">In the node's actor system, such as <c>/user/worker</c>.</param>
/// <param name="FromTheStart">False when another node may have it, and this one gets it later or never.</param>
internal sealed record Essential(string Path, bool FromTheStart);

/// <summary>
/// Watches the actor that a node is there for. An actor that fails is started again by its parent; one that has stopped for good leaves a process
/// that lives and does nothing, which nobody would start again. So the process has to end.
/// </summary>
internal sealed class EssentialActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>A node that leaves the cluster stops its actors too, a moment before or after it begins to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Essential _essential;

    /// <param name="gone">Called once, when the actor has stayed away.</param>
    public EssentialActor(Essential essential, Action gone)
    {
        _essential = essential;
        Receive<LookDue>(_ => Context.ActorSelection(essential.Path).Tell(new Identify(essential)));
        Receive<ActorIdentity>(found =>
        {
            if (found.Subject is not { } actor) return;
            Context.Watch(actor);
            Timers.Cancel(nameof(LookDue));
            Timers.Cancel(nameof(Gone));
        });
        Receive<Terminated>(_ => Expect());
        Receive<Gone>(_ =>
        {
            Timers.CancelAll();
            gone();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        if (_essential.FromTheStart) Expect();
        else Timers.StartPeriodicTimer(nameof(LookDue), LookDue.Instance, Look);
    }

    private void Expect()
    {
        Timers.StartPeriodicTimer(nameof(LookDue), LookDue.Instance, Look);
        Timers.StartSingleTimer(nameof(Gone), Gone.Instance, Patience);
    }

    private sealed class LookDue
    {
        public static readonly LookDue Instance = new();
    }

    private sealed class Gone
    {
        public static readonly Gone Instance = new();
    }
}
