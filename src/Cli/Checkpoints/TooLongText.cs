namespace DistTrain.Cli.Checkpoints;

/// <summary>A text with more tokens than the model has positions.</summary>
/// <param name="Index">In the caller's list.</param>
internal sealed record TooLongText(int Index, int Tokens, int MaxLength)
{
    /// <summary>The problem, with what follows from it.</summary>
    /// <param name="where">Begins the sentence: the line, and the file if there is one.</param>
    public string Sentence(string where, string consequence) =>
        $"{where} has {Tokens} tokens, but the model's max_length of {MaxLength} leaves room for {MaxLength - 1} and the end mark: {consequence} " +
        "Give one sentence on a line, or train with a greater model.max_length.";
}
