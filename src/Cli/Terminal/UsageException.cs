namespace DistTrain.Cli.Terminal;

/// <summary>The command was used wrongly, or what it was given is refused: its message is shown and the exit code is 2.</summary>
public sealed class UsageException(params IEnumerable<string> problems) : Exception(string.Join(Environment.NewLine, problems));
