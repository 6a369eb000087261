using System.Diagnostics;
using System.Text.Json;

namespace DistTrain.TestSupport.Processes;

/// <summary>A real <c>disttrain</c> process: what it prints is kept, and can be waited for.</summary>
public sealed class DistTrainProcess : IAsyncDisposable
{
    /// <summary>Nothing that a test waits for takes this long, even on a machine that is busy with other tests.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DistTrainProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Everything printed on standard output so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_lines) return [.. _lines]; }
    }

    /// <summary>Everything printed on standard error so far.</summary>
    public string Errors
    {
        get { lock (_lines) return string.Join('\n', _errors); }
    }

    /// <summary>The lines that are JSON objects, as <c>--json</c> prints them.</summary>
    public IReadOnlyList<JsonElement> Events => [.. Lines.Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)];

    public static DistTrainProcess Start(params IEnumerable<string> arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <param name="environment">Variables beside those of the test itself.</param>
    public static DistTrainProcess Start(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) =>
        Start(environment, "", arguments);

    /// <summary>Starts in a folder.</summary>
    public static DistTrainProcess StartIn(string folder, params IEnumerable<string> arguments) =>
        Start(new Dictionary<string, string>(), folder, arguments);

    private static DistTrainProcess Start(IReadOnlyDictionary<string, string> environment, string folder, IEnumerable<string> arguments)
    {
        // A session of its own, as a terminal gives a command: a signal to its process group reaches it and its children alone.
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        // A shell that runs the tests in the background has them ignore SIGINT, and what they start would too.
        start.ArgumentList.Add("env");
        start.ArgumentList.Add("--default-signal=INT");
        // A test may leave the process no room for files: it is then told so, and not ended by the signal for that.
        start.ArgumentList.Add("--ignore-signal=XFSZ");
        start.ArgumentList.Add("dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "DistTrain.Cli.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var running = new DistTrainProcess(new Process { StartInfo = start });
        running._process.OutputDataReceived += (_, line) => running.Keep(running._lines, line.Data);
        running._process.ErrorDataReceived += (_, line) => running.Keep(running._errors, line.Data);
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Runs to the end.</summary>
    /// <param name="input">Written to standard input, which is then closed.</param>
    public static async Task<(int ExitCode, DistTrainProcess Process)> Run(string? input, params IEnumerable<string> arguments)
    {
        var process = Start(arguments);
        if (input is not null) await process._process.StandardInput.WriteAsync(input);
        process._process.StandardInput.Close();
        return (await process.Ended(), process);
    }

    /// <summary>Runs to the end, started in a folder, without input.</summary>
    public static async Task<(int ExitCode, DistTrainProcess Process)> RunIn(string folder, params IEnumerable<string> arguments)
    {
        var process = Start(new Dictionary<string, string>(), folder, arguments);
        process._process.StandardInput.Close();
        return (await process.Ended(), process);
    }

    /// <summary>Waits until what was printed satisfies a condition.</summary>
    /// <exception cref="TimeoutException">It never did; the message holds what was printed instead.</exception>
    public async Task<T> Until<T>(Func<DistTrainProcess, T?> condition, string what) where T : class
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed;
            lock (_lines) changed = _changed.Task;
            if (condition(this) is { } found) return found;
            try
            {
                await changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited in vain for: {what}.\n{Describe()}");
            }
        }
    }

    public Task<string> UntilLine(string part) =>
        Until(process => process.Lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)), $"a line with '{part}'");

    /// <summary>Waits for the process to end by itself.</summary>
    public async Task<int> Ended()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process did not end.\n{Describe()}");
        }
    }

    /// <summary>Sends a signal, by its name such as INT, to the process alone or, as a terminal does, to its whole process group.</summary>
    public async Task Signal(string signal, bool wholeGroup)
    {
        // An id is free for other processes once its process was waited for.
        if (_process.HasExited) throw new InvalidOperationException($"The process has ended before it was sent {signal}.\n{Describe()}");
        await Signal(wholeGroup ? -Id : Id, signal);
    }

    /// <summary>Sends a signal to a process by its id, which has not ended; a negative one is a process group's.</summary>
    public static async Task Signal(int process, string signal)
    {
        using var kill = Process.Start("sh", ["-c", FormattableString.Invariant($"kill -{signal} {process}")]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0) throw new InvalidOperationException($"{signal} could not be sent to process {process}.");
    }

    /// <summary>SIGKILL: the process can do nothing about it.</summary>
    public async Task Kill()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGKILL to a process by its id.</summary>
    public static async Task Kill(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
        await victim.WaitForExitAsync();
    }

    public string Describe() => $"exit code {(_process.HasExited ? _process.ExitCode : "none yet")}\n{string.Join('\n', Lines.TakeLast(40))}\n" +
        $"{Errors}";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(List<string> lines, string? line)
    {
        lock (_lines)
        {
            if (line is not null) lines.Add(line);
            var changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }
}
