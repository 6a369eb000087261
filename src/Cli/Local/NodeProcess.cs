using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DistTrain.Cli.Nodes;
using DistTrain.Worker;

namespace DistTrain.Cli.Local;

/// <summary>A coordinator or worker that <c>disttrain run</c> started, as a process of its own.</summary>
internal sealed partial class NodeProcess : IAsyncDisposable
{
    private const int Terminate = 15;

    /// <summary>More than a node takes: up to 30 s for its actor system, which the host gives it, and then for the training.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(40) + WorkerProcess.EndPatience;

    private readonly Process _process;

    private NodeProcess(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>Completes with the exit code when the process is gone.</summary>
    public async Task<int> Ended(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop);
        return _process.ExitCode;
    }

    /// <param name="name">Names it in messages and the file of its console output.</param>
    /// <param name="output">File that its console output is appended to.</param>
    public static NodeProcess Start(string name, IEnumerable<string> arguments, string output)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Run as "dotnet DistTrain.Cli.dll", the process path is dotnet and needs the assembly; a published executable does not.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // What the shell says of another cluster is not meant for this one, which its command line describes wholly.
        foreach (var setting in start.Environment.Keys.Where(NodeConfiguration.IsSetting).ToList()) start.Environment.Remove(setting);
        start.Environment[ParentWatch.Variable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

        var process = new Process { StartInfo = start };
        var log = new OutputFile(output);
        process.OutputDataReceived += (_, line) => log.Add(line.Data);
        process.ErrorDataReceived += (_, line) => log.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new NodeProcess(name, process);
    }

    /// <summary>Asks the process to end, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Refused only when the process has just ended by itself.
            _ = SendSignal(Id, Terminate);
            using var patience = new CancellationTokenSource(StopPatience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }
        _process.Dispose();
    }

    // .NET can only kill; a node that is asked to end leaves the cluster in good order.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
