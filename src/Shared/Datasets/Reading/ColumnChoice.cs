namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Spells which columns are read for what.</summary>
internal static class ColumnChoice
{
    /// <summary>As a job's <c>data.columns</c> has it, or the option <c>--columns</c>.</summary>
    /// <param name="chosen">For each role its column.</param>
    public static string Words(IEnumerable<(string Role, string Column)> chosen, bool isOfJob) => isOfJob
        ? $"columns: {{ {string.Join(", ", chosen.Select(each => $"{each.Role}: {each.Column}"))} }}"
        : $"--columns {string.Join(' ', chosen.Select(each => $"{each.Role}={each.Column}"))}";
}
