using Akka.Persistence;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Journal;

/// <summary>Writes events into a journal as an earlier life of the coordinator did, says that it has, and ends.</summary>
internal sealed class Seeder : ReceivePersistentActor
{
    public Seeder(string journal)
    {
        PersistenceId = journal;
        Command<IReadOnlyList<IWireMessage>>(events =>
        {
            var sender = Sender;
            PersistAll(events, _ => { });
            DeferAsync(events.Count, count =>
            {
                sender.Tell(count, Self);
                Context.Stop(Self);
            });
        });
    }

    public override string PersistenceId { get; }
}
