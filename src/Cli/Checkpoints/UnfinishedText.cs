namespace DistTrain.Cli.Checkpoints;

/// <summary>A text whose translation has as many tokens as it may have, where the model would have gone on.</summary>
/// <param name="Index">In the caller's list.</param>
/// <param name="Limit">Tokens of the translation.</param>
/// <param name="Remedy">A sentence: what lets it be longer.</param>
internal sealed record UnfinishedText(int Index, int Limit, string Remedy)
{
    /// <summary>What has happened, and the remedy.</summary>
    /// <param name="where">Begins the sentence: the line, and the file if there is one.</param>
    public string Sentence(string where) => $"{where} reached the limit of {Limit} tokens; the end of its translation may be missing. {Remedy}";
}
