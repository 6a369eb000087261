using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>What is taken can be read again as it is stored.</summary>
public sealed class JobCheckTests
{
    [Fact]
    public void Of_FileThatGrowsBeyondTheLimitWithItsDefaults_IsRefused()
    {
        var text = Phases(300);
        Assert.InRange(text.Length, 1, Limits.SpecCharacters / 8);

        var check = Check(text);

        Assert.Null(check.Spec);
        Assert.Matches(
            @"^many\.yaml:1: With every default written out, as jobs are stored, it " +
        @"has \d+ characters, but at most 262144 are read again\. Give it fewer phases\.$",
            Assert.Single(check.Problems).ToString());
    }

    [Fact]
    public void Of_ManyPhasesWithinTheLimit_ReadAgainAsTheyAre()
    {
        var spec = Check(Phases(100)).Spec!;

        Assert.Equal(spec, JobSpecReader.Read(JobSpecWriter.ToJson(spec), "stored.json").Spec);
    }

    [Theory]
    [InlineData("base-20260102-030405")]
    [InlineData("base-20260102-030405-2")]
    [InlineData("base-20260102-030405/checkpoints/pretrain-00000010")]
    public void Of_IdOfAnotherCoordinatorsJob_IsTakenWithAWarningWhereThatMayBe(string start)
    {
        var text = $"name: a\nstart: {start}\nphases: [{{ name: b, type: dpo, steps: 9, data: {{ train: 'sample:polite-en-zh/preferences' }}, " +
            "optimizer: { schedule: constant, learning_rate: 1e-5 } }]";
        var here = new StartPlaces(Path.GetTempPath());

        var check = JobCheck.Of(text, "a.yaml", here with { OthersJobs = true });

        Assert.Equal(start, check.Spec?.Start?.Checkpoint);
        Assert.StartsWith($"a.yaml:2: warning: start is '{start}', which is not here.", Assert.Single(check.Warnings).ToWarning(),
            StringComparison.Ordinal);
        Assert.Equal(["start"], JobCheck.Of(text, "a.yaml", here).Problems.Select(problem => problem.Path));
        Assert.Equal(["start"],
            JobCheck.Of(text.Replace(start, "runs/base", StringComparison.Ordinal), "a.yaml",
                here with { OthersJobs = true }).Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Of_JsonThatNamesItsSchema_IsTheSameJob()
    {
        const string Job = """
            "name": "a", "phases": [{ "name": "b", "type": "supervised", "steps": 9000, "data": { "train": "sample:polite-en-zh/train" } }] }
            """;

        var named = Check($$"""{ "$schema": "job.schema.json", {{Job}}""");

        Assert.Equal(Check("{ " + Job).Spec, named.Spec);
        Assert.Empty(named.Warnings);
    }

    private static JobCheck Check(string text) => JobCheck.Of(text, "many.yaml", new StartPlaces(Path.GetTempPath()));

    private static string Phases(int count) =>
        "name: many\nphases:\n"
        + string.Concat(Enumerable.Range(0, count)
            .Select(index => $"- {{ name: p{index}, type: supervised, steps: 9, data: {{ train: 'sample:polite-en-zh/train' }} }}\n"));
}
