namespace DistTrain.Cli.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("coordinator")]
    [InlineData("worker")]
    [InlineData("submit")]
    [InlineData("jobs")]
    [InlineData("status")]
    [InlineData("watch")]
    [InlineData("history")]
    [InlineData("cancel")]
    [InlineData("pause")]
    [InlineData("workers")]
    [InlineData("translate")]
    [InlineData("evaluate")]
    [InlineData("score")]
    [InlineData("check")]
    [InlineData("inspect")]
    [InlineData("attention")]
    [InlineData("sample")]
    public async Task Help_Command_IsListedAndHasHelpAndJson(string command)
    {
        Assert.Contains($"  {command} ", (await CommandRun.Of("--help")).Output, StringComparison.Ordinal);
        var help = await CommandRun.Of(command, "--help");
        Assert.Equal(0, help.ExitCode);
        if (command is not ("coordinator" or "worker")) Assert.Contains("--json", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("no-such-command")]
    [InlineData("translate")]
    [InlineData("check")]
    [InlineData("sample", "polite-en-zh")]
    public async Task Run_WrongUsage_IsExitCodeTwo(params string[] args) => Assert.Equal(2, (await CommandRun.Of(args)).ExitCode);

    [Theory]
    [InlineData("--checkpoint is empty. Give a value.", "translate", "--checkpoint", "")]
    [InlineData("CHECKPOINT is empty. Give a value.", "inspect", "")]
    [InlineData("--checkpoint is empty. Give a value, or leave it out.", "average", "--out", "av", "--checkpoint", "")]
    [InlineData("--runs is empty. Give a value, or leave it out.", "run", "job.yaml", "--runs", "")]
    [InlineData("--logs is empty. Give a value, or leave it out.", "worker", "--logs", "")]
    [InlineData("--config is empty. Give a value, or leave it out.", "coordinator", "--config", "")]
    public async Task Run_AValueWithoutCharacters_IsNamed(string complaint, params string[] args)
    {
        var run = await CommandRun.Of(args);

        Assert.Equal((2, complaint), (run.ExitCode, run.Complaints));
    }
}
