using DistTrain.Shared.Jobs;
using DistTrain.TestSupport;

namespace DistTrain.Shared.Tests.Jobs;

public class DeployedJobsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "jobs");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_DeployedJob_HasNoProblems(string file) => Assert.Empty(JobSpecReader.Read(File.ReadAllText(Path.Combine(Folder, file)), file).Problems);

    [Fact]
    public void MissingFiles_SampleJob_NeedsNoFiles() =>
        Assert.Empty(JobSpecFiles.MissingFiles(JobSpecReader.Read(File.ReadAllText(Path.Combine(Folder, "sample.yaml")), "sample.yaml"), "/no-such-folder"));
}
