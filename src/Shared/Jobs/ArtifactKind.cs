namespace DistTrain.Shared.Jobs;

/// <summary>What a phase leaves behind.</summary>
public enum ArtifactKind
{
    /// <summary>A trained model, with the state of its optimizer.</summary>
    Checkpoint,
}
