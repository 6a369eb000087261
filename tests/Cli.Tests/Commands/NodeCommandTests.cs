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
}
