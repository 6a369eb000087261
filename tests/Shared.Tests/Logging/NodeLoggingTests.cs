using System.Text.Json;
using DistTrain.Shared.Logging;
using DistTrain.TestSupport.Processes;
using Microsoft.Extensions.Logging;

namespace DistTrain.Shared.Tests.Logging;

/// <summary>The lines of a log file: the sentence, and the properties by which a job's lines are found.</summary>
public sealed class NodeLoggingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Log_InAJobsScope_HasTheSentenceItsTemplateAndTheFiveProperties()
    {
        var step = 3L;
        var line = Assert.Single(Lines("worker-1", log =>
        {
            using (log.ForJob("toy-1", "pretrain", 2))
            using (log.ForStep(() => step))
            {
                step++;
                log.LogInformation("Wrote {Folder}, loss {Loss:0.000}.", "/c", double.NaN);
            }
        }));

        Assert.Equal(("Wrote /c, loss NaN.", "Wrote {Folder}, loss {Loss:0.000}."),
            (line.GetProperty("@m").GetString(), line.GetProperty("@mt").GetString()));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("Loss").ValueKind);
        Assert.Equal(("toy-1", "pretrain", "worker-1"),
            (line.GetProperty("Job").GetString(), line.GetProperty("Phase").GetString(), line.GetProperty("Worker").GetString()));
        Assert.Equal((2, 4), (line.GetProperty("Generation").GetInt32(), line.GetProperty("Step").GetInt32()));
    }

    [Fact]
    public void Log_OfAnotherWorker_NamesThatOne()
    {
        var lines = Lines("coordinator", log =>
        {
            log.LogWarning("Worker {Worker} is gone.", "worker-2");
            log.LogInformation("Nobody's.");
        });

        Assert.Equal("worker-2", lines[0].GetProperty("Worker").GetString());
        Assert.Equal("Warning", lines[0].GetProperty("@l").GetString());
        Assert.False(lines[1].TryGetProperty("Worker", out _));
    }

    private List<JsonElement> Lines(string node, Action<ILogger> write)
    {
        using (var logs = NodeLogging.Open(node, _folder.Path)) write(logs.CreateLogger("Some"));
        return [.. File.ReadAllLines(Assert.Single(Directory.GetFiles(_folder.Path))).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
