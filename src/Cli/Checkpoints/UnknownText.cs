namespace DistTrain.Cli.Checkpoints;

/// <summary>What people are told of a text with characters that the model's vocabulary lacks.</summary>
internal static class UnknownText
{
    /// <summary>What the text has, and what follows from it.</summary>
    /// <param name="where">Begins the sentence: the line, and the file if there is one.</param>
    public static string Sentence(string where, string consequence) => $"{where} has characters that the model's vocabulary lacks: {consequence}";
}
