using DistTrain.Cli.Terminal;
using DistTrain.Coordinator.Options;
using DistTrain.Worker;
using Microsoft.Extensions.Configuration;

namespace DistTrain.Cli.Nodes;

/// <summary>
/// Binds a process's options once, from all sources: file, environment (<c>DISTTRAIN_KEY</c>), <c>--set key=value</c>, flags. Later ones win.
/// </summary>
public static class NodeConfiguration
{
    private const string EnvironmentPrefix = "DISTTRAIN_";

    private static readonly HashSet<string> Keys =
        new(typeof(CoordinatorOptions).GetProperties().Concat(typeof(WorkerOptions).GetProperties()).Select(option => option.Name),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a variable of the environment is an option of a coordinator or a worker, and not one of another purpose.</summary>
    public static bool IsSetting(string variable) => variable.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)
        && Keys.Contains(variable[EnvironmentPrefix.Length..].Split(["__", ":"], StringSplitOptions.None)[0]);

    /// <param name="file">A JSON file, or null.</param>
    /// <param name="sets">Texts <c>key=value</c>; parts of a key are separated by colons, such as <c>Cluster:Host=10.0.0.1</c>.</param>
    /// <param name="flags">Options of the command line by key; null values are left out.</param>
    /// <exception cref="UsageException">A source is not readable, or names a key that does not exist.</exception>
    public static T Bind<T>(string? file, IEnumerable<string> sets, IEnumerable<(string Key, string? Value)> flags) where T : class, new()
    {
        try
        {
            var strict = new ConfigurationBuilder();
            if (file is not null) strict.AddJsonFile(Path.GetFullPath(file), optional: false);
            strict.AddInMemoryCollection(sets.Select(Pair));
            var written = strict.Build();
            // What a person wrote must name keys that exist; the environment may hold variables of other purposes.
            written.Get<T>(binder => binder.ErrorOnUnknownConfiguration = true);

            var all = new ConfigurationBuilder();
            if (file is not null) all.AddJsonFile(Path.GetFullPath(file), optional: false);
            all.AddEnvironmentVariables(EnvironmentPrefix)
                .AddInMemoryCollection(sets.Select(Pair))
                .AddInMemoryCollection(flags.Where(flag => flag.Value is not null).Select(flag => KeyValuePair.Create(flag.Key, flag.Value)));
            return all.Build().Get<T>() ?? new T();
        }
        catch (Exception failure) when (failure is InvalidOperationException or InvalidDataException or FileNotFoundException)
        {
            throw new UsageException($"The configuration is not usable: {failure.Message}");
        }
    }

    private static KeyValuePair<string, string?> Pair(string set) => set.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? KeyValuePair.Create(set[..at], (string?)set[(at + 1)..])
        : throw new UsageException($"--set '{set}' is not of the form key=value, such as --set Cluster:Host=10.0.0.1.");
}
