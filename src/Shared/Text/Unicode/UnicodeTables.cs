using System.Collections.Frozen;
using System.Globalization;

namespace DistTrain.Shared.Text.Unicode;

/// <summary>What <c>normalization.txt</c> beside this file says of single characters, with decompositions carried to their end.</summary>
internal sealed class UnicodeTables
{
    private const string Resource = "unicode.normalization.txt";

    private static readonly Lazy<UnicodeTables> Loaded = new(() => new());

    private readonly FrozenDictionary<int, byte> _classes;
    private readonly FrozenDictionary<int, int[]> _canonical, _compatible;
    private readonly FrozenDictionary<(int, int), int> _composed;

    private UnicodeTables()
    {
        var entries = Read().ToList();
        var mapped = entries.Where(entry => entry.Decomposition.Length > 0).ToDictionary(entry => entry.First);
        _classes = entries.Where(entry => entry.Class > 0)
            .SelectMany(entry => Enumerable.Range(entry.First, entry.Last - entry.First + 1).Select(code => (code, entry.Class)))
            .ToFrozenDictionary(entry => entry.code, entry => entry.Class);
        _canonical = mapped.Values.Where(entry => !entry.IsCompatible)
            .ToFrozenDictionary(entry => entry.First, entry => Full(entry.First, compatible: false));
        _compatible = mapped.Values.ToFrozenDictionary(entry => entry.First, entry => Full(entry.First, compatible: true));
        _composed = mapped.Values.Where(entry => entry is { IsCompatible: false, IsComposed: true })
            .ToFrozenDictionary(entry => (entry.Decomposition[0], entry.Decomposition[1]), entry => entry.First);

        int[] Full(int code, bool compatible) => mapped.TryGetValue(code, out var entry) && (compatible || !entry.IsCompatible)
            ? [.. entry.Decomposition.SelectMany(part => Full(part, compatible))]
            : [code];
    }

    public static UnicodeTables Instance => Loaded.Value;

    /// <summary>Canonical combining class; 0 of what starts a sequence.</summary>
    public byte ClassOf(int code) => _classes.GetValueOrDefault(code);

    /// <summary>What the character is decomposed into; empty when it stays.</summary>
    public ReadOnlySpan<int> Decomposed(int code, bool compatible) => (compatible ? _compatible : _canonical).TryGetValue(code, out var parts)
        ? parts : [];

    /// <summary>The one character that is canonically equal to the two; null when there is none.</summary>
    public int? Composed(int first, int second) => _composed.TryGetValue((first, second), out var code) ? code : null;

    private static IEnumerable<Entry> Read()
    {
        using var reader = new StreamReader(typeof(UnicodeTables).Assembly.GetManifestResourceStream(Resource)!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var columns = line.Split(';');
            var range = columns[0].Split('-');
            yield return new(Hex(range[0]), Hex(range[^1]), columns[1].Length > 0
                ? byte.Parse(columns[1], CultureInfo.InvariantCulture) : (byte)0, columns[2].StartsWith('~'), !columns[2].StartsWith('!'),
                [.. columns[2].TrimStart('~', '!').Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Hex)]);
        }
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Entry(int First, int Last, byte Class, bool IsCompatible, bool IsComposed, int[] Decomposition);
}
