namespace DistTrain.Shared.Text;

/// <summary>How a byte-level BPE is trained, beside the size of its vocabulary.</summary>
public sealed record BpeOptions
{
    /// <summary>
    /// Entries of a vocabulary from which on a job's tokenizer has all 256 bytes, whatever the text. They would be most of a smaller one.
    /// </summary>
    public const int AllBytesFrom = 400;

    /// <summary>What merges stay within. Default: words that keep their combining marks.</summary>
    public WordPattern Words { get; init; } = WordPattern.Marks;

    /// <summary>What becomes of text first, when training and whenever the model encodes. Default: none.</summary>
    public Normalization Normalization { get; init; }

    /// <summary>Takes fewer entries when the text has no merges for more. Default: false, which refuses such a text.</summary>
    public bool IsSoft { get; init; }

    /// <summary>Leaves out bytes that do not occur, as many as the text has merges for; an <c>&lt;unk&gt;</c> then stands for them. Default: false.</summary>
    public bool LeavesOutBytes { get; init; }

    /// <summary>Options of a job's tokenizer.</summary>
    public static BpeOptions ForVocabulary(int size) => new() { LeavesOutBytes = size < AllBytesFrom };
}
