namespace DistTrain.Shared.Text.Words;

/// <summary>
/// A printable letter for each of the 256 bytes, as in GPT-2 (Radford et al. 2019): bytes that print in Latin-1 stand for themselves,
/// the others for the letters from U+0100 on. So any text is a word over 256 letters, and vocabulary files stay readable.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] LetterOfByte = Build();
    private static readonly Dictionary<char, byte> ByteOfLetter = LetterOfByte.Select((letter, value) => (letter, value))
        .ToDictionary(pair => pair.letter, pair => (byte)pair.value);

    public static char Letter(byte value) => LetterOfByte[value];

    /// <exception cref="KeyNotFoundException">The letter is not of the alphabet.</exception>
    public static byte Byte(char letter) => ByteOfLetter[letter];

    /// <summary>The text is one letter of the alphabet.</summary>
    public static bool IsLetter(string text) => text.Length == 1 && ByteOfLetter.ContainsKey(text[0]);

    private static char[] Build()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
            letters[value] = value is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff) ? (char)value : (char)next++;
        return letters;
    }
}
