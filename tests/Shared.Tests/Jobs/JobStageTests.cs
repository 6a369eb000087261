using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Tests.Jobs;

public class JobStageTests
{
    [Fact]
    public void Word_OfEachStage_IsReadAsThatStage() =>
        Assert.All(Enum.GetValues<JobStage>(), stage => Assert.Equal(stage, JobStages.Of(stage.Word())));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Completed")]
    [InlineData("4")]
    public void Of_AnyOtherText_IsNone(string? word) => Assert.Null(JobStages.Of(word));

    [Fact]
    public void None_HasTheNumberOfWhatIsLeftOut() => Assert.False(Enum.IsDefined(default(JobStage)));
}
