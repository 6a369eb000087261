using DistTrain.Shared.Protocol;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>What is not taken at the coordinator's door, and what is said of it.</summary>
public sealed partial class JobsActorTests
{
    [Fact]
    public void AnySubmission_ThatCouldNotBeReadAgain_IsRefused()
    {
        var phases = Enumerable.Range(0, 300)
            .Select(index => $"- {{ name: p{index}, type: supervised, steps: 9, data: {{ train: 'sample:polite-en-zh/train' }} }}\n");

        Refuses("name: many\nphases:\n" + string.Concat(phases), "job.yaml:1: With every default written out, as jobs are stored, it has ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnySubmission_OfDataOutsideOfTheFolder_IsRefusedWithoutAWordOfWhereItLies(bool isLink)
    {
        using var outside = new TemporaryFolder();
        foreach (var language in new[] { "en", "de" })
            File.CreateSymbolicLink(Path.Combine(_data.Folder, $"link-{Path.GetFileName(outside.Path)}.{language}"),
                outside.Write($"x.{language}", "secret\n"));
        var train = isLink ? $"link-{Path.GetFileName(outside.Path)}" : $"../{Path.GetFileName(outside.Path)}/x";

        var problems = Refuses(
            $"name: canary\nphases: [{{ name: a, type: supervised, steps: 4, data: {{ train: {train}, source: en, target: de }} }}]",
            $"job.yaml:2: phases[0].data.train is '{train}', which lies, or leads, outside of the coordinator's data folder {_data.Folder}, or in " +
                "a circle.");
        Assert.All(problems, problem => Assert.DoesNotContain("/x.", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void AnySubmission_OfLanguagesThatArePaths_IsRefused() => Refuses(
        $"name: canary\nphases: [{{ name: a, type: supervised, steps: 4, data: {{ train: x, source: '/../secret.txt', target: de }} }}]",
        "job.yaml:2: phases[0].data.source is '/../secret.txt'");

    // Also what is only examined is answered to whoever asks.
    private IReadOnlyList<string> Refuses(string spec, string because)
    {
        var submitted = Ask<JobsProtocol.JobRefused>(new JobsProtocol.SubmitJob(spec, "job.yaml", null, "r1"));
        Assert.StartsWith(because, submitted.Problems[0], StringComparison.Ordinal);
        Assert.Equal(submitted.Problems, Ask<JobsProtocol.JobRefused>(new JobsProtocol.ExamineJob(spec, "job.yaml", null)).Problems);
        Assert.Empty(Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).Jobs);
        return submitted.Problems;
    }
}
