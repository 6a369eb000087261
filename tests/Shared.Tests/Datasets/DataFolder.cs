using System.IO.Compression;
using System.Text;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Jobs;
using ZstdSharp;

namespace DistTrain.Shared.Tests.Datasets;

/// <summary>A folder with data files, deleted at the end of the test.</summary>
public sealed class DataFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("disttrain-data-").FullName;

    public static DataSpec EnglishGerman { get; } = new() { Source = "en", Target = "de" };

    /// <summary>Writes a file, packed when its name ends in .gz or .zst, and returns its full path.</summary>
    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        using Stream file = File.Create(path);
        using var stream = Path.GetExtension(name) switch { ".gz" => new GZipStream(file, CompressionLevel.Fastest), ".zst" =>
            new CompressionStream(file), _ => file };
        stream.Write(bytes);
        return path;
    }

    public List<TranslationExample> Translations(string path, BadRecords? bad = null) =>
        [.. TranslationReader.Read(path, Root, EnglishGerman, bad ?? new BadRecords(0))];

    public List<PreferenceExample> Preferences(string path, BadRecords? bad = null) =>
        [.. PreferenceReader.Read(path, Root, EnglishGerman, bad ?? new BadRecords(0))];

    /// <summary>The texts of each example, with the columns that are chosen.</summary>
    public List<string> Texts(string path, ColumnsSpec columns, BadRecords? bad = null) =>
        [.. TranslationReader.Read(path, Root, EnglishGerman with { Columns = columns }, bad ?? new BadRecords(0))
            .Select(example => string.Join('|', [example.Source, example.Target, .. example.MoreReferences]))];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
