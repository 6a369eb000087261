using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DistTrain.Cli.Tests.Commands;

public sealed class NodeCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("coordinator", "--port", "--state")]
    [InlineData("worker", "--port", "--logs")]
    [InlineData("worker", "--data-port", "--logs")]
    public async Task Node_PortInUse_IsToldInOneLine(string node, string option, string folder)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var run = await CommandRun.Of(node, option, port, folder, _folder.FullName, "--seed", "127.0.0.1:4053");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"The node cannot listen on 127.0.0.1:{port} (", run.Errors, StringComparison.Ordinal);
        Assert.EndsWith($"a free port with {option}.", Assert.Single(run.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("worker", "--logs", "--seed", "127.0.0.1:4053")]
    [InlineData("coordinator", "--state", "--port", "0")]
    public async Task Node_FolderThatCannotBeWritten_IsToldInOneLine(string node, string option, string other, string value)
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");

        var run = await CommandRun.Of(node, option, Path.Combine(file, "below"), other, value);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(Path.Combine(file, "below"), Assert.Single(run.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("[::]")]
    public async Task Node_HostThatNobodyCanDial_IsRefusedWithTheRemedy(string host)
    {
        foreach (var node in new[] { "coordinator", "worker" })
        {
            var run = await CommandRun.Of(node, "--host", host);

            Assert.Equal(2, run.ExitCode);
            Assert.Contains($"--bind {host}", run.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Node_SeedOnAnotherMachine_HostOfThisOneAlone_IsRefusedWithTheRemedy()
    {
        var run = await CommandRun.Of("worker", "--seed", "192.0.2.1:4053", "--logs", _folder.FullName);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the seed 192.0.2.1 is another machine", run.Errors, StringComparison.Ordinal);
    }
}
