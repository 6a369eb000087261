namespace DistTrain.Shared.Text;

/// <summary>The tokenizers of a model's source and target: one and the same, or one each.</summary>
/// <remarks>
/// A folder has the files of a joint tokenizer by their plain names; of two tokenizers their names begin with <c>source.</c> and <c>target.</c>.
/// </remarks>
public sealed class TokenizerPair
{
    private const string OfSource = "source.", OfTarget = "target.";

    /// <param name="source">The same object as <paramref name="target"/> when there is one vocabulary for both.</param>
    public TokenizerPair(ITokenizer source, ITokenizer target)
    {
        (Source, Target) = (source, target);
        Hash = IsJoint ? source.Hash : $"{source.Hash}-{target.Hash}";
    }

    public ITokenizer Source { get; }

    public ITokenizer Target { get; }

    /// <summary>One vocabulary serves source and target.</summary>
    public bool IsJoint => ReferenceEquals(Source, Target);

    /// <summary>Entries of the source's own vocabulary; null when it is the target's too.</summary>
    public int? SourceVocabularySize => IsJoint ? null : Source.VocabularySize;

    /// <summary>Equal when and only when two pairs encode alike.</summary>
    public string Hash { get; }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A file is missing or damaged.</exception>
    public static TokenizerPair Load(string folder)
    {
        if (Files(folder).Any(name => name.StartsWith(OfSource, StringComparison.Ordinal)))
            return new(LoadOne(folder, OfSource), LoadOne(folder, OfTarget));
        var joint = LoadOne(folder, "");
        return new(joint, joint);
    }

    /// <summary>Names of the tokenizer files that a folder has, for those who copy them.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [
            .. from prefix in new[] { "", OfSource, OfTarget }
               from name in (string[])[.. BpeFiles.Names, SentencePieceTokenizer.FileName]
               where File.Exists(Path.Combine(folder, prefix + name))
               select prefix + name,
        ];

    /// <summary>Writes the files of both, and removes those of other tokenizers.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in Files(folder)) File.Delete(Path.Combine(folder, name));
        Source.Save(folder, IsJoint ? "" : OfSource);
        if (!IsJoint) Target.Save(folder, OfTarget);
    }

    private static ITokenizer LoadOne(string folder, string prefix)
    {
        var sentencePiece = Path.Combine(folder, prefix + SentencePieceTokenizer.FileName);
        return File.Exists(sentencePiece) ? SentencePieceTokenizer.Load(sentencePiece) : TextTokenizer.Load(folder, prefix);
    }
}
