using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.TestSupport;

namespace DistTrain.Shared.Tests.Jobs;

public class DeployedJobsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "jobs");

    public static TheoryData<string> Files => [.. ShippedJobs.Names, ShippedJobs.OfTheReadme];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_DeployedJob_HasNoProblemsAndNoWarnings(string file)
    {
        var read = JobSpecReader.Read(ShippedJobs.Text(file), file);

        Assert.Empty(read.Problems.Concat(read.Refusals).Concat(read.Warnings));
    }

    [Fact]
    public void MissingFiles_SampleJob_NeedsNoFiles() =>
        Assert.Empty(
            JobSpecFiles.MissingFiles(JobSpecReader.Read(File.ReadAllText(Path.Combine(Folder, "sample.yaml")), "sample.yaml"), "/no-such-folder"));
}
