using System.Globalization;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Datasets.Reading.Packing;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>A data set that a phase asks for.</summary>
/// <param name="Use">What the phase does with it, for the log.</param>
/// <param name="Path">As in the job.</param>
/// <param name="Longest">Tokens, without special tokens, that a sequence may have.</param>
internal sealed record DataSet(string Phase, string Use, DataSetKind Kind, string Path, DataSpec Data, int Longest)
{
    /// <summary>The use of what is trained on.</summary>
    public const string Training = "training";

    /// <summary>Name for the log.</summary>
    public string Title => $"Phase '{Phase}', {Use} data '{Path}'";

    /// <summary>The texts of each example, one for each column.</summary>
    public IEnumerable<string[]> Read(string dataRoot, BadRecords bad) => Kind switch
    {
        DataSetKind.Preferences =>
            PreferenceReader.Read(Path, dataRoot, Data, bad).Select(example => new[] { example.Prompt, example.Chosen, example.Rejected }),
        DataSetKind.Translations =>
            TranslationReader.Read(Path, dataRoot, Data, bad)
            .Select(example => (string[])[example.Source, example.Target, .. example.MoreReferences]),
        // Nothing is trained on further references: they need not be there.
        DataSetKind.Pairs =>
            TranslationReader.Read(Path, dataRoot, Data with { Columns = Data.Columns with { References = [] } }, bad, withReferences: false)
            .Select(example => new[] { example.Source, example.Target }),
        _ => throw new InvalidOperationException($"{Title}: nobody reads examples of kind {Kind}."),
    };

    /// <summary>Whether nothing can be learned from an example: a preference between answers that are the same to the model.</summary>
    public bool IsVoid(int[][] row) => Kind == DataSetKind.Preferences && row[1].AsSpan().SequenceEqual(row[2]);

    /// <summary>Whether the data are cleaned: only what is trained on.</summary>
    public bool IsCleaned => Use == Training;

    /// <summary>Whether the sides of an example are compared.</summary>
    public bool HasLengthRatio => IsCleaned && Data.MaxLengthRatio > 0 && Kind == DataSetKind.Pairs;

    /// <summary>Whether of equal examples only the first is kept.</summary>
    public bool RemovesDuplicates => IsCleaned && Data.RemoveDuplicates;

    /// <summary>Whether what is too long is cut rather than left out.</summary>
    public bool IsCut => IsCleaned && Data.TooLong == TooLong.Cut;

    /// <summary>What cleaning depends on.</summary>
    public string Cleaning => IsCleaned
        ? string.Create(CultureInfo.InvariantCulture, $"{Data.MaxLengthRatio} {Data.RemoveDuplicates}{(IsCut ? " cut" : "")}") : "";

    /// <summary>Whether one side has more tokens, for those of the other, than the job allows.</summary>
    public bool IsLopsided(int[][] row) =>
        HasLengthRatio && Math.Max(row[0].Length, row[1].Length) > Data.MaxLengthRatio * Math.Min(row[0].Length, row[1].Length);

    /// <summary>
    /// An example without what does not fit. Prompts lose their end, as sources do when they are translated, and answers do: what is left of both
    /// belongs together.
    /// </summary>
    public int[][] Cut(int[][] row) => [.. row.Select(tokens => tokens.Length > Longest ? tokens[..Longest] : tokens)];

    /// <summary>Whether no sequence of an example has more tokens; of what is translated the source alone counts.</summary>
    public bool Fits(int[][] row, int tokens) =>
        row.Take(Kind == DataSetKind.Translations ? 1 : row.Length).All(sequence => sequence.Length <= tokens);

    /// <summary>The files that it lies in; none when it is generated.</summary>
    public IReadOnlyList<string> Files(string dataRoot) =>
        (Kind == DataSetKind.Preferences
            ? DataPath.ParsePreferences(Path, dataRoot) : DataPath.Parse(Path, dataRoot, Data.Source, Data.Target)).Files;

    /// <summary>Adds to a key all that the example texts depend on.</summary>
    public void AddTo(PreparationKey key, string dataRoot)
    {
        key.Add(Kind.ToString()).Add(Data.Source).Add(Data.Target).Add(Data.TolerateBadRecords).Add(Data.RemoveEmpty.ToString())
            .Add(string.Join('\n', Data.Columns.All));
        var files = Files(dataRoot);
        // The same bytes are other texts as a table and as lines of JSON.
        foreach (var file in files) key.Add(System.IO.Path.GetExtension(PackedFile.Plain(file)).ToLowerInvariant()).AddFile(file);
        if (files.Count > 0) return;
        foreach (var text in Read(dataRoot, new BadRecords(0)).SelectMany(texts => texts)) key.Add(text);
    }
}
