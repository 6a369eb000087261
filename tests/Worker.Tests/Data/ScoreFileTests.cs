using DistTrain.Worker.Data;

namespace DistTrain.Worker.Tests.Data;

public sealed class ScoreFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("disttrain-scores-").FullName;

    [Fact]
    public void TryRead_AsWritten_GivesTheNumbersBitForBit()
    {
        double[] numbers = [-1.5, double.Epsilon, 0.1 + 0.2];
        new ScoreFile(folder, "weights", "tokenizer", "store").Write(numbers);
        Assert.Equal(numbers, new ScoreFile(folder, "weights", "tokenizer", "store").TryRead(3));
    }

    [Fact]
    public void TryRead_OtherWeightsOrCount_FindsNothing()
    {
        new ScoreFile(folder, "weights", "store").Write([1, 2]);
        Assert.Null(new ScoreFile(folder, "others", "store").TryRead(2));
        Assert.Null(new ScoreFile(folder, "weights", "store").TryRead(3));
    }

    [Fact]
    public void TryRead_Damaged_FindsNothing()
    {
        var file = new ScoreFile(folder, "weights", "store");
        file.Write([1, 2]);
        var path = Assert.Single(Directory.GetFiles(folder));
        var bytes = File.ReadAllBytes(path);
        bytes[3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Null(file.TryRead(2));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
