namespace DistTrain.Worker.Collectives;

/// <summary>One member of a ring and where its data plane listens. The order of a ring's list of members is the order of the ring.</summary>
/// <param name="Worker">The worker's name, as logs and errors show it.</param>
/// <param name="Host">A host name or address that the other members can reach.</param>
/// <param name="Port">The port of its <see cref="DataPlaneListener"/>.</param>
public sealed record RingMember(string Worker, string Host, int Port);
