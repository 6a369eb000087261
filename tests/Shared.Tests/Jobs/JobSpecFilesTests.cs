using DistTrain.Shared.Datasets;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Tests.Jobs;

public sealed class JobSpecFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("job-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train.tsv", "train.tsv")]
    [InlineData("train.tsv.gz", "train.tsv.gz")]
    [InlineData("train.jsonl.gz", "train.jsonl.gz")]
    [InlineData("train.csv.zst", "train.csv.zst")]
    [InlineData("train.json", "train.json")]
    [InlineData("train.txt", "train.txt")]
    [InlineData("train.txt", "train.txt.en", "train.txt.de")]
    [InlineData("train", "train.en", "train.de")]
    [InlineData("train", "train.en.zst", "train.de")]
    [InlineData("train", "train.en.gz", "train.de")]
    [InlineData("sub/train", "sub/train.en.gz", "sub/train.de.gz")]
    [InlineData("sample:polite-en-zh/train")]
    public void MissingFiles_DataIsThere_NoProblem(string set, params string[] files)
    {
        foreach (var file in files) Touch(file);

        Assert.Empty(JobSpecFiles.MissingFiles(Job(set), _folder));
    }

    [Theory]
    [InlineData("supervised")]
    [InlineData("dpo")]
    public void MissingFiles_EndingThatIsNotKnown_NamesThoseThatAre(string type)
    {
        Touch("train.xml");

        var read =
            JobSpecReader.Read($"name: a\nphases: [{{ name: b, type: {type}, steps: 1, data: {{ train: train.xml, source: en, target: de }} }}]",
                "job.yaml");
        var problem = Assert.Single(JobSpecFiles.MissingFiles(read, _folder));

        Assert.Equal(
            "phases[0].data.train is 'train.xml', whose ending tells no form that is read. Give a file that ends in .tsv, .csv, .jsonl, .ndjson, " +
                ".json, .txt, each also with .gz or .zst behind, and .parquet.",
            problem.Message);
    }

    [Theory]
    [InlineData("train.tsv.xz", "train.tsv.xz",
        "phases[0].data.train is 'train.tsv.xz', which is packed with xz, and that is not read. Unpack it, or pack it with gzip (.gz) or zstd " +
        "(.zst) instead.")]
    [InlineData("train", "train.en.bz2",
        "phases[0].data.train is 'train', but 'FOLDER/train.en.bz2' is packed with bzip2, which is not read. Unpack it, or pack it with gzip (.gz) " +
        "or zstd (.zst) instead.")]
    [InlineData("train.tsv", "train.tsv.xz",
        "phases[0].data.train is 'train.tsv', but 'FOLDER/train.tsv.xz' is packed with xz, which is not read. Unpack it, or pack it with gzip " +
        "(.gz) or zstd (.zst) instead.")]
    public void MissingFiles_PackedInAWayThatIsNotRead_SaySo(string named, string there, string message)
    {
        Touch(there);

        var read =
            JobSpecReader.Read($"name: a\nphases: [{{ name: b, type: supervised, steps: 1, data: {{ train: {named}, source: en, target: de }} }}]",
                "job.yaml");

        Assert.Equal(message.Replace("FOLDER", _folder, StringComparison.Ordinal), Assert.Single(JobSpecFiles.MissingFiles(read, _folder)).Message);
    }

    [Fact]
    public void MissingFiles_PreferencesThatAreNotThere_ArePairsOfTextInNoMessage()
    {
        var read = JobSpecReader.Read("name: a\nphases: [{ name: b, type: dpo, steps: 1, data: { train: some } }]", "job.yaml");

        Assert.StartsWith($"phases[0].data.train is 'some', but there is no file {_folder}/some. ",
            Assert.Single(JobSpecFiles.MissingFiles(read, _folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFiles_AbsolutePath_DoesNotNeedTheRoot()
    {
        Touch("train.tsv");

        Assert.Empty(JobSpecFiles.MissingFiles(Job(Path.Combine(_folder, "train.tsv")), "/elsewhere"));
    }

    [Theory]
    [InlineData("train.tsv", "there is no file ROOT/train.tsv. Correct the path, or name the folder that relative paths start from with --data.")]
    [InlineData("half",
        "there is no file ROOT/half.de or ROOT/half.de.gz or ROOT/half.de.zst. Correct the path, or name the folder that relative paths start from " +
        "with --data.")]
    [InlineData(
        "sample:polite-zh/train",
        "there is no such sample. Choose one of: sample:polite-en-zh/train, sample:polite-en-zh/validation, sample:polite-en-zh/preferences, " +
        "sample:polite-en-zh/preferences-validation.")]
    public void MissingFiles_DataIsNotThere_SaysWhereItLooked(string set, string message)
    {
        Touch("half.en");

        var problem = Assert.Single(JobSpecFiles.MissingFiles(Job(set), _folder));

        Assert.Equal($"job.yaml:5: phases[0].data.train is '{set}', but {message.Replace("ROOT", _folder, StringComparison.Ordinal)}",
            problem.ToString());
    }

    [Fact]
    public void MissingFiles_FurtherSets_AreLookedForToo()
    {
        Touch("train.tsv");
        var data = new DataSpec
        {
            Train = "train.tsv",
            More = [new() { Train = "train.tsv" }, new() { Train = "pair", Source = "en", Target = "de" }, new() { Train = "sample:none" }],
        };
        var job = JobSpecReader.Read(
            JobSpecWriter.ToJson(new() { Name = "a", Phases = [new SupervisedPhaseSpec { Name = "b", Steps = 9000, Data = data }] }), "job.json");

        Assert.Empty(job.Problems);
        var problems = JobSpecFiles.MissingFiles(job, _folder);

        Assert.Equal(["phases[0].data.more[1].train", "phases[0].data.more[2].train"], problems.Select(problem => problem.Path));
        Assert.Contains($"there is no file {Path.Combine(_folder, "pair.en")} or", problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("there is no such sample", problems[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd.tsv")]
    [InlineData("../outside")]
    [InlineData("link/train.tsv")]
    public void MissingFiles_OutsideOfWhatIsAllowed_IsRefusedWhetherItIsThereOrNot(string set)
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), "/tmp");

        var problem = Assert.Single(JobSpecFiles.MissingFiles(Job(set), _folder, new DataRoots(_folder)));

        Assert.StartsWith($"phases[0].data.train is '{set}', which lies, or leads, outside of ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("there is no file", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFiles_NullCharacterInAPath_IsNoFile() => Assert.Single(JobSpecFiles.MissingFiles(Job("\"a\\0.tsv\""), _folder));

    [Fact]
    public void Folders_FilesAndLinks_AreTheFoldersThatTheyLieIn()
    {
        Touch("sub/train.en");
        Touch("sub/train.de");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), "sub");

        var job = Job("link/train").Spec!;
        var folders = JobSpecFiles.Folders(job, _folder);

        Assert.Equal([Path.Combine(_folder, "sub")], folders);
        Assert.Empty(JobSpecFiles.MissingFiles(Job("link/train"), _folder, new DataRoots(["/nowhere", .. folders])));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData(".x")]
    [InlineData("e\u001bn")]
    public void Violations_LanguageThatIsNoName_IsRefused(string language)
    {
        var violation = Assert.Single(new DataSpec { Train = "x", Source = language, Target = "de" }.Violations("data"));

        Assert.Equal("data.source", violation.Path);
        Assert.DoesNotContain('\u001b', violation.Message);
    }

    [Fact]
    public void MissingFiles_EveryKeyThatNamesData_IsLookedAt() => Assert.Equal(
        ["phases[0].data.train", "phases[0].data.validation", "phases[0].validate.translations"],
        JobSpecFiles.MissingFiles(Job("a.tsv, validation: b.tsv", "{ translations: c.tsv }"), _folder).Select(problem => problem.Path));

    private void Touch(string name)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
    }

    private static JobSpecResult Job(string set, string validate = "{ }") => JobSpecReader.Read($$"""
        name: a
        phases:
          - name: b
            type: supervised
            data: { train: {{set}}, source: en, target: de }
            steps: 5
            validate: {{validate}}
        """, "job.yaml");
}
