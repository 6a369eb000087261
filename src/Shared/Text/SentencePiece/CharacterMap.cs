using System.Buffers.Binary;

namespace DistTrain.Shared.Text.SentencePiece;

/// <summary>
/// Which sequences of characters become which when text is normalised: a trie over UTF-8 bytes as the double array of the Darts-clone
/// library, whose leaves tell where in the texts behind it the replacement is.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly byte[] _texts;

    private CharacterMap(uint[] units, byte[] texts) => (_units, _texts) = (units, texts);

    /// <returns>Null for an empty map.</returns>
    /// <exception cref="InvalidDataException">It is cut off.</exception>
    public static CharacterMap? Parse(ReadOnlySpan<byte> map)
    {
        if (map.Length == 0) return null;
        var length = map.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (length < sizeof(uint) || length > map.Length - sizeof(uint)) throw new InvalidDataException("Its map of characters is cut off.");
        var units = new uint[length / sizeof(uint)];
        for (var i = 0; i < units.Length; i++) units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map[((i + 1) * sizeof(uint))..]);
        // The last text ends, whatever the file says.
        return new(units, [.. map[(sizeof(uint) + (int)length)..], 0]);
    }

    /// <summary>What the longest sequence at the text's beginning becomes that has an entry.</summary>
    /// <param name="length">Bytes of that sequence.</param>
    /// <returns>False when there is none.</returns>
    public bool TryReplace(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement, out int length)
    {
        replacement = default;
        length = 0;
        var node = Child(0, _units[0]);
        for (var i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            // A damaged map leads outside of itself: there it has no entry.
            if (node >= _units.Length) break;
            var unit = _units[node];
            // Only a leaf has the highest bit, and no byte is its label.
            if ((unit & 0x8000_00ff) != text[i]) break;
            node = Child(node, unit);
            if ((unit & 0x100) == 0) continue;
            if (node >= _units.Length || (_units[node] & 0x7fff_ffff) >= _texts.Length) break;
            var texts = _texts.AsSpan((int)(_units[node] & 0x7fff_ffff));
            replacement = texts[..texts.IndexOf((byte)0)];
            length = i + 1;
        }
        return length > 0;
    }

    private static uint Child(uint node, uint unit) => node ^ ((unit >> 10) << (int)((unit & 0x200) >> 6));
}
