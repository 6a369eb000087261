namespace DistTrain.Cli.Local;

/// <summary>What a local cluster consists of.</summary>
/// <param name="State">Full path of the folder of journal, jobs and logs.</param>
/// <param name="Data">Full path of the folder that relative data paths start from.</param>
/// <param name="DataAllow">Folders beside it that the job's files lie in.</param>
/// <param name="Devices">Of the worker processes, one for each: at least one.</param>
/// <param name="Threads">Of each worker; null: its share of the cores.</param>
internal sealed record LocalClusterOptions(string State, string Data, IReadOnlyList<string> DataAllow, IReadOnlyList<string> Devices,
    int? Threads = null)
{
    public string Logs => Path.Combine(State, "logs");
}
