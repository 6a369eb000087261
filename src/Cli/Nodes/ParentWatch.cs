using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace DistTrain.Cli.Nodes;

/// <summary>Ends a node that <c>disttrain run</c> started when that process is gone, even when it was killed and could not clean up.</summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    /// <summary>Environment variable with the process id of the parent; unset for a node that stands alone.</summary>
    public const string Variable = "DISTTRAIN_PARENT_PROCESS";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Process id of the <c>disttrain run</c> that started this process; null for a node that stands alone.</summary>
    public static int? Parent => int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var parent)
        ? parent : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Parent is not { } parent) return;
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            if (IsGone(parent))
            {
                lifetime.StopApplication();
                return;
            }
    }

    private static bool IsGone(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
