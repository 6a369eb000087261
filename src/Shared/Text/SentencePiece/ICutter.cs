namespace DistTrain.Shared.Text.SentencePiece;

/// <summary>Cuts normalised text into pieces; what stays unknown is cut into single characters.</summary>
internal interface ICutter
{
    /// <summary>Start and end of each piece, in order.</summary>
    IEnumerable<(int Start, int End)> Cut(string text);
}
