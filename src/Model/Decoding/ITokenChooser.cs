namespace DistTrain.Model.Decoding;

/// <summary>Which tokens a search considers after a hypothesis.</summary>
internal interface ITokenChooser
{
    /// <param name="logits">Of the whole vocabulary; minus infinity is never chosen.</param>
    /// <param name="tokens">Takes the chosen ones.</param>
    /// <returns>How many there are.</returns>
    int Choose(ReadOnlySpan<float> logits, Span<int> tokens);
}
