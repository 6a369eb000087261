using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

public class UnspacedTextTests
{
    [Theory]
    [InlineData("猫喜欢那座房子。", "zh, char or flores200")]
    [InlineData("猫はその家が好きです。", "ja-mecab, char or flores200")]
    [InlineData("แมวชอบบ้าน", "char or flores200")]
    [InlineData("ແມວມັກເຮືອນ", "char or flores200")]
    [InlineData("猫 like", null)]
    [InlineData("the cat 猫", null)]
    [InlineData("고양이는 집을 좋아한다", null)]
    [InlineData("12 !", null)]
    [InlineData("", null)]
    public void Warning_MostLettersOfAScriptWithoutSpaces_NamesWhatFits(string text, string? expected)
    {
        foreach (var tokenizer in new[] { BleuTokenizer.Mteval13a, BleuTokenizer.International })
            Assert.Equal(expected is null ? null : $"Choose the tokenization {expected}.", UnspacedText.Warning(tokenizer, [text])?[^$"Choose the tokenization {expected}.".Length..]);
        foreach (var tokenizer in new[] { BleuTokenizer.Chinese, BleuTokenizer.Character, BleuTokenizer.None }) Assert.Null(UnspacedText.Warning(tokenizer, [text]));
    }

    [Theory]
    [InlineData("zh", "zh")]
    [InlineData("zh-CN", "zh")]
    [InlineData("zho_Hans", "zh")]
    [InlineData("JA", "ja-mecab")]
    [InlineData("tha", "char")]
    [InlineData("de", null)]
    [InlineData("target", null)]
    [InlineData(null, null)]
    public void RemediesOfLanguage_Code_IsKnown(string? code, string? first) => Assert.Equal(first, UnspacedText.RemediesOfLanguage(code)?[0]);
}
