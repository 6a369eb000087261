namespace DistTrain.Shared.Text;

/// <summary>The training text cannot give a vocabulary as large as was asked for.</summary>
public sealed class InsufficientTextException(int asked, int possible) : Exception(
    $"The vocabulary is to have {asked} entries, but the training text gives at most {possible}. Ask for {possible} or less, or train on more text.")
{
    /// <summary>The largest size that this text can give.</summary>
    public int Possible => possible;
}
