using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Text;

/// <summary>How a byte-level BPE is trained, beside the size of its vocabulary.</summary>
public sealed record BpeOptions
{
    /// <summary>
    /// Entries of a vocabulary from which on it has all 256 bytes, whatever the text, unless <see cref="LeavesOutBytes"/> says otherwise: they would
    /// be more than an eighth of a smaller one.
    /// </summary>
    public const int AllBytesFrom = 2048;

    /// <summary>What merges stay within. Default: words that keep their combining marks.</summary>
    public WordPattern Words { get; init; } = WordPattern.Marks;

    /// <summary>What becomes of text first, when training and whenever the model encodes. Default: none.</summary>
    public Normalization Normalization { get; init; }

    /// <summary>Takes fewer entries when the text has no merges for more. Default: false, which refuses such a text.</summary>
    public bool IsSoft { get; init; }

    /// <summary>Leaves out bytes that do not occur, as many as the text has merges for; an <c>&lt;unk&gt;</c> then stands for them.</summary>
    /// <value>Default: null, which leaves them out of a vocabulary of fewer than <see cref="AllBytesFrom"/> entries.</value>
    public bool? LeavesOutBytes { get; init; }

    /// <summary>The most characters that a token has, the space before a word counted; merges that would make a longer one are not made.</summary>
    /// <value>
    /// Default: 64, more than the words of any language have, so that the limit is of junk alone: of a run of a million equal letters, tokens of
    /// 2, 4, ... 524,288 letters would take places and memory and be of use nowhere else.
    /// </value>
    public int LongestToken { get; init; } = 64;

    /// <summary>Whether bytes are left out of a vocabulary of so many entries.</summary>
    internal bool LeaveOutBytes(int vocabularySize) => LeavesOutBytes ?? vocabularySize < AllBytesFrom;
}
