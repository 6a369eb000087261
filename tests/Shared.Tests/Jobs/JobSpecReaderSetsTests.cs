using CsCheck;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>Reading what a phase says of its data sets.</summary>
public class JobSpecReaderSetsTests
{
    [Fact]
    public void Read_FurtherSets_HaveWhatTheyDoNotSayFromTheFirst()
    {
        var read = JobSpecReader.Read(
            """
            name: a
            phases:
              - name: b
                type: supervised
                steps: 5
                data:
                  { train: c.tsv, weight: 2, validation: v.tsv, source: zh, target: en, max_length: 9, too_long: cut, remove_duplicates: true,
                    more: [{ train: d, weight: 0.5, max_length: 8 }, { train: e.tsv, source: yue, too_long: drop }] }
            """, "job.yaml");

        var first = new DataSpec
        {
            Train = "c.tsv",
            Weight = 2,
            Source = "zh",
            Target = "en",
            MaxLength = 9,
            TooLong = TooLong.Cut,
            RemoveDuplicates = true,
        };
        Assert.Equal(first with
        {
            Validation = "v.tsv",
            More = [first with { Train = "d", Weight = 0.5, MaxLength = 8 },
                first with { Train = "e.tsv", Weight = 1, Source = "yue", TooLong = TooLong.Drop }],
        }, read.Spec?.Phases[0].Data);
    }

    [Theory]
    [InlineData("weight: 0", "phases[0].data.weight is 0, but must be from 0.001 to 1000. 1 uses every example once an epoch.")]
    [InlineData("max_length: 0, more: [{ train: d }]",
        "phases[0].data.max_length is 0, but must be greater than 0. Give a number of tokens such as 128.")]
    [InlineData("more: [{ train: d, max_length: 0 }]",
        "phases[0].data.more[0].max_length is 0, but must be greater than 0. Give a number of tokens such as 128.")]
    [InlineData("more: [{ train: d }, { weight: 2 }]",
        "phases[0].data.more[1].train is missing. Name the training set: a .tsv, .csv, .jsonl, .json or .parquet file, a pair of text files, or " +
        "sample:NAME/SET.")]
    [InlineData("more: [{ train: d, validation: e }]", "phases[0].data.more[0].validation is not a known key. Remove it.")]
    [InlineData("more: d.tsv", "phases[0].data.more is the text 'd.tsv', but must be a list.")]
    [InlineData("too_long: keep", "phases[0].data.too_long is 'keep', which is not known. Choose one of: drop, cut.")]
    public void Read_WrongSets_AreNamedOnce(string keys, string message)
    {
        var read = JobSpecReader.Read($"name: a\nphases: [{{ name: b, type: supervised, steps: 5, data: {{ train: c.tsv, {keys} }} }}]", "job.yaml");
        Assert.StartsWith(message, Assert.Single(read.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source: 0", "columns.source is 0, but columns are counted from 1.")]
    [InlineData("source: -2", "columns.source is -2, but columns are counted from 1.")]
    [InlineData("source: ''", "columns.source is empty.")]
    [InlineData("source: 1.5", "columns.source is the number 1.5, but must be a column.")]
    [InlineData("source: [1]", "columns.source is a list, but must be a column.")]
    [InlineData("references: [1, true]", "columns.references[1] is true, but must be a column.")]
    [InlineData("source: 2, target: 2", "columns.target is the column of phases[0].data.columns.source too.")]
    [InlineData("scores: 2", "columns.scores is not a known key.")]
    public void Read_ColumnsThatCannotBe_AreNamed(string columns, string message)
    {
        var read =
            JobSpecReader.Read($"name: a\nphases: [{{ name: b, type: supervised, data: {{ train: c.tsv, columns: {{ {columns} }} }}, steps: 5 }}]",
                "job.yaml");

        Assert.StartsWith($"phases[0].data.{message}", Assert.Single(read.Problems).Message, StringComparison.Ordinal);
    }
}
