namespace DistTrain.Shared.Jobs;

/// <summary>What becomes of a training example with a sequence of more tokens than <see cref="DataSpec.MaxLength"/>.</summary>
public enum TooLong
{
    /// <summary>It is left out and counted.</summary>
    Drop,

    /// <summary>Each sequence that is too long loses its end, and the example is counted.</summary>
    Cut,
}
