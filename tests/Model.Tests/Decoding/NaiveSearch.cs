using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Decoding;

/// <summary>Parts of a search, written down without regard to speed.</summary>
internal static class NaiveSearch
{
    public static IEnumerable<int[]> Translations(int length) =>
        length == 0 ? [[]] : Translations(length - 1).SelectMany(shorter => new[] { 3, 4 }.Select(token => (int[])[.. shorter, token]));

    public static double Divisor(LengthNormalization normalization, int length, double alpha) =>
        Math.Pow(normalization == LengthNormalization.Plain ? length : (5 + length) / 6.0, alpha);

    /// <summary>A full pass for every token, without cache or batch.</summary>
    public static (string Tokens, bool IsCut) Greedy(Transformer model, int[] source, int maxLength, int sequence)
    {
        var tokens = new List<int>();
        while (Next(model, source, [.. tokens], sequence) is var best && best != SpecialTokens.Eos)
        {
            if (tokens.Count == maxLength) return (string.Join(' ', tokens), true);
            tokens.Add(best);
        }
        return (string.Join(' ', tokens), false);
    }

    /// <summary>The likeliest next token that repeats nothing.</summary>
    public static int Next(Transformer model, int[] source, int[] tokens, int sequence)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var sources = TokenMatrix.Sources([source]);
        var logits = model.Project(model.Decode(TokenMatrix.TargetInputs([tokens]), model.Encode(sources), sources))[0, tokens.Length].ToArray();
        return Enumerable.Range(SpecialTokens.Eos, logits.Length - SpecialTokens.Eos)
            .Where(token => token == SpecialTokens.Eos || !Repeats([.. tokens, token], sequence)).MaxBy(token => logits[token]);
    }

    /// <summary>Whether a sequence of so many tokens occurs twice.</summary>
    public static bool Repeats(int[] tokens, int sequence)
    {
        var sequences = Enumerable.Range(0, sequence == 0 ? 0 : Math.Max(0, tokens.Length - sequence + 1))
            .Select(start => string.Join(' ', tokens[start..(start + sequence)])).ToList();
        return sequences.Distinct().Count() < sequences.Count;
    }

    /// <summary>A text that many token sequences have.</summary>
    public static string Parity(IReadOnlyList<int> tokens) => string.Concat(tokens.Select(token => token % 3));
}
