namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>
/// The whole numbers and the structures of a structure in Thrift's compact protocol, by the ids of their fields. Fields of other types are passed
/// over.
/// </summary>
internal sealed class CompactFields
{
    /// <summary>Structures within structures: a page's header has three. A forged one could have any number.</summary>
    private const int Deepest = 8;

    private readonly Dictionary<int, long> _numbers = [];
    private readonly Dictionary<int, CompactFields> _structures = [];

    /// <summary>The number of a field; truth is 1.</summary>
    /// <exception cref="KeyNotFoundException">The field is not there, and there is no default.</exception>
    public int Number(int field, int? otherwise = null) => _numbers.TryGetValue(field, out var number)
        ? checked((int)number) : otherwise ?? throw new KeyNotFoundException($"A page's header has no field {field}.");

    public CompactFields? Structure(int field) => _structures.GetValueOrDefault(field);

    /// <param name="at">The structure's first byte; then the byte behind it.</param>
    /// <exception cref="IndexOutOfRangeException">It is longer than the bytes.</exception>
    /// <exception cref="InvalidDataException">It holds structures within structures without end.</exception>
    public static CompactFields Read(ReadOnlySpan<byte> bytes, ref int at, int depth = 0)
    {
        if (depth > Deepest) throw new InvalidDataException("A page's header is nested too deep.");
        var fields = new CompactFields();
        for (var id = 0; bytes[at] != 0;)
        {
            var (delta, type) = (bytes[at] >> 4, bytes[at] & 15);
            at++;
            id = delta > 0 ? id + delta : (int)Signed(bytes, ref at);
            if (type is 1 or 2) fields._numbers[id] = 2 - type;
            else if (type == 12) fields._structures[id] = Read(bytes, ref at, depth + 1);
            else if (type is 4 or 5 or 6) fields._numbers[id] = Signed(bytes, ref at);
            else Skip(bytes, type, ref at);
        }
        at++;
        return fields;
    }

    /// <summary>A number of seven bits a byte, the lowest first.</summary>
    public static long Unsigned(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = 0L;
        for (var shift = 0; ; shift += 7)
        {
            number |= (long)(bytes[at] & 127) << shift;
            if (bytes[at++] < 128) return number;
        }
    }

    private static long Signed(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = (ulong)Unsigned(bytes, ref at);
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    private static void Skip(ReadOnlySpan<byte> bytes, int type, ref int at)
    {
        var length = type switch
        {
            3 => 1,
            7 => 8,
            8 => Unsigned(bytes, ref at),
            _ => throw new NotSupportedException($"A page's header has a field of type {type}."),
        };
        if (length < 0 || length > bytes.Length - at) throw new InvalidDataException("A page's header is cut off.");
        at += (int)length;
    }
}
