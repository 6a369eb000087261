namespace DistTrain.Shared.Datasets.Reading.Files;

/// <summary>Reads a file with a record on each line.</summary>
internal static class Records
{
    /// <summary>The records of a file without the bad ones, which are reported.</summary>
    /// <param name="parse">Null for a line that holds no record.</param>
    public static IEnumerable<T> Read<T>(string file, BadRecords bad, Func<string, T?> parse)
        where T : class
    {
        foreach (var line in TextLines.Read(file))
            if (Parse(file, line.Number, bad, () => parse(line.Text)) is { } record) yield return record;
    }

    /// <summary>What <paramref name="parse"/> makes of a line; null, and a report, when it cannot.</summary>
    public static T? Parse<T>(string file, long line, BadRecords bad, Func<T?> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (BadRecordException problem)
        {
            bad.Report(file, line, problem);
            return null;
        }
    }

    /// <summary><paramref name="text"/>, unless there is nothing in it.</summary>
    /// <param name="name">What the text is called in the reason.</param>
    public static string NotEmpty(string text, string name) =>
        string.IsNullOrWhiteSpace(text) ? throw new BadRecordException($"The {name} is empty.", isEmpty: true) : text;
}
