using DistTrain.Cli.Local;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Local;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_WhileTheFileCannotBeWritten_LosesLinesAndSaysHowManyAfterwards()
    {
        var path = Path.Combine(_folder.Path, "out");
        var file = new OutputFile(path);
        file.Add("one");
        File.Move(path, path + ".away");
        Directory.CreateDirectory(path);
        file.Add("two");
        file.Add("three");
        file.Add(null);
        Directory.Delete(path);
        File.Move(path + ".away", path);

        file.Add("four");
        file.Add("five");

        var lines = File.ReadAllLines(path);
        Assert.Equal(["one", "", "four", "five"], lines.Where(line => !line.StartsWith('(')));
        Assert.StartsWith("(2 lines are missing here: ", lines[2], StringComparison.Ordinal);
    }
}
