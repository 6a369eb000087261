using CsCheck;

namespace DistTrain.Shared.Tests.Text;

/// <summary>Texts to train on and to encode.</summary>
internal static class Texts
{
    public static readonly string[] Corpus =
    [
        "the cat and the other cat sat there", "aaaa aaa aaaaaa banana bananas", "the weather is there, isn't it?", "您好 您好吗 我们好", "12 1212 12,12",
        "\U0001F600\U0001F600 the \U0001F600",
    ];

    /// <summary>Well-formed text of any kind, often of the letters that the corpus has.</summary>
    public static readonly Gen<string> Any = Gen.OneOf(
        Gen.OneOf(Corpus),
        Gen.OneOf("<s>", "</s>", "<pad>", " ", "  ", "\n", "\r\n", "\t", "\u0000", "\u0001\u007f\u0085\u00a0\u2028\ufeff", "e\u0301",
            "\u0928\u092e\u0938\u094d", "\u200c\u200d", "\u2764\ufe0f", "'s", "\U0001F468\u200d\U0001F469", "\U00020BB7\u91ce \U0001D400\U0001D7CF"),
        Gen.String[Gen.Char["abehnst 12'.,\n"], 0, 20], Gen.String[Gen.Char['\u4e00', '\u9fff'], 0, 10],
        Gen.String[Gen.Char['\u0000', '\ud7ff'], 0, 20]).Array[0, 5].Select(string.Concat);
}
