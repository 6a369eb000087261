namespace DistTrain.Cli.Terminal;

/// <summary>Words of a command that a person is to type.</summary>
internal static class ShellWord
{
    /// <summary>The word as a POSIX shell takes it: in quotes where it needs them.</summary>
    public static string Of(string word) =>
        word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || "-_./,:=+@%".Contains(letter))
        ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
