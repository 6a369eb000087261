using System.Text.Json;
using DistTrain.Shared.Text;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Text;

/// <summary>
/// Models that spm_train (SentencePiece 0.1.97) made of a few hundred sentences of ours, and beside each, in a file of JSON lines, what
/// spm_encode and spm_decode make of some texts: of spaces and full-width letters, of unknown text, of texts that look like tokens.
/// </summary>
public sealed class SentencePieceTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private sealed record Golden(string Text, int[] Ids, string Decoded);

    /// <summary>Name, size, and how many control tokens follow the unknown token, which is the first.</summary>
    public static TheoryData<string, int, int> Models { get; } = new()
    {
        { "unigram", 120, 2 },
        { "bpe", 150, 3 },
        // Characters replaced by rules, a text that is always one piece, and a control token of its own.
        { "rules-unigram", 130, 4 },
        // The same rules; unknown text in bytes.
        { "bytes-bpe", 420, 2 },
        // Spaces behind words and all of them kept; unknown text in bytes.
        { "suffix-unigram", 380, 2 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Encode_GivesTheIdsOfSentencePieceBehindOurSpecialTokens(string name, int size, int controls)
    {
        var tokenizer = SentencePieceTokenizer.Load(Model(name));

        Assert.Equal(size - controls + SpecialTokens.Count, tokenizer.VocabularySize);
        Assert.All(GoldenOf(name), golden => Assert.Equal(golden.Ids.Select(id => Ours(id, controls)), tokenizer.Encode(golden.Text)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Decode_GivesTheTextThatSentencePieceGives(string name, int size, int controls)
    {
        var tokenizer = SentencePieceTokenizer.Load(Model(name));

        Assert.Equal(size, tokenizer.VocabularySize + controls - SpecialTokens.Count);
        Assert.All(GoldenOf(name),
            golden =>
                Assert.Equal(golden.Decoded,
                    tokenizer.Decode([SpecialTokens.Bos, .. golden.Ids.Select(id => Ours(id, controls)), SpecialTokens.Eos, SpecialTokens.Pad])));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Pieces_AreThoseOfTheIdsAndUnknownTextAsItStands(string name, int size, int controls)
    {
        var tokenizer = SentencePieceTokenizer.Load(Model(name));
        var unknown = SpecialTokens.Count;
        Assert.Equal(unknown, tokenizer.Unknown);

        Assert.Equal(size, tokenizer.VocabularySize + controls - SpecialTokens.Count);
        Assert.All(GoldenOf(name), golden =>
        {
            var (ids, pieces) = (tokenizer.Encode(golden.Text), tokenizer.Pieces(golden.Text));
            Assert.Equal(ids.Length, pieces.Count);
            Assert.All(ids.Zip(pieces).Where(pair => pair.First != unknown && !pair.Second.StartsWith("<0x", StringComparison.Ordinal)), pair =>
                Assert.Equal(tokenizer.Piece(pair.First), pair.Second.Replace('\u2581', ' ')));
        });
    }

    [Fact]
    public void Pieces_UnknownCharactersInARow_AreOnePiece()
    {
        Assert.Equal(["\u2581the", "\u2581", "\u91ce\u91cf"], SentencePieceTokenizer.Load(Model("bpe")).Pieces("the \u91ce\u91cf"));
        Assert.Equal(["\u2581", "<0xE9>", "<0x87>", "<0x8E>", "<0x31>"], SentencePieceTokenizer.Load(Model("bytes-bpe")).Pieces("\u91ce1"));
    }

    [Fact]
    public void Encode_UnpairedSurrogates_AreReplaced()
    {
        var tokenizer = SentencePieceTokenizer.Load(Model("bytes-bpe"));
        Assert.Equal("a\ufffdb", tokenizer.Decode(tokenizer.Encode("a\ud83db")));
    }

    [Fact]
    public void Piece_ShowsTheTextOfAToken()
    {
        var tokenizer = SentencePieceTokenizer.Load(Model("bpe"));
        Assert.Equal([" the", " sm", "all", " bi", "rd"], tokenizer.Encode("the small bird").Select(tokenizer.Piece));
        Assert.Equal("</s>", tokenizer.Piece(SpecialTokens.Eos));
        var bytes = SentencePieceTokenizer.Load(Model("bytes-bpe"));
        Assert.Equal([" ", "<e9>", "<87>", "<8e>", "1"], bytes.Encode("\u91ce1").Select(bytes.Piece));
    }

    [Theory]
    [InlineData("", "exactly one piece")]
    [InlineData("this is no model", "")]
    [InlineData("12060a013a18021204180312010000", "not a SentencePiece model")]
    [InlineData("0a050a0161180212021803", "whole words")]
    [InlineData("0a050a016118021203980201", "of the 256")]
    [InlineData("0a050a016118021a0412020100", "cut off")]
    public void Load_OfAnotherFile_SaysWhichAndWhatToGive(string content, string reason)
    {
        var path = Path.Combine(_folder.Path, "not.model");
        File.WriteAllBytes(path, content.All(char.IsAsciiHexDigit) ? Convert.FromHexString(content) : System.Text.Encoding.UTF8.GetBytes(content));

        var error = Assert.Throws<InvalidDataException>(() => SentencePieceTokenizer.Load(path)).Message;

        Assert.All([path, reason, "spm_train"], part => Assert.Contains(part, error, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_OfATruncatedModel_SaysWhichAndWhatToGive()
    {
        var path = Path.Combine(_folder.Path, "cut.model");
        var whole = File.ReadAllBytes(Model("rules-unigram"));
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => SentencePieceTokenizer.Load(path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    internal static string Model(string name) => In($"{name}.model");

    private static IEnumerable<Golden> GoldenOf(string name) =>
        File.ReadLines(In($"{name}.jsonl")).Select(line => JsonSerializer.Deserialize<Golden>(line, JsonSerializerOptions.Web)!);

    private static string In(string name) => Path.Combine(AppContext.BaseDirectory, "Text", "SentencePiece", name);

    private static int Ours(int id, int controls) => SpecialTokens.Count + Math.Max(0, id - controls);
}
