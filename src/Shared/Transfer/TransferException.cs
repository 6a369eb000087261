namespace DistTrain.Shared.Transfer;

/// <summary>Files could not be fetched from the coordinator's store, or brought there.</summary>
/// <param name="message">Sentences with the file, the address and the remedy.</param>
public sealed class TransferException(string message, Exception? cause = null) : IOException(message, cause)
{
    /// <summary>There is no such file or folder.</summary>
    public bool IsMissing { get; init; }

    /// <summary>The store said no: the same would happen again.</summary>
    public bool IsRefused { get; init; }
}
