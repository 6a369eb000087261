using DistTrain.Shared.Datasets;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>A file that changes a job is judged for what it changes.</summary>
public sealed class ChangedFileTests : IDisposable
{
    private const string Train = "'sample:polite-en-zh/train'";
    private const string Preferences = "'sample:polite-en-zh/preferences'";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OfChange_WhatTheJobWasTakenWith_KeepsNothingFromGoingOn()
    {
        // As jobs were taken when these rules were not there yet.
        var noise = Read($"{{ name: b, type: dpo, steps: 5, data: {{ train: {Preferences} }} }}");

        var check = Check(noise, JobSpecWriter.ToJson(noise with { Phases = [noise.Phases[0] with { Steps = 6 }] }));

        Assert.Equal(6, check.Spec?.Phases[0].Steps);
        Assert.Empty(check.Problems.Concat(check.Warnings));
    }

    [Fact]
    public void OfChange_WhatTheFileNewlyMakesWrong_IsRefused()
    {
        var taken = Read($"{{ name: b, type: supervised, steps: 5, data: {{ train: {Train} }} }}");

        var check =
            Check(taken, $"name: a\nphases:\n- {{ name: b, type: dpo, steps: 5, data: {{ train: {Preferences} }}, optimizer: {{ label_smoothing: " +
                "0.1 } }");

        Assert.Null(check.Spec);
        Assert.Equal([(3, "phases[0].optimizer.label_smoothing"), (3, "phases[0].type")],
            check.Problems.Select(problem => (problem.Line, problem.Path)).Order());
    }

    [Fact]
    public void OfChange_KeysThatDoNothing_AreToldWhereTheFileAddsThem()
    {
        var taken = Read($"{{ name: b, type: supervised, steps: 50, data: {{ train: {Train} }}, validate: {{ beam: 1, length_penalty: 0.6 }} }}");

        Assert.Empty(Check(taken, JobSpecWriter.ToJson(taken)).Warnings);
        Assert.Equal(["phases[0].optimizer.warmup_steps"],
            Check(taken, $"name: a\nphases: [{{ name: b, type: supervised, steps: 50, data: {{ train: {Train} }}, validate: {{ beam: 1, " +
                "length_penalty: 0.6 }, optimizer: { warmup_steps: 70 } }]").Warnings.Select(warning => warning.Path));
    }

    [Fact]
    public void OfChange_DataElsewhere_AreRefusedWhereTheyWouldBeRead()
    {
        var outside = _folder.Write("outside/train.tsv", "a\tb\n");
        var taken = Read($"{{ name: b, type: supervised, steps: 5, data: {{ train: {Train} }} }}");
        var changed = $"name: a\nphases: [{{ name: b, type: supervised, steps: 5, data: {{ train: {outside} }} }}]";

        Assert.Contains($"is '{outside}', which lies, or leads, outside", Assert.Single(Check(taken, changed, prepares: true).Problems).Message,
            StringComparison.Ordinal);
        Assert.NotNull(Check(taken, changed, prepares: false).Spec);
    }

    private JobCheck Check(JobSpec taken, string text, bool prepares = false) =>
        JobCheck.OfChange(text, "a.yaml",
            new StartPlaces(_folder.Path, null, new DataRoots(Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName)), taken,
            _ => prepares);

    private static JobSpec Read(string phase) => JobSpecReader.Read($"name: a\nphases: [{phase}]", "a.yaml").Spec!;
}
