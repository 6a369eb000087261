using System.Diagnostics;
using System.Text.RegularExpressions;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>
/// A program outside this repository, which inherits none of its settings: the one that docs/guide/embedding.md shows. Packages come from where the
/// build of these tests left them.
/// </summary>
public sealed partial class EmbeddingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ProgramOfTheGuide_BuildsAndWatchesAJob()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "guide", "embedding.md"));
        _folder.Write("own/Own.csproj", Block(guide, "xml").Replace("disttrain/src", Path.Combine(Repository.Root, "src"), StringComparison.Ordinal));
        _folder.Write("own/Program.cs", Block(guide, "csharp"));
        _folder.Write("own/Directory.Build.props", $"<Project><PropertyGroup><RestoreSources>{Packages}</RestoreSources></PropertyGroup></Project>");
        var program = Path.Combine(_folder.Path, "own");
        var (built, log) = await Dotnet("build", program, "-c", Configuration, "-p:BuildProjectReferences=false", "-p:UseSharedCompilation=false",
            "-nodeReuse:false", "--nologo");
        Assert.True(built == 0, log);

        var port = ClusterTests.FreePort();
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", $"{port}", "--state", Path.Combine(_folder.Path, "state"));
        await using var worker = DistTrainProcess.Start("worker", "--seed", $"127.0.0.1:{port}", "--logs", _folder.Path);
        await worker.UntilLine("on its roster");
        var job = _folder.Write("job.yaml", TinyJob.Yaml(steps: 5, maxWorkers: 1));
        var (code, output) = await Dotnet(Path.Combine(program, "bin", Configuration, "net10.0", "Own.dll"), $"127.0.0.1:{port}", job);

        Assert.True(code == 0, output);
        Assert.Contains("pretrain, step 5: loss ", output, StringComparison.Ordinal);
        Assert.Contains("JobCompleted: ", output, StringComparison.Ordinal);
    }

    /// <summary>The tests' own: bin/CONFIGURATION/net10.0/....</summary>
    private static string Configuration => AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar) is var parts
        ? parts[Array.IndexOf(parts, "net10.0") - 1] : "";

    /// <summary>The folder that restored packages lie in, which also serves as a source of packages.</summary>
    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Block(string document, string language) =>
        CodeBlocks().Matches(document).Single(block => block.Groups["language"].Value == language).Groups["text"].Value;

    private static async Task<(int ExitCode, string Output)> Dotnet(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var patience = new CancellationTokenSource(DistTrainProcess.Patience);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();
}
