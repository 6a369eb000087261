namespace DistTrain.Model.Decoding;

/// <summary>
/// How to draw a translation token by token. The model's distribution is first sharpened or flattened (<see cref="Temperature"/>), then cut
/// to the likeliest tokens (<see cref="TopK"/>), then to those that hold most of what is left (<see cref="TopP"/>).
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>What the logits are divided by: below 1 likely tokens become likelier, above 1 all become more alike.</summary>
    /// <value>Greater than 0. Default 1: the model's own distribution.</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Only this many of the likeliest tokens can be drawn (Fan et al. 2018).</summary>
    /// <value>At least 0; 0 is all. Default 0.</value>
    public int TopK { get; init; }

    /// <summary>
    /// Only the fewest likeliest tokens whose probabilities sum to at least this can be drawn (nucleus sampling, Holtzman et al. 2020).
    /// </summary>
    /// <value>Greater than 0, at most 1; 1 is all. Default 1.</value>
    public double TopP { get; init; } = 1;

    /// <summary>With a sentence's number, decides all that is random: the same for any batch size and companions.</summary>
    /// <value>Default 1.</value>
    public long Seed { get; init; } = 1;

    /// <summary>Number of the first source, for a text that is translated in pieces.</summary>
    /// <value>Default 0.</value>
    public long FirstSentence { get; init; }

    internal string? Problem()
    {
        if (!(Temperature > 0 && double.IsFinite(Temperature)))
            return $"The temperature is {Temperature}, but must be greater than 0. For the likeliest tokens, search instead of sampling.";
        if (TopK < 0) return $"top-k is {TopK}, but must be at least 0 (all tokens).";
        return TopP is > 0 and <= 1 ? null : $"top-p is {TopP}, but must be greater than 0 and at most 1 (all tokens).";
    }
}
