using DistTrain.Shared.Cluster;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Jobs.Checks;

namespace DistTrain.Coordinator.Options;

/// <summary>How a coordinator process runs. It belongs to the process, not to a job.</summary>
public sealed record CoordinatorOptions
{
    public ClusterOptions Cluster { get; init; } = new() { Port = ClusterOptions.DefaultPort };

    /// <summary>Folder of the journal (with SQLite), of the jobs' files and of the logs.</summary>
    /// <value>Default: <c>runs</c> in the current folder. Workers that see it under the same path use it; others fetch what they need.</value>
    public string State { get; init; } = "runs";

    /// <summary>Folder that relative data paths of jobs start from.</summary>
    /// <value>Default: the current folder.</value>
    public string Data { get; init; } = ".";

    /// <summary>Folders beside <see cref="Data"/> that jobs may name files of.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> DataAllow { get; init; } = [];

    /// <summary>Where the journal is kept.</summary>
    /// <value><c>sqlite</c> (a file in <see cref="State"/>) or <c>postgresql</c>. Default: sqlite.</value>
    public string Database { get; init; } = "sqlite";

    /// <summary>Connection string of the database. Give it by environment or file rather than on the command line: it holds a password.</summary>
    /// <value>Needed for postgresql. Default for sqlite: a file journal.db in <see cref="State"/>.</value>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// Workers that are being started with the coordinator: until so many have joined, and for <see cref="Scheduling.WorkerQueue.StartPatience"/> at
    /// the most, no job begins with fewer than it takes.
    /// </summary>
    /// <value>At least 0. Default: 0.</value>
    public int ExpectedWorkers { get; init; }

    /// <summary>
    /// Port of the store, from which workers that do not see <see cref="State"/> fetch what they need, and to which they bring checkpoints.
    /// </summary>
    /// <value>0 to 65535; 0 takes that of the process's last life where it is free, else any free one. Default: 0.</value>
    public int StorePort { get; init; }

    /// <summary>Where the start and the data of a job are looked for, and where they may lie.</summary>
    /// <param name="dataRoot">Full path of the folder that the job's relative paths start from.</param>
    /// <exception cref="IOException">The links of a folder lead in a circle.</exception>
    public StartPlaces Places(string dataRoot) => new(dataRoot, _ => Path.GetFullPath(State), new DataRoots([Data, .. DataAllow]));

    /// <summary>Whatever is wrong with the options, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in Cluster.Problems()) yield return problem;
        if (string.IsNullOrWhiteSpace(State)) yield return "state is empty. Give the folder for journal, jobs and logs.";
        if (!Directory.Exists(Data))
            yield return $"data is '{Data}', which is no folder. Give the folder that the jobs' relative data paths start from.";
        foreach (var folder in DataAllow.Where(folder => !Directory.Exists(folder)))
            yield return $"data-allow is '{folder}', which is no folder. Give a folder that jobs may name files of.";
        if (StorePort is < 0 or > 65535) yield return $"store-port is {StorePort}, but must be from 0 to 65535. 0 takes a free port.";
        if (ExpectedWorkers < 0) yield return $"expected-workers is {ExpectedWorkers}, but must be at least 0.";
        if (Database is not ("sqlite" or "postgresql")) yield return $"database is '{Database}', but must be sqlite or postgresql.";
        if (Database == "sqlite" && JournalConnection.Unreadable(this) is { } noFile)
            yield return $"the connection string is none of SQLite, and database is sqlite. {noFile} Unset DISTTRAIN_ConnectionString, or give " +
                "--database postgresql.";
        if (Database == "postgresql" && string.IsNullOrWhiteSpace(ConnectionString))
            yield return "database is postgresql, but there is no connection string. Set DISTTRAIN_ConnectionString, such as " +
                "'Host=db;Username=u;Password=p;Database=d'.";
        else if (Database == "postgresql" && JournalConnection.Unreadable(this) is { } because)
            yield return $"the connection string is none of PostgreSQL. {because} Correct DISTTRAIN_ConnectionString, such as " +
                "'Host=db;Username=u;Password=p;Database=d'.";
    }
}
