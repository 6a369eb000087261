using System.CommandLine;

namespace DistTrain.Cli.Nodes;

/// <summary>The command line options that the coordinator and the worker share.</summary>
internal sealed class NodeOptions
{
    public Option<string?> Host { get; } = new("--host")
    {
        Description = "Name or address that the other nodes reach this one at. Default: 127.0.0.1.",
    };
    public Option<string?> ListenOn { get; } = new("--bind")
    {
        Description = "Address to listen on, when it is another one; 0.0.0.0 for all. Default: --host.",
    };
    public Option<int?> Port { get; } = new("--port") { Description = "Port of the control plane." };
    public Option<string?> Seed { get; } = new("--seed") { Description = "Nodes to join, as host:port, separated by commas." };
    public Option<string?> Config { get; } = new("--config") { Description = "JSON file with options of this process." };
    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "An option as key=value, such as Cluster:Host=10.0.0.1. Can be repeated.",
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Host, ListenOn, Port, Seed, Config, Set }) command.Add(option);
    }

    public T Bind<T>(ParseResult parsed, params (string Key, string? Value)[] flags) where T : class, new() => NodeConfiguration.Bind<T>(
        parsed.GetValue(Config), parsed.GetValue(Set) ?? [],
        [
            ("Cluster:Host", parsed.GetValue(Host)),
            ("Cluster:Bind", parsed.GetValue(ListenOn)),
            ("Cluster:Port", parsed.GetValue(Port)?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Cluster:Seeds", parsed.GetValue(Seed)),
            .. flags,
        ]);
}
