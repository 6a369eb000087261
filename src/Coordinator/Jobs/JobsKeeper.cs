using Akka.Actor;
using DistTrain.Coordinator.Logging;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// Keeps the <see cref="JobsActor"/> running as long as its journal can be used. When it cannot, it says why, tells clients who ask, and
/// looks each second whether it can again. What is trained goes on meanwhile, and its reports come again.
/// </summary>
public sealed class JobsKeeper : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>How often it is said again that the journal cannot be used.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);

    private readonly ILogger _log;
    private IActorRef? _jobs;
    private string? _trouble;

    /// <param name="jobs">Of the jobs actor.</param>
    /// <param name="look">Why the journal cannot be used, as a sentence; null when it can.</param>
    public JobsKeeper(Props jobs, Func<Task<string?>> look, ILogger<JobsKeeper> log)
    {
        _log = log;
        Receive<LookDue>(_ => look().PipeTo(Self, success: trouble => new Looked(trouble), failure: failure => new Looked(failure.Message)));
        Receive<Looked>(looked =>
        {
            if (looked.Trouble is not null)
            {
                Note(looked.Trouble);
                Timers.StartSingleTimer(nameof(LookDue), LookDue.Instance, Retry);
            }
            else _jobs = Context.Watch(Context.ActorOf(jobs, "jobs"));
        });
        Receive<JobMessages.JournalFailed>(failed => Note(failed.Because));
        Receive<JobMessages.JournalRead>(_ =>
        {
            if (_trouble is not null) LogMessages.JournalWorks(_log);
            _trouble = null;
            Timers.Cancel(nameof(ReminderDue));
        });
        Receive<ReminderDue>(_ => LogMessages.JournalTrouble(_log, _trouble!));
        Receive<Terminated>(_ =>
        {
            _jobs = null;
            Timers.StartSingleTimer(nameof(LookDue), LookDue.Instance, Retry);
        });
        // Hellos and reports come again by themselves.
        Receive<RosterProtocol.WorkerHello>(hello => _jobs?.Forward(hello));
        Receive<TrainingProtocol.IReport>(report => _jobs?.Forward(report));
        Receive<IWireMessage>(question =>
        {
            if (_trouble is not null) Sender.Tell(new JobsProtocol.JournalUnavailable(_trouble));
            else _jobs?.Forward(question);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Self.Tell(LookDue.Instance);

    private void Note(string trouble)
    {
        if (_trouble == trouble) return;
        LogMessages.JournalTrouble(_log, trouble);
        _trouble = trouble;
        Timers.StartPeriodicTimer(nameof(ReminderDue), ReminderDue.Instance, Reminder);
    }

    private sealed class LookDue
    {
        public static readonly LookDue Instance = new();
    }

    private sealed class ReminderDue
    {
        public static readonly ReminderDue Instance = new();
    }

    private sealed record Looked(string? Trouble);
}
