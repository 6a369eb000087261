using DistTrain.Shared;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public class ClientCommandTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task Ask_AHostThatNobodyCanDial_IsRefusedWithARemedyThatTheCommandHas(string host)
    {
        var run = await CommandRun.Of("jobs", "--host", host);

        Assert.Equal((2, $"--host is {host}, which nobody can dial. Give the address that the cluster reaches this machine at."),
            (run.ExitCode, run.Complaints));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("no-such-name.invalid")]
    [InlineData("127.0.0.1\"")]
    public async Task Ask_AHostThatIsNotThisMachine_IsRefusedWithTheRemedy(string host)
    {
        var run = await CommandRun.Of("jobs", "--host", host);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"--host is {host}, which is no address of this machine (", run.Complaints, StringComparison.Ordinal);
        Assert.EndsWith(". Give the address that the cluster reaches this machine at.", run.Complaints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("submit")]
    [InlineData("resume", "q-1", "--job")]
    public async Task AnyCommand_FileThatIsNoJobFileBySize_IsRefusedBeforeItIsSent(params string[] command)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("train.tsv", new string('a', Limits.SpecCharacters + 1));

        var run = await CommandRun.Of([.. command, file, "--seed", "127.0.0.1:1"]);

        Assert.Equal((2, $"train.tsv:1: The file is too large: a job file has at most {Limits.SpecCharacters} characters. Is it another file?"),
            (run.ExitCode, run.Complaints));
    }

    [Fact]
    public async Task Resume_WhatIsNoJobsId_IsRefusedAtOnce() =>
        Assert.StartsWith("There is no job 'My_Job': ids are lower-case letters", (await CommandRun.Of("resume", "My_Job")).Complaints,
            StringComparison.Ordinal);

    [Fact]
    public async Task Resume_AFileAndAnOptionForTheSame_IsRefused()
    {
        var run = await CommandRun.Of("resume", "q-1", "--job", "q.yaml", "--steps", "9");

        Assert.Equal((2, "--steps and --learning-rate change the job as it was submitted. With --job, write them into the file."),
            (run.ExitCode, run.Complaints));
    }
}
