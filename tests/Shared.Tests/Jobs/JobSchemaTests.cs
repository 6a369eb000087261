using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Phases;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Jobs.Schema;
using DistTrain.TestSupport;
using YamlDotNet.RepresentationModel;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>The schema and the reader say the same: of keys, of types, of ranges.</summary>
public partial class JobSchemaTests
{
    private const string NoSuchKey = "xxxxxxxxxxxxxxxxxxxxxxxx";

    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "jobs");
    private static readonly JsonObject Schema = JsonNode.Parse(JobSchema.ToJson())!.AsObject();

    public static TheoryData<string> Files => [.. ShippedJobs.Names];

    public static TheoryData<string> Values => [.. Leaves(Job()).Select(leaf => leaf.Path)];

    [Fact]
    public void CommittedSchema_IsWhatTheProgramPrints() =>
        Assert.Equal(JobSchema.ToJson(), File.ReadAllText(Path.Combine(Folder, "job.schema.json")));

    [Theory]
    [MemberData(nameof(Files))]
    public void ShippedJob_NamesTheSchemaAndIsValid(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        Assert.Matches("""^(# yaml-language-server: \$schema=job\.schema\.json\n|\{\s*"\$schema": "job\.schema\.json",)""", text);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        Assert.True(JsonSchemaCheck.IsValid(Schema, Json(yaml.Documents[0].RootNode)));
    }

    [Fact]
    public void AnyJob_IsValidUnderBoth() => SomeJob.Any.Sample(job => JsonSchemaCheck.IsValid(Schema, JsonNode.Parse(JobSpecWriter.ToJson(job))));

    [Theory]
    [InlineData("")]
    [InlineData("start")]
    [InlineData("model")]
    [InlineData("tokenizer")]
    [InlineData("resources")]
    [InlineData("checkpoints")]
    [InlineData("phases.0")]
    [InlineData("phases.1")]
    [InlineData("phases.0.data")]
    [InlineData("phases.0.data.columns")]
    [InlineData("phases.0.data.more.0")]
    [InlineData("phases.0.optimizer")]
    [InlineData("phases.1.optimizer")]
    [InlineData("phases.0.validate")]
    [InlineData("phases.1.validate")]
    public void Keys_OfAGroup_AreThoseOfTheReader(string group)
    {
        var job = Job();
        At(job, group).AsObject()[NoSuchKey] = 1;

        Assert.False(JsonSchemaCheck.IsValid(Schema, job));
        var problem = Assert.Single(Problems(job), problem => problem.Contains(NoSuchKey, StringComparison.Ordinal));
        var known = Known().Match(problem).Groups["keys"].Value.Split(", ");
        Assert.Equal(known.Order(StringComparer.Ordinal), Properties(group).Select(property => property.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_OfAnyKind_AreTakenOrRefusedByBoth(string path)
    {
        foreach (var value
            in new[] { "-1000", "-1", "-0.5", "0", "1e-9", "0.5", "0.999", "1", "2", "64", "65", "259", "260", "1000", "\"word\"", "\"\"", "true",
                "[1]", "{\"a\":1}", "{\"a\":\"b\"}", "null" })
        {
            var job = Job();
            Put(job, path, JsonNode.Parse(value));
            // Rules between keys are the reader's alone; they name what else must change.
            var problems = Problems(job).Where(problem => !Between().IsMatch(problem)).ToList();
            Assert.True(JsonSchemaCheck.IsValid(Schema, job)
                == (problems.Count == 0), $"{path}: {value}: the reader says {string.Join(" ", problems.DefaultIfEmpty("nothing"))}");
        }
    }

    [Theory]
    [InlineData("model.preset")]
    [InlineData("phases.0.optimizer.warmup_steps")]
    [InlineData("phases.0.data.validation")]
    public void Description_OfAKey_IsThere(string path) => Assert.NotEmpty((string)Property(path)["description"]!);

    [Theory]
    [InlineData("seed", "1")]
    [InlineData("model.d_model", "512")]
    [InlineData("tokenizer.type", "\"bpe\"")]
    [InlineData("phases.0.optimizer.label_smoothing", "0.1")]
    [InlineData("phases.1.beta", "0.1")]
    public void Default_OfAKey_IsTheRecords(string path, string expected) => Assert.Equal(expected, Property(path)["default"]!.ToJsonString());

    [Fact]
    public void Guide_NamesEveryKey()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guide", "jobs.md"));
        Assert.All(Values.Select(row => row.Data.Split('.')[^1]), key => Assert.Matches($"`{key}[`:]", guide));
    }

    private static List<string> Problems(JsonNode job)
    {
        var read = JobSpecReader.Read(job.ToJsonString(), "job.json");
        return [.. read.Problems.Concat(read.Refusals).Select(problem => problem.Message)];
    }

    /// <summary>A job in which every key has a value, with a phase of each type.</summary>
    private static JsonNode Job()
    {
        var phases = PhaseTypes.All.Select((type, i) => type.Defaults with
        {
            Name = $"phase-{i}", From = i == 0 ? null : "phase-0", Steps = 5,
            Data = new() { Train = "a", Validation = "b", Columns = new() { Source = "7", Target = "b" }, More = [new() { Train = "d" }] },
            Optimizer = new()
            {
                Type = "adamw",
                Schedule = "constant",
                LearningRate = 0.1,
                WarmupSteps = 3,
                LabelSmoothing = Smooths(type) ? 0.2 : 0.1,
            },
            Validate = new() { EverySteps = 1, Translations = "c", Track = new ValidateSpec().Track.Add("a", "b") },
        });
        var job = JsonNode.Parse(JobSpecWriter.ToJson(new() { Name = "a", Start = new() { Checkpoint = "a" }, Phases = [.. phases] }))!;
        job["model"]!["preset"] = "tiny";
        foreach (var (i, _) in PhaseTypes.All.Index().Where(each => !Smooths(each.Item))) job["phases"]![i]!["optimizer"]!["label_smoothing"] = 0;
        return job;
    }

    private static bool Smooths(PhaseType type) => !type.Refused.ContainsKey(KeyGroup.Of<OptimizerSpec>()[nameof(OptimizerSpec.LabelSmoothing)]);

    private static IEnumerable<(string Path, JsonNode? Value)> Leaves(JsonNode? node, string path = "") => node switch
    {
        JsonObject group when !path.EndsWith("track", StringComparison.Ordinal) =>
            group.SelectMany(each => Leaves(each.Value, path.Length > 0 ? $"{path}.{each.Key}" : each.Key)),
        JsonArray list => list.SelectMany((item, i) => Leaves(item, $"{path}.{i}")),
        _ => [(path, node)],
    };

    private static JsonNode At(JsonNode job, string path) => path.Split('.', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(job, (node, part) => int.TryParse(part, CultureInfo.InvariantCulture, out var index) ? node[index]! : node[part]!);

    private static void Put(JsonNode job, string path, JsonNode? value) =>
        At(job, path.Contains('.', StringComparison.Ordinal) ? path[..path.LastIndexOf('.')] : "")[path[(path.LastIndexOf('.') + 1)..]] = value;

    private static JsonObject Properties(string group) => group.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(Schema, (schema, part) =>
        int.TryParse(part, CultureInfo.InvariantCulture, out var index)
        ? (schema["items"]!["oneOf"]?[index] ?? schema["items"])!.AsObject()
        : Group(schema["properties"]![part]!.AsObject()))["properties"]!.AsObject();

    /// <summary>Of a key that may be a single value too, what it is as a group.</summary>
    private static JsonObject Group(JsonObject schema) =>
        schema["anyOf"]?.AsArray().OfType<JsonObject>().FirstOrDefault(each => each.ContainsKey("properties")) ?? schema;

    private static JsonNode Property(string path) =>
        Properties(path.Contains('.', StringComparison.Ordinal) ? path[..path.LastIndexOf('.')] : "")[path[(path.LastIndexOf('.') + 1)..]]!;

    /// <summary>YAML's core schema, by another parser than the reader's.</summary>
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(each => KeyValuePair.Create(((YamlScalarNode)each.Key).Value!, Json(each.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } plain
            when double.TryParse(plain.Value, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode text => text.Value,
        _ => throw new NotSupportedException(node.ToString()),
    };

    [GeneratedRegex(@"Known here: (?<keys>.*)\.$")]
    private static partial Regex Known();

    /// <summary>Rules between keys.</summary>
    [GeneratedRegex(
        @"must divide|must be even|has no use for it|needs it|at least (?!1\.)\d+\. Give at least as many as min_workers|names an earlier phase|" +
        "names no earlier phase|needs one|the same as|only the phase's end is validated|adam has none|there is nothing to translate|" +
        "no validation data|without validation data")]
    private static partial Regex Between();
}
