namespace DistTrain.Cli.Attention;

/// <summary>Writes what there is to see in a recording: a picture for each chart, and a page with all of them.</summary>
internal static class AttentionFiles
{
    /// <param name="facts">What the page says of the model: names and values.</param>
    /// <param name="typefaces">Afterwards they know which characters no font has.</param>
    /// <returns>The files: <c>index.html</c>, <c>alignment.png</c>, then <c>KIND-layer-N.png</c>, layers counted from 1.</returns>
    public static IReadOnlyList<string> Write(string folder, Recording recording, IEnumerable<(string Name, string Value)> facts, Typefaces typefaces)
    {
        Directory.CreateDirectory(folder);
        var charts = new AttentionCharts(recording);
        var page = Path.Combine(folder, "index.html");
        AttentionPage.Save(page, recording, charts, facts);
        return [page, .. charts.All.Select(chart => Picture(folder, chart, typefaces))];
    }

    private static string Picture(string folder, AttentionChart chart, Typefaces typefaces)
    {
        var file = Path.Combine(folder, chart.Name + ".png");
        using var picture = new AttentionPicture(chart, typefaces);
        picture.Save(file);
        return file;
    }
}
