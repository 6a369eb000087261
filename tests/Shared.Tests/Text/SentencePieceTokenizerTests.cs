using DistTrain.Shared.Text;

namespace DistTrain.Shared.Tests.Text;

/// <summary>
/// Two models that spm_train (SentencePiece 0.1.97) made of a few hundred sentences of ours, without normalisation, and what spm_encode gives
/// for four lines. The bpe model has a padding token of its own, as the fourth.
/// </summary>
public class SentencePieceTokenizerTests
{
    private static readonly string[] Lines = ["the small bird sees a cup of tea.", "我的朋友喜欢新歌。", "the dog paints your house", "x 猫"];

    public static TheoryData<string, int, int[][]> Models { get; } = new()
    {
        {
            "unigram", 120,
            [[10, 4, 36, 23, 12, 16, 16, 3, 46, 14, 5, 8, 39, 4, 6, 13, 63, 19, 24, 37, 44, 30, 7], [93, 59, 53, 9], [10, 4, 3, 8, 15, 21, 3, 24, 12, 38, 11, 6, 3, 27, 17, 5, 3, 20, 17, 65], [3, 0, 3, 105]]
        },
        {
            "bpe", 150,
            [[6, 87, 71, 83, 44, 9, 75, 8, 12, 46, 85, 28, 99], [24, 105, 64, 58, 63, 102], [6, 88, 74, 48, 70, 20, 50, 14, 47, 7, 45], [88, 0, 53]]
        },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Encode_GivesTheIdsOfSentencePieceBehindOurSpecialTokens(string name, int size, int[][] ids)
    {
        var tokenizer = SentencePieceTokenizer.Load(File(name));
        // SentencePiece begins with unknown, begin and end; only the first has a place of its own here.
        var controls = name == "bpe" ? 3 : 2;
        Assert.Equal(size - controls + SpecialTokens.Count, tokenizer.VocabularySize);
        foreach (var (line, theirs) in Lines.Zip(ids))
            Assert.Equal(theirs.Select(id => id == 0 ? SpecialTokens.Count : id - controls + SpecialTokens.Count), tokenizer.Encode(line));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Decode_OfAnEncoding_GivesTheLineBackWhenEveryCharacterIsKnown(string name, int size, int[][] ids)
    {
        _ = (size, ids);
        var tokenizer = SentencePieceTokenizer.Load(File(name));
        foreach (var line in Lines[..3]) Assert.Equal(line, tokenizer.Decode([SpecialTokens.Bos, .. tokenizer.Encode(line), SpecialTokens.Eos, SpecialTokens.Pad]));
    }

    [Fact]
    public void Piece_ShowsTheTextOfAToken()
    {
        var tokenizer = SentencePieceTokenizer.Load(File("bpe"));
        Assert.Equal([" the", " sm", "all", " bi", "rd"], tokenizer.Encode("the small bird").Select(tokenizer.Piece));
        Assert.Equal("</s>", tokenizer.Piece(SpecialTokens.Eos));
    }

    [Fact]
    public void Load_OfAnotherFile_SaysWhichAndWhatToGive()
    {
        using var folder = new TestSupport.Processes.TemporaryFolder();
        var path = Path.Combine(folder.Path, "not.model");
        System.IO.File.WriteAllText(path, "this is no model");
        var error = Assert.Throws<InvalidDataException>(() => SentencePieceTokenizer.Load(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("spm_train", error.Message, StringComparison.Ordinal);
    }

    internal static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Text", "SentencePiece", $"{name}.model");
}
