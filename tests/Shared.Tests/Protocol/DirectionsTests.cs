using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;

namespace DistTrain.Shared.Tests.Protocol;

public class DirectionsTests
{
    /// <summary>Who sends a message to whom, or which journal an event is of.</summary>
    private static readonly Type[] Directions =
    [
        typeof(JobsProtocol.IQuestion), typeof(JobsProtocol.IAnswer), typeof(RosterProtocol.IToCoordinator), typeof(RosterProtocol.IToWorker),
        typeof(TrainingProtocol.IToWorker), typeof(TrainingProtocol.IToCoordinator), typeof(TrainingProtocol.IReport),
        typeof(JobEvents.IListEvent), typeof(JobEvents.IJobEvent),
    ];

    public static TheoryData<string> Manifests => [.. WireManifests.Types.Select(WireManifests.ManifestOf)];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Message_OfTheWire_HasOneDirectionOfItsProtocol(string manifest)
    {
        var type = WireManifests.TypeOf(manifest);

        var direction = Assert.Single(Directions, type.IsAssignableTo);
        Assert.Equal(type.DeclaringType, direction.DeclaringType);
    }

    [Fact]
    public void Directions_AreAllThatTheProtocolsHave() => Assert.Equal(
        typeof(IWireMessage).Assembly.GetTypes()
            .Where(type => type.IsInterface && type != typeof(IWireMessage) && type.IsAssignableTo(typeof(IWireMessage)))
            .Select(type => type.FullName).Order(StringComparer.Ordinal),
        Directions.Select(type => type.FullName).Order(StringComparer.Ordinal));
}
