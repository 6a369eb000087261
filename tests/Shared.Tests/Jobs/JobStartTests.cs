using System.Globalization;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>A job that starts from a checkpoint has its model and tokenizer, and is refused where it says otherwise.</summary>
public sealed class JobStartTests : IDisposable
{
    private const string Phase = "phases: [{ name: tune, type: supervised, steps: 5, data: { train: 'sample:polite-en-zh/train', max_length: 39 }, " +
        "optimizer: { warmup_steps: 4 } }]";
    private const string Dpo = "phases: [{ name: align, type: dpo, steps: 5, data: { train: 'sample:polite-en-zh/preferences' }, optimizer: { " +
        "schedule: constant, learning_rate: 1e-5 } }]";

    private readonly TemporaryFolder _folder = new();
    private readonly string _checkpoint;

    public JobStartTests() =>
        _checkpoint = SomeCheckpoint.Write(Path.Combine(_folder.Path, "state", "jobs", "base-20260102-030405", "checkpoints", "pretrain-00000010"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_NothingSaid_TakesModelAndTokenizerOfTheStartAndItsFullPath()
    {
        var check = Check($"name: a\nstart: {_checkpoint}\n{Phase}");

        Assert.Empty(check.Problems.Concat(check.Warnings));
        Assert.Equal(SomeCheckpoint.Job.Model, check.Spec!.Model);
        Assert.Equal(SomeCheckpoint.Job.Tokenizer, check.Spec.Tokenizer);
        Assert.Equal(new StartSpec { Checkpoint = _checkpoint, Optimizer = "reset" }, check.Spec.Start);
        Assert.Equal(check.Spec, JobSpecReader.Read(JobSpecWriter.ToJson(check.Spec), "a.json").Spec);
    }

    [Theory]
    [InlineData("state/jobs/base-20260102-030405/checkpoints/pretrain-00000010")]
    [InlineData("state/jobs/base-20260102-030405")]
    [InlineData("state")]
    [InlineData("jobs/base-20260102-030405")]
    [InlineData("base-20260102-030405")]
    public void Of_CheckpointJobRunOrId_IsFoundBelowTheDataRootAndTheState(string start)
    {
        Assert.Equal(_checkpoint, Check($"name: a\nstart: {start}\n{Phase}").Spec?.Start?.Checkpoint);
        Assert.Equal(_checkpoint, Check($"name: a\n{Phase}", start).Spec?.Start?.Checkpoint);
        Assert.Equal(_checkpoint, Check($"name: a\nstart: {{ checkpoint: nowhere, optimizer: keep }}\n{Phase}", start).Spec?.Start?.Checkpoint);
    }

    [Fact]
    public void Of_WrittenAndDifferent_IsRefusedWithBothValuesPathAndRemedy()
    {
        var check = Check($$"""
            name: a
            start: { checkpoint: '{{_checkpoint}}', optimizer: keep }
            model:
              d_model: 64
              decoder_layers: 2
              norm: pre
              dropout: 0.1
              max_length: 50
            tokenizer:
              vocab_size: 400
              joint: true
            {{Phase}}
            """);

        Assert.Equal([(4, "model.d_model"), (6, "model.norm"), (8, "model.max_length"), (10, "tokenizer.vocab_size")],
            check.Problems.Select(problem => (problem.Line, problem.Path)));
        Assert.Equal($"model.d_model is 64, but the checkpoint '{_checkpoint}' that the job starts from has 32. Remove the key: model and " +
            "tokenizer are the start's.", check.Problems[0].Message);
        Assert.Contains("model.norm is pre, ", check.Problems[1].Message, StringComparison.Ordinal);
        Assert.Null(check.Spec);
    }

    [Fact]
    public void Of_ThePresetOfAnotherModel_IsRefusedByEachSize() => Assert.Equal(
        ["model.d_model", "model.encoder_layers", "model.decoder_layers", "model.d_ff"],
        Check($"name: a\nstart: {_checkpoint}\nmodel: {{ preset: tiny }}\n{Phase}").Problems.Select(problem => problem.Path));

    /// <summary>Whether a key's other value is refused or taken, it is never dropped: that holds of a key that somebody adds too.</summary>
    [Fact]
    public void Of_EveryKeyOfTheModel_ThatDiffers_IsRefusedByNameOrTaken() => Assert.All(
        typeof(ModelSpec).GetProperties().Where(property => property.SetMethod is { IsPublic: true }), property =>
        {
            var key = KeyGroup.Of<ModelSpec>()[property.Name];
            var value = Other(property.GetValue(SomeCheckpoint.Job.Model)!);
            var check = Check($"name: a\nstart: {_checkpoint}\nmodel: {{ {key.Name}: {value} }}\n{Phase}");

            if (check.Spec is { } taken) Assert.Equal(value, Written(property.GetValue(taken.Model)!));
            else Assert.Equal([$"model.{key.Name}"], check.Problems.Select(problem => problem.Path));
            Assert.Equal(check.Spec is null, ModelSpec.OfWeights.Contains(key));
        });

    [Fact]
    public void Of_OtherRatesOfDropout_AreTaken()
    {
        var model = Check($"name: a\nstart: {_checkpoint}\nmodel: {{ dropout: 0.05, attention_dropout: 0.2 }}\n{Phase}").Spec!.Model;

        Assert.Equal(SomeCheckpoint.Job.Model with { Dropout = 0.05, AttentionDropout = 0.2 }, model);
    }

    [Fact]
    public void Of_OptimizerOfAnAverage_CannotBeKept()
    {
        var average = SomeCheckpoint.Write(Path.Combine(_folder.Path, "averaged"), optimizer: false);

        Assert.Equal(average, Check($"name: a\nstart: averaged\n{Phase}").Spec?.Start?.Checkpoint);
        Assert.StartsWith($"start.optimizer is keep, but the checkpoint '{average}' has no optimizer.safetensors",
            Assert.Single(Check($"name: a\nstart: {{ checkpoint: averaged, optimizer: keep }}\n{Phase}").Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoSuchFolder_IsRefusedWithLineBesideAllOtherProblems()
    {
        var check = Check("name: a\nstart: nowhere\nphases: [{ name: tune, type: supervised, steps: 5, data: { train: none.tsv } }]");

        Assert.Equal([(2, "start"), (3, "phases[0].data.train")], check.Problems.Select(problem => (problem.Line, problem.Path)));
        Assert.StartsWith($"start is 'nowhere', but there is no folder {Path.Combine(_folder.Path, "nowhere")} or ", check.Problems[0].Message,
            StringComparison.Ordinal);
        Assert.StartsWith("--start is 'x', but there is no folder ", Check($"name: a\n{Phase}", "x").Problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start: [a]", "start")]
    [InlineData("start: 5", "start")]
    [InlineData("start: { optimizer: keep }", "start.checkpoint")]
    [InlineData("start: { checkpoint: a, optimizer: drop }", "start.optimizer")]
    [InlineData("start: { checkpoint: a, steps: 1 }", "start.steps")]
    public void Read_WrongStart_IsNamed(string start, string path) =>
        Assert.Equal([path], JobSpecReader.Read($"name: a\n{start}\n{Phase}", "a.yaml").Problems.Select(problem => problem.Path));

    [Fact]
    public void Of_DamagedFilesThatAreRead_NameTheFile()
    {
        File.Delete(Path.Combine(_checkpoint, CheckpointFiles.Job));
        Assert.Contains(Path.Combine(_checkpoint, "job.json"), Assert.Single(Check($"name: a\nstart: {_checkpoint}\n{Phase}").Problems).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FirstPhaseDpo_NeedsAStart()
    {
        var problem = Assert.Single(Check($"name: a\n{Dpo}").Problems);
        Assert.Equal((2, "phases[0].type"), (problem.Line, problem.Path));
        Assert.Contains("align a model of random weights", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'start:'", problem.Message, StringComparison.Ordinal);
        // A stored job of that kind stays readable.
        Assert.NotNull(JobSpecReader.Read($"name: a\n{Dpo}", "a.yaml").Spec);
        Assert.NotNull(Check($"name: a\nstart: {_checkpoint}\n{Dpo}").Spec);
    }

    [Fact]
    public void Read_FromOfALaterPhase_NamesAnEarlierOne()
    {
        static string Two(string from) => "name: a\nphases:\n- { name: one, type: supervised, steps: 5, data: { train: t.tsv } }\n"
            + $"- {{ name: two, type: supervised, steps: 5, data: {{ train: t.tsv }}, from: {from} }}";

        Assert.Equal("one", JobSpecReader.Read(Two("one"), "a.yaml").Spec!.Phases[1].From);
        var problem = Assert.Single(JobSpecReader.Read(Two("two"), "a.yaml").Problems);
        Assert.Equal((4, "phases[1].from"), (problem.Line, problem.Path));
        Assert.Contains("Choose one of: one. A checkpoint from elsewhere is what a job's first phase starts from", problem.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FromOfTheFirstPhase_IsTheJobsStartWithTheSameChecks()
    {
        string Of(string from) => $"name: a\n{Phase.Replace("steps: 5", $"from: '{from}', steps: 5", StringComparison.Ordinal)}";

        Assert.Equal(Check($"name: a\nstart: {_checkpoint}\n{Phase}").Spec, Check(Of("base-20260102-030405")).Spec);
        Assert.Equal(_checkpoint, Check(Of("nowhere"), _checkpoint).Spec?.Start?.Checkpoint);
        Assert.NotNull(Check($"name: a\n{Dpo.Replace("steps: 5", $"from: '{_checkpoint}', steps: 5", StringComparison.Ordinal)}").Spec);
        var missing = Assert.Single(Check(Of("nowhere")).Problems);
        Assert.Equal((2, "phases[0].from"), (missing.Line, missing.Path));
        Assert.StartsWith("phases[0].from is 'nowhere', but there is no folder ", missing.Message, StringComparison.Ordinal);
        Assert.Equal(["model.heads"], Check($"model: {{ heads: 8 }}\n{Of(_checkpoint)}").Problems.Select(problem => problem.Path));
        var both = Assert.Single(JobSpecReader.Read($"start: {_checkpoint}\n{Of("other")}", "a.yaml").Problems);
        Assert.Equal((3, "phases[0].from is 'other', but start says what the first phase starts from. Remove one of the two."),
            (both.Line, both.Message));
    }

    [Fact]
    public void Fit_AJobThatHasTheStart_NeedsNoneOfItsFilesAndKeepsItWhereTheFileNamesNone()
    {
        var taken = Check($"name: a\nstart: {_checkpoint}\n{Phase}").Spec!;
        Directory.Delete(_checkpoint, recursive: true);

        JobSpecResult Again(string model, string? start = null) =>
            JobStart.Fit(JobSpecReader.Read($"name: a\n{start ?? $"start: {_checkpoint}\n"}{model}{Phase}", "a.yaml"), new(_folder.Path),
                taken: taken);

        Assert.Equal(taken, Again("").Spec);
        Assert.Equal(taken, Again("", start: "").Spec);
        Assert.Equal(["model.heads"], Again("model: { heads: 8 }\n").Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Of_StartElsewhere_IsRefusedWhetherItIsThereOrNot()
    {
        var elsewhere = SomeCheckpoint.Write(Path.Combine(_folder.Path, "elsewhere", "base"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "data"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "data", "link"), elsewhere);
        JobCheck Confined(string start, params string[] allowed) => JobCheck.Of(
            $"name: a\nstart: {start}\n{Phase}", "a.yaml",
            new StartPlaces(Path.Combine(_folder.Path, "data"), _ => Path.Combine(_folder.Path, "state"),
                new DataRoots([Path.Combine(_folder.Path, "data"), .. allowed])));

        Assert.All([elsewhere, "../elsewhere/base", "link", "../nowhere", "/etc"], start =>
        {
            var message = Assert.Single(Confined(start).Problems).Message;
            Assert.StartsWith($"start is '{start}', which lies, or leads, outside of the coordinator's data folder ", message,
                StringComparison.Ordinal);
            Assert.Contains("--data-allow", message, StringComparison.Ordinal);
            Assert.DoesNotContain(elsewhere, message[$"start is '{start}'".Length..], StringComparison.Ordinal);
        });
        Assert.Equal(elsewhere, Confined(elsewhere, Path.Combine(_folder.Path, "elsewhere")).Spec?.Start?.Checkpoint);
        Assert.Equal(_checkpoint, Confined("base-20260102-030405").Spec?.Start?.Checkpoint);
        Assert.Equal(_checkpoint, Confined(_checkpoint).Spec?.Start?.Checkpoint);
    }

    [Fact]
    public void Of_BrokenTokenizerOfTheFilesOwn_IsNamedByItsKey()
    {
        var model = _folder.Write("broken.model", "no model");

        var problem = Assert.Single(Check($"name: a\nstart: {_checkpoint}\ntokenizer: {{ model: '{model}' }}\n{Phase}").Problems,
            problem => problem.Message.Contains("cannot be used", StringComparison.Ordinal));
        Assert.Equal((3, "tokenizer.model"), (problem.Line, problem.Path));
        Assert.StartsWith($"tokenizer.model is '{model}', but that file cannot be used: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FileOfAStartOrTokenizerThatLeadsElsewhere_IsRefused()
    {
        var secret = _folder.Write("secret.txt", "s");
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;
        var places = new StartPlaces(data, _ => Path.Combine(_folder.Path, "state"), new DataRoots(data));

        Assert.Contains(
            JobCheck.Of($"name: a\nstart: {_checkpoint}\ntokenizer: {{ model: ../secret.txt }}\n{Phase}", "a.yaml", places).Problems,
            problem =>
                problem.Message.StartsWith($"tokenizer.model is '../secret.txt', which lies, or leads, outside of ", StringComparison.Ordinal));
        File.CreateSymbolicLink(Path.Combine(_checkpoint, "more.txt"), secret);
        var message = Assert.Single(JobCheck.Of($"name: a\nstart: {_checkpoint}\n{Phase}", "a.yaml", places).Problems).Message;
        Assert.StartsWith($"start is '{_checkpoint}', which lies, or leads, outside of ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_OfAJobWithAStart_HoldTheCheckpointAndTheTokenizerThatIsCompared()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;
        var model = _folder.Write("models/a.model", "");
        var job = new JobSpec { Start = new() { Checkpoint = _checkpoint }, Tokenizer = new() { Model = "../models/a.model" } };

        Assert.Equal([Path.GetDirectoryName(model)!, _checkpoint], JobSpecFiles.Folders(job, data));
    }

    /// <summary>Another value that the key may have, as a file writes it.</summary>
    private static string Other(object value) => Written(value switch
    {
        int number => 2 * number,
        double share => share / 2 + 0.25,
        bool flag => !flag,
        Enum word => Enum.GetValues(word.GetType()).Cast<object>().First(other => !other.Equals(word)),
        _ => throw new NotSupportedException($"Tell here what else a key may be that is {value}."),
    });

    private static string Written(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant();

    private JobCheck Check(string text, string? start = null) =>
        JobCheck.Of(text, "a.yaml", new StartPlaces(_folder.Path, _ => Path.Combine(_folder.Path, "state")), start);
}
