using DistTrain.Cli.Terminal;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Jobs;

namespace DistTrain.Cli.Text;

/// <summary>Sentences to translate, with what is expected.</summary>
/// <param name="References">For each reference of a sentence a list of all sentences' texts; null is no reference.</param>
/// <param name="Place">Names a sentence by its index, to begin a message.</param>
internal sealed record HeldOutTranslations(IReadOnlyList<string> Sources, IReadOnlyList<IReadOnlyList<string?>> References, Func<int, string> Place)
{
    /// <summary>Of text files that belong together line by line.</summary>
    /// <exception cref="UsageException">The files do not have the same number of lines, or none.</exception>
    /// <exception cref="DataFormatException">A file is not UTF-8 text.</exception>
    public static HeldOutTranslations OfFiles(FileInfo source, IReadOnlyList<FileInfo> references)
    {
        var lines = ParallelLines.Read([source, .. references]);
        return new(lines[0], [.. lines.Skip(1)], index => $"Line {index + 1} of '{source}'");
    }

    /// <summary>Of a data set as a job names it.</summary>
    /// <param name="dataRoot">Where relative paths start.</param>
    /// <param name="note">Told what columns were taken for what.</param>
    /// <exception cref="UsageException">The set has no translations.</exception>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="DataFormatException">A record is bad, or the file as a whole cannot be used.</exception>
    public static HeldOutTranslations OfSet(string set, string dataRoot, DataSpec data, Action<string> note)
    {
        var bad = new BadRecords(tolerated: 0, "Correct or remove the record, or tell with --languages or --columns how the set names its texts.");
        var examples = TranslationReader.Read(set, dataRoot, data, bad).ToList();
        foreach (var sentence in bad.Notes) note(sentence);
        if (examples.Count == 0) throw new UsageException($"'{set}' is empty, so there is nothing to translate. Give a set with translations.");
        var more = Enumerable.Range(0, examples.Max(example => example.MoreReferences.Count))
            .Select(reference => (IReadOnlyList<string?>)[.. examples.Select(example => example.MoreReferences.ElementAtOrDefault(reference))]);
        return new([.. examples.Select(example => example.Source)], [[.. examples.Select(example => example.Target)], .. more],
            index => $"Example {index + 1} of '{set}'");
    }
}
