using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace DistTrain.Shared.Text.SentencePiece;

/// <summary>
/// What a SentencePiece <c>.model</c> file holds: a protocol buffer of pieces, of how text is cut into them, and of how it is normalised before.
/// </summary>
internal sealed record SentencePieceModel
{
    public const int Unigram = 1, Bpe = 2;

    /// <summary>Pieces by the model's own ids.</summary>
    public required IReadOnlyList<ModelPiece> Pieces { get; init; }

    public required CuttingRules Cutting { get; init; }

    public required NormalizationRules Normalization { get; init; }

    /// <summary>Texts that are always one piece, as they stand.</summary>
    public IReadOnlyList<string> Unbreakable => [.. Pieces.Where(piece => piece.Kind == PieceKind.UserDefined).Select(piece => piece.Text)];

    /// <exception cref="InvalidDataException">It is no model, or one of another kind than unigram and BPE.</exception>
    public static SentencePieceModel Parse(byte[] file)
    {
        List<ModelPiece> pieces = [];
        var (cutting, normalization) = (new CuttingRules(), new NormalizationRules());
        var input = new CodedInputStream(file);
        for (uint tag; (tag = input.ReadTag()) != 0;)
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: pieces.Add(ModelPiece.Parse(input.ReadBytes())); break;
                case 2: cutting = CuttingRules.Parse(input.ReadBytes()); break;
                case 3: normalization = NormalizationRules.Parse(input.ReadBytes()); break;
                default: input.SkipLastField(); break;
            }
        if (pieces.Count(piece => piece.Kind == PieceKind.Unknown) != 1)
            throw new InvalidDataException("It does not have exactly one piece for unknown text.");
        if (cutting.Algorithm is not (Unigram or Bpe)) throw new InvalidDataException("It cuts text into whole words or single characters.");
        if (pieces.Any(piece => piece.Kind == PieceKind.Byte && !piece.IsByte))
            throw new InvalidDataException("It has a piece for a byte that does not name one.");
        var bytes = pieces.Where(piece => piece.Kind == PieceKind.Byte).Select(piece => piece.Byte).ToList();
        if (cutting.BytesForUnknown && (bytes.Count, bytes.Distinct().Count()) != (256, 256))
            throw new InvalidDataException("It writes unknown text in bytes, but does not have one piece for each of the 256.");
        if (pieces.Any(piece => piece.Text.Length == 0)) throw new InvalidDataException("It has a piece without text.");
        if (!pieces.Any(piece => piece.Kind == PieceKind.Normal)) throw new InvalidDataException("It has no pieces of text.");
        if (pieces.Any(piece => !float.IsFinite(piece.Score))) throw new InvalidDataException("It has a piece whose score is no number.");
        if (pieces.Where(piece => piece.IsText).GroupBy(piece => piece.Text).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
            throw new InvalidDataException($"It has the piece '{Readable.Line(twice.Key)}' twice.");
        return new() { Pieces = pieces, Cutting = cutting, Normalization = normalization };
    }
}

internal enum PieceKind { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 }

/// <param name="Score">The higher, the rather it is taken.</param>
internal sealed record ModelPiece(string Text, float Score, PieceKind Kind)
{
    /// <summary>Text is made of these; the others stand for something else.</summary>
    public bool IsText => Kind is PieceKind.Normal or PieceKind.UserDefined;

    /// <summary>The byte that a piece of that kind, <c>&lt;0xE4&gt;</c>, stands for.</summary>
    public byte Byte => byte.Parse(Text.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Whether the text names a byte.</summary>
    public bool IsByte =>
        Text.Length == 6 && Text.StartsWith("<0x", StringComparison.Ordinal) && Text[5] == '>' && char.IsAsciiHexDigit(Text[3])
        && char.IsAsciiHexDigit(Text[4]);

    public static ModelPiece Parse(ByteString message)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        var input = message.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: text = input.ReadString(); break;
                case 2: score = input.ReadFloat(); break;
                case 3: kind = (PieceKind)input.ReadEnum(); break;
                default: input.SkipLastField(); break;
            }
        return new(text, score, kind);
    }
}

/// <summary>How normalised text is cut; of SentencePiece's training settings those that matter afterwards.</summary>
internal sealed record CuttingRules
{
    public int Algorithm { get; private set; } = SentencePieceModel.Unigram;

    /// <summary>A word's space is at its end, not at its beginning.</summary>
    public bool SpaceBehind { get; private set; }

    /// <summary>Unknown text is written in pieces of bytes.</summary>
    public bool BytesForUnknown { get; private set; }

    /// <summary>What unknown text becomes when it is decoded.</summary>
    public string UnknownText { get; private set; } = " \u2047 ";

    public static CuttingRules Parse(ByteString message)
    {
        var rules = new CuttingRules();
        var input = message.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 3: rules.Algorithm = input.ReadEnum(); break;
                case 24: rules.SpaceBehind = input.ReadBool(); break;
                case 35: rules.BytesForUnknown = input.ReadBool(); break;
                case 44: rules.UnknownText = input.ReadString(); break;
                default: input.SkipLastField(); break;
            }
        return rules;
    }
}

/// <summary>How text is normalised before it is cut.</summary>
internal sealed record NormalizationRules
{
    /// <summary>Which characters become which; null when all stay.</summary>
    public CharacterMap? Characters { get; private set; }

    /// <summary>A space is put at the text's beginning, or at its end when a word's space is there.</summary>
    public bool AddsSpace { get; private set; } = true;

    /// <summary>Of several spaces one stays, at the text's beginning and end none.</summary>
    public bool RemovesSpaces { get; private set; } = true;

    /// <summary>Spaces become U+2581.</summary>
    public bool EscapesSpaces { get; private set; } = true;

    public static NormalizationRules Parse(ByteString message)
    {
        var rules = new NormalizationRules();
        var input = message.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 2: rules.Characters = CharacterMap.Parse(input.ReadBytes().Span); break;
                case 3: rules.AddsSpace = input.ReadBool(); break;
                case 4: rules.RemovesSpaces = input.ReadBool(); break;
                case 5: rules.EscapesSpaces = input.ReadBool(); break;
                default: input.SkipLastField(); break;
            }
        return rules;
    }
}
