using CsCheck;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>Texts that are no job files, or hardly any.</summary>
public partial class JobSpecReaderTests
{
    [Theory]
    [InlineData("name: a\nseed: }", 2)]
    [InlineData("name: a\n\tseed: 1", 2)]
    [InlineData("name: a\nseed: *other", 2)]
    [InlineData("a: 1\n---\nb: 2", 2)]
    [InlineData("[a]: 1", 1)]
    [InlineData("just a text", 1)]
    [InlineData("", 1)]
    public void Read_NoJobFile_OneProblemWithItsLine(string text, int line)
    {
        var read = JobSpecReader.Read(text, "job.yaml");

        Assert.Equal(line, Assert.Single(read.Problems).Line);
        Assert.Empty(JobSpecFiles.MissingFiles(read, "/"));
    }

    [Fact]
    public void Read_DeepNesting_IsRefused() =>
        Assert.Contains("nested deeper", Assert.Single(JobSpecReader.Read(new string('[', 100_000), "job.yaml").Problems).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_AnyText_DoesNotThrow() =>
        Gen.String[Gen.Char["ab:-[]{}&*!|>'\"%@`#?, \n\r\t\0\u0085\ufeff"], 0, 40]
        .Sample(text => JobSpecReader.Read(text, "job.yaml").Problems.Count > 0);

    [Theory]
    [InlineData("name: a\n- [ \n b\t\n")]
    [InlineData("name: !![")]
    public void Read_TextThatTheScannerStumblesOver_IsAProblemWithALine(string text) =>
        Assert.Contains("This is not valid YAML", Assert.Single(JobSpecReader.Read(text, "job.yaml").Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_JsonWithTabs_IsRead() => Assert.Empty(JobSpecReader.Read(
        "{\n\t\"name\":\"a\",\n\t\"phases\":[\n\t\t" +
        "{\"name\":\"b\",\"type\":\"supervised\",\"steps\":5,\n\t\t\"data\":{\"train\":\"c.tsv\"}}\n\t]\n}\n", "job.json").Problems);

    [Fact]
    public void Read_AliasesOfOneAnother_AreRefusedInAMoment()
    {
        var laughs = string.Concat(Enumerable.Range(1, 25)
            .Select(i => $"b{i}: &b{i} [{string.Join(", ", Enumerable.Repeat(i == 1 ? "x" : $"*b{i - 1}", 9))}]\n"));
        var problem = Assert.Single(JobSpecReader.Read(laughs + "phases: *b25\n", "x.yaml").Problems);
        Assert.Contains("its aliases written out", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyProblems_TellsTheFirstAndTheNumberOfTheOthers()
    {
        var read = JobSpecReader.Read("name: x\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"k{i}: 1\n")), "x.yaml");

        Assert.Equal(Limits.Problems + 1, read.Problems.Count);
        // The keys, and that there are no phases.
        Assert.Equal($"{301 - Limits.Problems} more problems are not listed. Mend those above first.", read.Problems[^1].Message);
        Assert.Null(read.Spec);
    }

    [Fact]
    public void Read_TextThatIsTooLong_IsRefused() =>
        Assert.Contains("a job file has at most",
            Assert.Single(JobSpecReader.Read("name: " + new string('a', Limits.SpecCharacters), "x.yaml").Problems).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_KeyWithCharactersThatAConsoleObeys_IsToldWithoutThem() =>
        Assert.All(JobSpecReader.Read("name: x\n\"a\\e[2J\": 1\n", "x.yaml").Problems,
            problem => Assert.DoesNotContain('\u001b', problem.ToString()));
}
