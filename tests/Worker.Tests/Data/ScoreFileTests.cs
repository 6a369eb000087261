using DistTrain.Worker.Data;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Tests.Data;

public sealed class ScoreFileTests : IDisposable
{
    private readonly Lines log = new();
    private readonly string folder = Directory.CreateTempSubdirectory("disttrain-scores-").FullName;

    [Fact]
    public void TryRead_AsWritten_GivesTheNumbersBitForBit()
    {
        double[] numbers = [-1.5, double.Epsilon, 0.1 + 0.2];
        new ScoreFile(folder, log, "weights", "tokenizer", "store").Write(numbers);
        Assert.Equal(numbers, new ScoreFile(folder, log, "weights", "tokenizer", "store").TryRead(3));
    }

    [Fact]
    public void TryRead_OtherWeightsOrCount_FindsNothing()
    {
        new ScoreFile(folder, log, "weights", "store").Write([1, 2]);
        Assert.Null(new ScoreFile(folder, log, "others", "store").TryRead(2));
        Assert.Null(new ScoreFile(folder, log, "weights", "store").TryRead(3));
    }

    [Fact]
    public void TryRead_Damaged_FindsNothing()
    {
        var file = new ScoreFile(folder, log, "weights", "store");
        file.Write([1, 2]);
        var path = Assert.Single(Directory.GetFiles(folder));
        var bytes = File.ReadAllBytes(path);
        bytes[3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Null(file.TryRead(2));
    }

    [Fact]
    public void Write_CannotBeWritten_WarnsWithFileAndReasonAndLeavesNothing()
    {
        // A folder that has the file's name cannot be replaced by it.
        var file = new ScoreFile(folder, log, "weights");
        file.Write([1]);
        var path = Assert.Single(Directory.GetFiles(folder));
        File.Delete(path);
        Directory.CreateDirectory(Path.Combine(path, "not empty"));

        file.Write([1]);

        Assert.Contains(path, Assert.Single(log.All), StringComparison.Ordinal);
        Assert.Contains("Free space there", log.All[0], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Null(file.TryRead(1));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
