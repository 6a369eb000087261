using Akka.Actor;
using Akka.Persistence;

namespace DistTrain.Coordinator.Tests.Journal;

/// <summary>Reads what a journal holds, tells it as a list, and ends.</summary>
internal sealed class Replayer : ReceivePersistentActor
{
    public Replayer(string journal, IActorRef reader)
    {
        PersistenceId = journal;
        var events = new List<object>();
        Recover<RecoveryCompleted>(_ =>
        {
            reader.Tell((IReadOnlyList<object>)events, Self);
            Context.Stop(Self);
        });
        RecoverAny(events.Add);
    }

    public override string PersistenceId { get; }
}
