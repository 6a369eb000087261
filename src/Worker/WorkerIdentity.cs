using DistTrain.Shared.Protocol;

namespace DistTrain.Worker;

/// <summary>What a worker is, for as long as its process lives.</summary>
/// <param name="Host">Where its data plane listens.</param>
/// <param name="Device">Such as <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Cores">Logical processors of the host.</param>
/// <param name="Incarnation">Names the life of the process: one that is started again under the same name has another.</param>
public sealed record WorkerIdentity(WorkerId Id, string Host, int DataPort, string Device, int Cores, string Incarnation);
