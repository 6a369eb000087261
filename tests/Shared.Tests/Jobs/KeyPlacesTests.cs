using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Phases;
using DistTrain.TestSupport;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>A key is declared in one place, and told in another: its property, and the guide.</summary>
public class KeyPlacesTests
{
    /// <summary>All keys, with the part of the guide that has their table.</summary>
    private static List<(string Part, Key Key, object Record)> Keys { get; } =
    [
        .. Of("# The job file", new JobSpec()), .. Of("## start", new StartSpec()), .. Of("## model", new ModelSpec()),
        .. Of("## tokenizer", new TokenizerSpec()), .. Of("## resources", new ResourcesSpec()), .. Of("## checkpoints", new CheckpointsSpec()),
        .. PhaseTypes.All.SelectMany(type => Of("## phases[]", type.Defaults)), .. Of("### phases[].data", new DataSpec()),
        .. Of("### phases[].optimizer", new OptimizerSpec()), .. Of("### phases[].validate", new ValidateSpec()),
    ];

    [Fact]
    public void Name_OfAKey_StandsInOneDeclarationAtMost()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "src", "Shared", "Jobs"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: Path.GetFileName(file), Text: File.ReadAllText(file))).ToList();
        Assert.NotEmpty(sources);
        Assert.Empty(
            from name in Keys.Select(each => each.Key.Name).Concat(Of("", new ColumnsSpec()).Select(each => each.Key.Name)).Distinct()
            let places = sources.SelectMany(source => Regex.Matches(source.Text, $"\"{name}\"").Select(_ => source.File)).ToList()
            where places.Count > 1
            select $"{name}: {string.Join(", ", places)}");
    }

    [Fact]
    public void EveryProperty_ThatAJobFileGives_IsAKey() => Assert.Empty(
        from record in Keys.Select(each => each.Record).Append(new ColumnsSpec()).DistinctBy(record => record.GetType())
        from property in record.GetType().GetProperties()
        where property.SetMethod is { IsPublic: true } && KeyGroup.Of(record.GetType()).All.All(key => key.Property != property.Name)
        select $"{record.GetType().Name}.{property.Name}");

    [Fact]
    public void Guide_OfEveryKey_HasItInTheTableOfItsGroup() =>
        Assert.Empty(from each in Keys where Row(each.Part, each.Key.Name) is null select $"{each.Part}: {each.Key.Name}");

    [Fact]
    public void Guide_OfEveryKeyWithADefault_TellsIt() => Assert.Empty(
        from each in Keys
        let told = Row(each.Part, each.Key.Name)
        let value = each.Key.Of(each.Record)
        // Presets have a column each, and what has no value has no default.
        where told is { Default: not null } && each.Key.Form is not (KeyForm.Group or KeyForm.Groups or KeyForm.Texts) && each.Key.IsGiven
            && value is not (null or "") && !told.Value.Default!.Contains(Written(value), StringComparison.Ordinal)
        select $"{each.Part}: {each.Key.Name} is {Written(value)}, but the guide says {told.Value.Default}");

    private static IEnumerable<(string Part, Key Key, object Record)> Of(string part, object record) =>
        KeyGroup.Of(record.GetType()).All.Select(key => (part, key, record));

    private static string Written(object value) => value switch
    {
        string text => text,
        Enum word => Key.Word(word),
        bool flag => flag ? "true" : "false",
        1e-9 => "1e-9",
        _ => JsonValue.Create(value)!.ToString(),
    };

    /// <summary>The row of a key; of several keys in one row, the default with the key's number among them.</summary>
    private static (string? Default, string Row)? Row(string part, string key)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "guide", "jobs.md"));
        var own = lines.SkipWhile(line => line != part).Skip(1).TakeWhile(line => !line.StartsWith('#')).ToList();
        foreach (var line in own.Where(line => line.StartsWith('|')))
        {
            var cells = line.Trim('|').Split('|').Select(cell => cell.Trim()).ToList();
            var names = cells[0].Split(", ").Select(name => Regex.Match(name, "`([^`]+)`").Groups[1].Value).ToList();
            if (!names.Contains(key)) continue;
            var isPreset = cells.Count > 3;
            var defaults = cells[1].Split(", ");
            return (isPreset ? null : defaults.Length == names.Count ? defaults[names.IndexOf(key)] : cells[1], line);
        }
        return null;
    }
}
