using System.CommandLine;
using DistTrain.Cli.Client;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Watching;
using DistTrain.Shared;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary>The options of the commands that talk to a cluster.</summary>
internal sealed class ClientOptions
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public Option<string> Seed { get; } = new("--seed")
    {
        Description = "Coordinators, as host:port, separated by commas.", DefaultValueFactory = _ => $"127.0.0.1:{ClusterOptions.DefaultPort}",
    };

    public Option<string> Host { get; } = new("--host")
    {
        Description = "This machine's address as the cluster reaches it.", DefaultValueFactory = _ => "127.0.0.1",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print machine-readable lines." };

    public static Argument<string> Id() => new("ID") { Description = "Name of the job, as submit printed it." };

    /// <summary>The id that was given.</summary>
    /// <exception cref="UsageException">No job has such an id.</exception>
    public static JobId Job(string text) => JobId.IsValid(text)
        ? new JobId(text)
        : throw new UsageException($"There is no job '{Readable.Line(text)}': ids are lower-case letters, digits and dashes. 'disttrain jobs' " +
            "lists those there are.");

    public void AddTo(Command command)
    {
        command.Add(Seed);
        command.Add(Host);
        command.Add(Json);
    }

    /// <param name="note">Told of a coordinator that does not answer; null: standard error is.</param>
    public JobsClient Connect(ParseResult parsed, Action<string>? note = null) => new(
        parsed.GetValue(Seed)!, TimeProvider.System, parsed.GetValue(Host)!, note ?? parsed.InvocationConfiguration.Error.WriteLine);

    /// <summary>The options with which another command reaches the same coordinator, as they are typed.</summary>
    public string Reach(ParseResult parsed) =>
        $"--seed {ShellWord.Of(parsed.GetValue(Seed)!)}"
        + (parsed.GetResult(Host) is { Implicit: false } ? $" --host {ShellWord.Of(parsed.GetValue(Host)!)}" : "");

    /// <summary>Shows a job until it ends.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> Watch(ParseResult parsed, JobId job, CancellationToken stop) =>
        JobViews.Watch(note => Connect(parsed, note), job, parsed.GetValue(Seed)!, Reach(parsed), parsed.GetValue(Json), stop);

    /// <summary>One question, one answer.</summary>
    /// <exception cref="UsageException">The job is not known, or the coordinator refused.</exception>
    public async Task<T> Ask<T>(ParseResult parsed, JobsProtocol.IQuestion question, CancellationToken stop) where T : JobsProtocol.IAnswer
    {
        await using var client = Connect(parsed);
        return await Ask<T>(client, question, stop);
    }

    /// <summary>The same over a connection that is there.</summary>
    /// <exception cref="UsageException">The job is not known, or the coordinator refused.</exception>
    public static async Task<T> Ask<T>(JobsClient client, JobsProtocol.IQuestion question, CancellationToken stop) where T : JobsProtocol.IAnswer =>
        await client.Ask(question, Deadline, stop) switch
        {
            T answer => answer,
            JobsProtocol.JobUnknown unknown => throw new UsageException($"There is no job {unknown.Job}. 'disttrain jobs' lists those there are."),
            JobsProtocol.JobRefused refused => throw new UsageException(refused.Problems),
            var other =>
                throw new InvalidOperationException($"The coordinator answered {other.GetType().Name} where {typeof(T).Name} was expected. Do both " +
                    "run the same version?"),
        };
}
