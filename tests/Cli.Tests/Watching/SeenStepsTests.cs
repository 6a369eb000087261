using DistTrain.Cli.Watching;

namespace DistTrain.Cli.Tests.Watching;

public class SeenStepsTests
{
    private readonly SeenSteps _seen = new();

    [Fact]
    public void Take_ToldAgainByTheNextCoordinator_IsLeftOut()
    {
        Assert.True(Take(1, generation: 1));
        Assert.True(Take(2, generation: 1));

        Assert.False(Take(1, generation: 1));
        Assert.False(Take(2, generation: 1));
        Assert.True(Take(3, generation: 1));
        Assert.Equal([1, 2, 3], _seen.Steps.Select(step => step.Step.Step));
    }

    [Fact]
    public void Take_TrainedAgainByALaterGeneration_TakesThePlaceOfWhatWasSeen()
    {
        for (var step = 1; step <= 5; step++) Take(step, generation: 1);

        Assert.True(Take(3, generation: 2, loss: 9));

        Assert.Equal([(1, 1.0), (2, 1), (3, 9)], _seen.Steps.Select(step => ((int)step.Step.Step, step.Step.Loss)));
    }

    [Fact]
    public void Take_AnotherPhase_CountsByItself()
    {
        Take(5, generation: 1);

        Assert.True(Take(1, generation: 1, phase: "align"));
        Assert.Equal(["pretrain", "align"], _seen.Steps.Select(step => step.Phase));
    }

    private bool Take(long step, int generation, double loss = 1, string phase = "pretrain") => _seen.Take(new(
        step, phase, generation, 1, 10, new(step, loss, 1, 1, 1, 1, 1, false, new Dictionary<string, double>()), null, null));
}
