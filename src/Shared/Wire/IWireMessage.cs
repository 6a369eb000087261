namespace DistTrain.Shared.Wire;

/// <summary>Marks what may leave a process or enter the journal. Every such type is listed in <see cref="WireManifests"/>.</summary>
public interface IWireMessage;
