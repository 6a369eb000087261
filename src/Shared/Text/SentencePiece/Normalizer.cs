using System.Buffers;
using System.Text;

namespace DistTrain.Shared.Text.SentencePiece;

/// <summary>Makes of a text what a SentencePiece model cuts: characters replaced, spaces made few and visible.</summary>
internal sealed class Normalizer(SentencePieceModel model)
{
    /// <summary>What a space becomes.</summary>
    public const char Space = '\u2581';

    private readonly NormalizationRules _rules = model.Normalization;
    private readonly byte[][] _unbreakable = [.. model.Unbreakable.Select(Encoding.UTF8.GetBytes).OrderByDescending(text => text.Length)];

    public string Normalize(string text)
    {
        if (text.Length == 0) return "";
        var space = _rules.EscapesSpaces ? Space : ' ';
        var normal = Encoding.UTF8.GetString(Replaced(Encoding.UTF8.GetBytes(text))).Replace(' ', space);
        if (_rules.RemovesSpaces) normal = normal.TrimEnd(space);
        if (!_rules.AddsSpace || (_rules.RemovesSpaces && normal.Length == 0)) return normal;
        return model.Cutting.SpaceBehind ? normal + space : space + normal;
    }

    private ReadOnlySpan<byte> Replaced(ReadOnlySpan<byte> text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 1);
        for (var afterSpace = true; text.Length > 0;)
        {
            var replacement = Next(text, out var length);
            text = text[length..];
            if (_rules.RemovesSpaces && afterSpace) replacement = replacement.TrimStart((byte)' ');
            if (replacement.Length == 0) continue;
            output.Write(replacement);
            afterSpace = replacement[^1] == ' ';
        }
        return output.WrittenSpan;
    }

    private ReadOnlySpan<byte> Next(ReadOnlySpan<byte> text, out int length)
    {
        foreach (var unbreakable in _unbreakable)
            if (text.StartsWith(unbreakable)) return text[..(length = unbreakable.Length)];
        if (_rules.Characters is { } characters && characters.TryReplace(text, out var replacement, out length)) return replacement;
        _ = Rune.DecodeFromUtf8(text, out _, out length);
        return text[..length];
    }
}
