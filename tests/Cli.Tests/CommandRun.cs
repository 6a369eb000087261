using System.Text.Json;

namespace DistTrain.Cli.Tests;

/// <summary>A command that was run in this process, and what it said.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split(Environment.NewLine, StringSplitOptions.None)[..^1];

    /// <summary>What it said on standard error, but for the checkpoint that it chose.</summary>
    public string Complaints =>
        string.Join(Environment.NewLine,
            Errors.Trim().Split(Environment.NewLine).Where(line => !line.StartsWith("Checkpoint ", StringComparison.Ordinal)));

    public JsonElement Json => JsonDocument.Parse(Assert.Single(Lines)).RootElement;

    public static Task<CommandRun> Of(params string[] args) => WithInput("", args);

    public static Task<CommandRun> WithInput(string input, params string[] args) => WithInput(new StringReader(input), args);

    public static async Task<CommandRun> WithInput(TextReader input, params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CommandLine.Run(args, output, errors, input);
        return new(code, output.ToString(), errors.ToString());
    }
}
