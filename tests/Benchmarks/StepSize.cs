namespace DistTrain.Benchmarks;

/// <summary>A step of the base model that the documents report: 64 sentences of 30 tokens, width 512, 8 heads, 8,000 tokens.</summary>
internal static class StepSize
{
    public const long Sentences = 64, Length = 30, Rows = Sentences * Length, Width = 512, Heads = 8, Inner = 4 * Width, Vocabulary = 8000;

    /// <summary>Rows of logits that the loss handles at once.</summary>
    public const long LabelledRows = 128;
}
