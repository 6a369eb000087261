using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

public class UnspacedTextTests
{
    private const string Thai = "แมวชอบบ้าน", Tibetan = "བྱི་ལ་ཁང་པ་ལ་དགའ།", Japanese = "猫はその家が好きです。", Chinese = "猫喜欢那座房子。";

    [Theory]
    [InlineData(Chinese, UnspacedScripts.Chinese, "zh, char or flores200")]
    [InlineData("猫", UnspacedScripts.Chinese, "zh, char or flores200")]
    [InlineData(Japanese, UnspacedScripts.Japanese, "ja-mecab, char or flores200")]
    [InlineData(Thai, UnspacedScripts.SoutheastAsian, "char or flores200")]
    [InlineData("ແມວມັກເຮືອນ", UnspacedScripts.SoutheastAsian, "char or flores200")]
    [InlineData("ឆ្មាចូលចិត្តផ្ទះ", UnspacedScripts.SoutheastAsian, "char or flores200")]
    [InlineData("ကြောင်သည်အိမ်ကိုကြိုက်တယ်။", UnspacedScripts.SoutheastAsian, "char or flores200")]
    [InlineData(Tibetan, UnspacedScripts.Tibetan, "char or flores200")]
    [InlineData("猫 like", UnspacedScripts.None, null)]
    [InlineData("the cat 猫", UnspacedScripts.None, null)]
    [InlineData("고양이는 집을 좋아한다", UnspacedScripts.None, null)]
    [InlineData("12 !", UnspacedScripts.None, null)]
    [InlineData("", UnspacedScripts.None, null)]
    public void Warning_MostLettersOfAScriptWithoutSpaces_NamesWhatFits(string text, UnspacedScripts script, string? expected)
    {
        Assert.Equal(script, UnspacedText.Script([text]));
        foreach (var tokenizer in BleuTokenizer.BuiltIn)
        {
            var warning = UnspacedText.Warning(tokenizer, [text]);
            if (expected is null || tokenizer.Parts.HasFlag(script)) Assert.Null(warning);
            else Assert.EndsWith($"Choose the tokenization {expected}.", warning, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("猫 喜欢 那 座 房子 。")]
    [InlineData("แมว ชอบ บ้าน ของ เรา")]
    public void Warning_WordsWithSpacesBetweenThem_None(string text)
    {
        foreach (var tokenizer in BleuTokenizer.BuiltIn) Assert.Null(UnspacedText.Warning(tokenizer, [text, text]));
    }

    [Fact]
    public void Warning_SpacesBetweenClausesOnly_IsOfTextWithoutSpaces() =>
        Assert.NotNull(UnspacedText.Warning(BleuTokenizer.None, [$"{Thai}{Thai} {Thai}{Thai}", $" {Chinese} {Chinese} "]));

    // The rule says of each tokenization what it parts: this counts the words that it makes.
    [Theory]
    [InlineData(Chinese, UnspacedScripts.Chinese)]
    [InlineData(Thai, UnspacedScripts.SoutheastAsian)]
    [InlineData(Tibetan, UnspacedScripts.Tibetan)]
    public void Parts_EveryTokenizer_IsWhatItsWordsAre(string text, UnspacedScripts script)
    {
        foreach (var tokenizer in BleuTokenizer.BuiltIn)
            Assert.Equal(tokenizer.Parts.HasFlag(script), tokenizer.Words(text, lowercase: false).Length > 2);
    }

    [Fact]
    public void Warning_WithTheNamesThatAreKnown_NamesNoOther()
    {
        var warning = UnspacedText.Warning(BleuTokenizer.None, [Chinese], BleuTokenizer.Names);
        Assert.EndsWith("Choose the tokenization zh or char.", warning, StringComparison.Ordinal);
        warning = UnspacedText.Warning(BleuTokenizer.Chinese, [Japanese], BleuTokenizer.Names);
        Assert.Contains("the tokenization zh takes kana that stand together for one word", warning, StringComparison.Ordinal);
        Assert.EndsWith("Choose the tokenization char.", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnspacedScripts.Chinese, "zh|zh-CN|zh_TW|zho_Hans|yue|chinese|Chinese (Simplified)|Traditional Chinese")]
    [InlineData(UnspacedScripts.Japanese, "JA|ja_JP|jpn|Japanese")]
    [InlineData(UnspacedScripts.SoutheastAsian, "tha|th-TH|km|khm_Khmr|lo|Lao|my|Burmese|THAI|khmer")]
    [InlineData(UnspacedScripts.Tibetan, "bo|bod_Tibt|Tibetan")]
    [InlineData(UnspacedScripts.None, "de|target|ms-MY|en-TH|ko||--")]
    public void Script_OfALanguage_IsKnownByCodeAndName(UnspacedScripts script, string languages)
    {
        Assert.All(languages.Split('|'), language => Assert.Equal(script, UnspacedLanguages.Script(language)));
        Assert.Equal(UnspacedScripts.None, UnspacedLanguages.Script(null));
    }
}
