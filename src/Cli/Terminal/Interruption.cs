using System.Runtime.InteropServices;

namespace DistTrain.Cli.Terminal;

/// <summary>
/// SIGINT (Ctrl-C) and SIGTERM as a token, for the rest of the process's life. Later signals change nothing: a child of <c>disttrain run</c>
/// that a Ctrl-C to the whole process group has reached is told to end by its parent as well, perhaps when it has all but ended.
/// </summary>
internal static class Interruption
{
    private static readonly CancellationTokenSource Interrupted = new();

    /// <summary>Kept: a registration that is collected gives the signal back to the system.</summary>
    private static readonly List<PosixSignalRegistration> Signals = [];

    /// <summary>Takes the signals over: until then they end the process at once.</summary>
    /// <returns>Cancelled by the first of them.</returns>
    public static CancellationToken Take()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }) Signals.Add(PosixSignalRegistration.Create(signal, Interrupt));
        return Interrupted.Token;
    }

    private static void Interrupt(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Interrupted.Cancel();
    }
}
