using DistTrain.Worker.Phases.Dpo;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Tests.Phases.Dpo;

public sealed class ScoreFileTests : IDisposable
{
    private readonly Lines _log = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("disttrain-scores-").FullName;

    [Fact]
    public void TryRead_AsWritten_GivesTheNumbersBitForBit()
    {
        double[] numbers = [-1.5, double.Epsilon, 0.1 + 0.2];
        new ScoreFile(_folder, _log, "weights", "tokenizer", "store").Write(numbers);
        Assert.Equal(numbers, new ScoreFile(_folder, _log, "weights", "tokenizer", "store").TryRead(3));
    }

    [Fact]
    public void TryRead_OtherWeightsOrCount_FindsNothing()
    {
        new ScoreFile(_folder, _log, "weights", "store").Write([1, 2]);
        Assert.Null(new ScoreFile(_folder, _log, "others", "store").TryRead(2));
        Assert.Null(new ScoreFile(_folder, _log, "weights", "store").TryRead(3));
    }

    [Fact]
    public void TryRead_Damaged_FindsNothing()
    {
        var file = new ScoreFile(_folder, _log, "weights", "store");
        file.Write([1, 2]);
        var path = Assert.Single(Directory.GetFiles(_folder));
        var bytes = File.ReadAllBytes(path);
        bytes[3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Null(file.TryRead(2));
    }

    [Fact]
    public void Write_CannotBeWritten_WarnsWithFileAndReasonAndLeavesNothing()
    {
        // A folder that has the file's name cannot be replaced by it.
        var file = new ScoreFile(_folder, _log, "weights");
        file.Write([1]);
        var path = Assert.Single(Directory.GetFiles(_folder));
        File.Delete(path);
        Directory.CreateDirectory(Path.Combine(path, "not empty"));

        file.Write([1]);

        Assert.Contains(path, Assert.Single(_log.All), StringComparison.Ordinal);
        Assert.Contains("Free space there", _log.All[0], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Null(file.TryRead(1));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
