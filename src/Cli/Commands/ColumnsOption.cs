using System.CommandLine;
using System.Globalization;
using DistTrain.Shared.Jobs;

namespace DistTrain.Cli.Commands;

/// <summary><c>--columns</c>: which columns of a set hold what, as <c>data.columns</c> of a job says it.</summary>
internal static class ColumnsOption
{
    private const string References = "references";
    private static readonly string[] Keys = ["source", "target", References, "prompt", "chosen", "rejected"];

    public static Option<string[]> Create()
    {
        var option = new Option<string[]>("--columns")
        {
            Description = "Which columns of the set hold what, by number, counted from 1, or by name, such as source=2 target=4. Keys: " +
                $"{string.Join(", ", Keys)}; references several times.",
            AllowMultipleArgumentsPerToken = true, HelpName = "KEY=COLUMN",
        };
        option.Validators.Add(result =>
        {
            var given = result.Tokens.Select(token => Parts(token.Value)).ToList();
            foreach (var (key, column) in given)
                if (!Keys.Contains(key)) result.AddError($"--columns has '{key}', but takes KEY=COLUMN with the keys {string.Join(", ", Keys)}.");
                else if (column.Length == 0) result.AddError($"--columns has '{key}' without a column. Give its number or name, such as {key}=2.");
                else if (int.TryParse(column, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number < 1)
                    result.AddError($"--columns has {key}={column}, but columns are counted from 1.");
            foreach (var key in given.CountBy(part => part.Key).Where(count => count.Value > 1 && count.Key != References))
                result.AddError($"--columns has '{key.Key}' more than once. Give it one column.");
            foreach (var column in given.CountBy(part => part.Column).Where(count => count.Value > 1 && count.Key.Length > 0))
                result.AddError($"--columns takes column '{column.Key}' more than once. Give each key a column of its own.");
        });
        return option;
    }

    /// <summary>The columns that were chosen.</summary>
    public static ColumnsSpec Read(IEnumerable<string> given)
    {
        var columns = given.Select(Parts).ToLookup(part => part.Key, part => part.Column);
        return new()
        {
            Source = Of("source"), Target = Of("target"), References = [.. columns[References]], Prompt = Of("prompt"), Chosen = Of("chosen"),
            Rejected = Of("rejected"),
        };

        string? Of(string key) => columns[key].FirstOrDefault();
    }

    private static (string Key, string Column) Parts(string pair) => pair.Split('=', 2) is [var key, var column] ? (key, column) : (pair, "");
}
