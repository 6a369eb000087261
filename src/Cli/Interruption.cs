using System.Runtime.InteropServices;

namespace DistTrain.Cli;

/// <summary>
/// SIGINT (Ctrl-C) and SIGTERM as a token. Later signals change nothing: a child of <c>disttrain run</c> that a Ctrl-C to the
/// whole process group has reached is told to end by its parent as well.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Interrupt))];

    /// <summary>Cancelled by the first of them.</summary>
    public CancellationToken Token => _interrupted.Token;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _interrupted.Dispose();
    }

    private void Interrupt(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _interrupted.Cancel();
    }
}
