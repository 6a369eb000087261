using DistTrain.Shared.Datasets;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Datasets;

public sealed class DataRootsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _data;
    private readonly DataRoots _roots;

    public DataRootsTests()
    {
        _data = Directory.CreateDirectory(At("data")).FullName;
        Directory.CreateDirectory(At("more"));
        Directory.CreateDirectory(At("database"));
        _folder.Write("outside/secret.txt", "s");
        _roots = new DataRoots(_data, At("more"));
    }

    [Theory]
    [InlineData("data/train.en")]
    [InlineData("data")]
    [InlineData("data/sub/../train.en")]
    [InlineData("more/deep/er/x.tsv")]
    public void Refusal_PathInAFolder_IsNull(string path) => Assert.Null(_roots.Refusal(At(path)));

    [Theory]
    [InlineData("outside/secret.txt")]
    [InlineData("data/../outside/secret.txt")]
    [InlineData("database/x.tsv")]
    [InlineData("")]
    public void Refusal_PathElsewhere_SaysWhatToDo(string path)
    {
        var refusal = _roots.Refusal(At(path));

        Assert.Contains($"outside of the coordinator's data folder {_data}, or in a circle. ", refusal, StringComparison.Ordinal);
        Assert.Contains("--data-allow", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_LinkThatLeadsOut_IsFollowed()
    {
        File.CreateSymbolicLink(At("data/file"), At("outside/secret.txt"));
        Directory.CreateSymbolicLink(At("data/folder"), "../outside");
        Directory.CreateSymbolicLink(At("data/again"), "folder");

        Assert.All(["data/file", "data/folder/secret.txt", "data/again/secret.txt"],
            path => Assert.Equal(_roots.Refusal("/nowhere"), _roots.Refusal(At(path))));
    }

    [Fact]
    public void Refusal_LinkThatGoesUpBehindAnotherLink_IsFollowedAsTheSystemDoes()
    {
        Directory.CreateDirectory(At("outside/deep"));
        Directory.CreateSymbolicLink(At("data/deep"), "../outside/deep");
        File.CreateSymbolicLink(At("data/up"), "deep/../secret.txt");

        Assert.NotNull(_roots.Refusal(At("data/up")));
        Assert.Equal(File.ReadAllText(At("outside/secret.txt")), File.ReadAllText(At("data/up")));
    }

    [Fact]
    public void Refusal_LinkToAFolderThatIsAllowed_IsNull()
    {
        Directory.CreateSymbolicLink(At("data/big"), At("more"));

        Assert.Null(_roots.Refusal(At("data/big/x.tsv")));
    }

    [Fact]
    public void Refusal_LinksInACircle_IsTheSameSentence()
    {
        File.CreateSymbolicLink(At("data/a"), "b");
        File.CreateSymbolicLink(At("data/b"), "a");

        Assert.Equal(_roots.Refusal("/nowhere"), _roots.Refusal(At("data/a")));
    }

    [Fact]
    public void Hold_FolderThatIsItselfALink_HoldsWhatItLeadsTo()
    {
        Directory.CreateSymbolicLink(At("link"), _data);

        Assert.Null(new DataRoots(At("link")).Refusal(At("link/train.en")));
        Assert.Null(new DataRoots(At("link")).Refusal(At("data/train.en")));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string path) => Path.Combine(_folder.Path, path);
}
