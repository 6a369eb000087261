namespace DistTrain.Cli.Terminal;

/// <summary>Commands of DistTrain that a person is to type.</summary>
internal static class TypedCommand
{
    /// <summary>The launcher puts there how it was called: a clone's is not found without its path.</summary>
    private const string Launcher = "DISTTRAIN_LAUNCHER";

    private static readonly string Program =
        Environment.GetEnvironmentVariable(Launcher) is { Length: > 0 } launcher ? ShellWord.Of(launcher) : "disttrain";

    /// <param name="words">What comes after the program's name, each as the shell takes it.</param>
    public static string Of(string words) => $"{Program} {words}";

    /// <param name="words">What comes after the program's name, each as it is.</param>
    public static string Of(IEnumerable<string> words) => Of(string.Join(' ', words.Select(ShellWord.Of)));
}
