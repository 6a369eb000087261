namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>Spells which columns are read for what.</summary>
internal static class ColumnChoice
{
    /// <summary>Names of other letters than these are quoted, for YAML and for the shell.</summary>
    private static string Quoted(string text, string name) => name.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.')
        ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>As a job's <c>data.columns</c> has it, or the option <c>--columns</c>.</summary>
    /// <param name="chosen">For each role its column.</param>
    public static string Words(IEnumerable<(string Role, string Column)> chosen, bool isOfJob) => isOfJob
        ? $"columns: {{ {string.Join(", ", chosen.Select(each => $"{each.Role}: {Quoted(each.Column, each.Column)}"))} }}"
        : $"--columns {string.Join(' ', chosen.Select(each => Quoted($"{each.Role}={each.Column}", each.Column)))}";
}
