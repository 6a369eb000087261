namespace DistTrain.Worker.Folders;

/// <summary>Where a worker keeps what it fetches of jobs whose folders it does not see.</summary>
public sealed record CacheOptions
{
    /// <summary>The folder; made when something is fetched. Workers of one machine may share it.</summary>
    /// <value>Default: <c>runs/cache</c> in the current folder.</value>
    public string Folder { get; init; } = Path.Combine("runs", "cache");

    /// <summary>Bytes that it may take: beyond that, what was used the longest ago is deleted, but for what is in use.</summary>
    /// <value>Default: 20 GB.</value>
    public long Bytes { get; init; } = 20_000_000_000;
}
