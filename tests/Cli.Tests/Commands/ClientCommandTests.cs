namespace DistTrain.Cli.Tests.Commands;

public class ClientCommandTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task Ask_AHostThatNobodyCanDial_IsRefusedWithARemedyThatTheCommandHas(string host)
    {
        var run = await CommandRun.Of("jobs", "--host", host);

        Assert.Equal((2, $"--host is {host}, which nobody can dial. Give the address that the cluster reaches this machine at."), (run.ExitCode, run.Complaints));
    }
}
