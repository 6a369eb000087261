using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DistTrain.Cli.Tests.Commands;

public sealed class NodeCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Coordinator_PortInUse_IsToldInOneLine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var run = await CommandRun.Of("coordinator", "--port", port, "--state", _folder.FullName);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"The node cannot listen on 127.0.0.1:{port} (", run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.TrimEnd().Split('\n'));
    }
}
