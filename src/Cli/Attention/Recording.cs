using DistTrain.Model.Modules;

namespace DistTrain.Cli.Attention;

/// <summary>A sentence, its translation, and what the model looked at while it read the one and wrote the other.</summary>
/// <param name="SourceTokens">Labels of the source's tokens, the end included: what the encoder reads.</param>
/// <param name="ReadTokens">Labels of what the decoder reads: the beginning, then the translation.</param>
/// <param name="WrittenTokens">Labels of what the decoder writes, position by position: the translation, then the end.</param>
internal sealed record Recording(
    string Source, string Translation, IReadOnlyList<string> SourceTokens, IReadOnlyList<string> ReadTokens, IReadOnlyList<string> WrittenTokens,
    AttentionWeights Weights);
