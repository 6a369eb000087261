namespace DistTrain.Shared.Protocol;

/// <summary>Marks what may leave a process or enter the journal. Every such type is listed in <see cref="Wire.WireManifests"/>.</summary>
public interface IWireMessage;
