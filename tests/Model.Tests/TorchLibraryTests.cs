using TorchSharp;

namespace DistTrain.Model.Tests;

/// <summary>Fails where the native library does not load, as on Debian 12 without the weakened symbol version.</summary>
public sealed class TorchLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("libtorch").FullName;

    [Fact]
    public void Load_OfTheShippedLibrary_LetsTorchCompute()
    {
        TorchLibrary.Load();
        using var sum = torch.ones(2, 3).sum();
        Assert.Equal(6, sum.item<float>());
    }

    [Fact]
    public void Preload_OfAFolderThatHasTheLibraries_Succeeds()
    {
        TorchLibrary.Preload(AppContext.BaseDirectory);
        using var product = torch.ones(2, 2).mm(torch.ones(2, 2));
        Assert.Equal(2, product[0, 0].item<float>());
    }

    [Fact]
    public void Preload_OfAFolderWithoutThem_NamesFolderLibraryAndRemedy()
    {
        var error = Assert.Throws<DllNotFoundException>(() => TorchLibrary.Preload(_folder));
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("c10", error.Message, StringComparison.Ordinal);
        Assert.Contains(TorchLibrary.FolderVariable, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preload_OfAFileThatIsNoLibrary_NamesIt()
    {
        foreach (var name in new[] { "libc10.so", "libc10.dylib", "c10.dll" }) File.WriteAllText(Path.Combine(_folder, name), "no library");
        var error = Assert.Throws<DllNotFoundException>(() => TorchLibrary.Preload(_folder));
        Assert.Contains("does not load", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
