using DistTrain.Shared;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Folders;

namespace DistTrain.Worker;

/// <summary>How a worker process runs. It belongs to the process, not to a job.</summary>
public sealed record WorkerOptions
{
    private const long BytesOfGigabyte = 1_000_000_000;

    public ClusterOptions Cluster { get; init; } = new() { Seeds = $"127.0.0.1:{ClusterOptions.DefaultPort}" };

    /// <summary>Name of the worker, unique in the cluster.</summary>
    /// <value>Default: the host's name and a few random digits.</value>
    public string? Name { get; init; }

    /// <summary>The device that training steps compute on.</summary>
    /// <value><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>: see <see cref="Model.Devices.Choose"/>. Default: auto.</value>
    public string Device { get; init; } = "auto";

    /// <summary>Processor threads that tensors are computed with.</summary>
    /// <value>At least 1. Default: null, this worker's share of the host's cores among the job's workers on it.</value>
    public int? Threads { get; init; }

    /// <summary>Port of the data plane, over which gradients travel.</summary>
    /// <value>0 to 65535; 0 takes a free one. Default: 0.</value>
    public int DataPort { get; init; }

    /// <summary>Folder of the worker's log files.</summary>
    /// <value>Default: <c>runs/logs</c> in the current folder.</value>
    public string Logs { get; init; } = Path.Combine("runs", "logs");

    /// <summary>Folder of what is fetched of jobs whose folders this worker does not see. Workers of one machine may share it.</summary>
    /// <value>Default: <c>runs/cache</c> in the current folder.</value>
    public string Cache { get; init; } = new CacheOptions().Folder;

    /// <summary>Gigabytes (1e9 bytes) that it may take: beyond that, what was used the longest ago is deleted, but for what is in use.</summary>
    /// <value>1 to 1000000. Default: 20.</value>
    public int CacheGigabytes { get; init; } = (int)(new CacheOptions().Bytes / BytesOfGigabyte);

    /// <summary>
    /// Seconds for which a neighbour in the ring may be silent at the least, before it counts as dead; how long really follows from recent waits.
    /// </summary>
    /// <value>4 to 3600. Default: 5.</value>
    public int LeastSilence { get; init; } = (int)new RingOptions().LeastSilence.TotalSeconds;

    /// <summary>Seconds for which a neighbour may be silent at the most, and until enough waits are known.</summary>
    /// <value>4 to 86400, and at least <see cref="LeastSilence"/>. Default: 60.</value>
    public int SilenceLimit { get; init; } = (int)new RingOptions().SilenceLimit.TotalSeconds;

    /// <summary>Seconds for which a neighbour that lives is waited for while it is at work without a sign of progress.</summary>
    /// <value>10 to 86400. Default: 600.</value>
    public int WorkLimit { get; init; } = (int)new RingOptions().WorkLimit.TotalSeconds;

    /// <summary>Where this process keeps what it fetches.</summary>
    public CacheOptions FileCache() => new() { Folder = Cache, Bytes = CacheGigabytes * BytesOfGigabyte };

    /// <summary>How long rings of this process wait.</summary>
    public RingOptions Ring() => new()
    {
        LeastSilence = TimeSpan.FromSeconds(LeastSilence),
        SilenceLimit = TimeSpan.FromSeconds(SilenceLimit),
        WorkLimit = TimeSpan.FromSeconds(WorkLimit),
    };

    /// <summary>Whatever is wrong with the options, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in Cluster.Problems()) yield return problem;
        if (Cluster.Seeds.Length == 0) yield return "seed is empty. A worker needs the address of a coordinator, such as --seed 10.0.0.1:4053.";
        if (Name is not null && !WorkerId.IsValid(Name))
            yield return $"name is '{Readable.Line(Name)}', but must be up to {Limits.IdCharacters} letters, digits, dots, dashes and underscores, " +
                "such as host-a-1.";
        if (DataPort is < 0 or > 65535) yield return $"data-port is {DataPort}, but must be from 0 to 65535. 0 takes a free port.";
        if (Threads < 1) yield return $"threads is {Threads}, but must be at least 1. Leave it out to share the host's cores among its workers.";
        if (string.IsNullOrWhiteSpace(Cache)) yield return "cache is empty. Give a folder for what is fetched of jobs whose folders are not seen.";
        if (CacheGigabytes is < 1 or > 1_000_000) yield return $"CacheGigabytes is {CacheGigabytes}, but must be from 1 to 1000000.";
        foreach (var problem in ProblemsOfWaits()) yield return problem;
    }

    private IEnumerable<string> ProblemsOfWaits()
    {
        if (LeastSilence is < 4 or > 3600)
            yield return $"LeastSilence is {LeastSilence}, but must be from 4 to 3600 seconds: a worker that lives says so each second.";
        if (SilenceLimit is < 4 or > 86400) yield return $"SilenceLimit is {SilenceLimit}, but must be from 4 to 86400 seconds.";
        else if (SilenceLimit < LeastSilence)
            yield return $"SilenceLimit is {SilenceLimit}, but must be at least LeastSilence, which is {LeastSilence}.";
        if (WorkLimit is < 10 or > 86400) yield return $"WorkLimit is {WorkLimit}, but must be from 10 to 86400 seconds.";
    }
}
