using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace DistTrain.Cli.Attention;

/// <summary>
/// All maps on one HTML page that needs no other file and no network. It is well-formed XML, so all text is escaped. A script in it draws
/// the maps and shows a weight's value under the pointer.
/// </summary>
internal static class AttentionPage
{
    // The attribute that it becomes is escaped as a whole.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="facts">What the page says of the model: names and values.</param>
    public static void Save(string file, Recording recording, AttentionCharts charts, IEnumerable<(string Name, string Value)> facts) =>
        File.WriteAllText(file, Page(recording, charts, facts).ToString() + "\n", new UTF8Encoding(false));

    private static XDocument Page(Recording recording, AttentionCharts charts, IEnumerable<(string Name, string Value)> facts)
    {
        (string Id, string Title, IReadOnlyList<AttentionChart> Charts)[] sections =
        [
            ("alignment", "Alignment", [charts.Alignment]), ("cross", "Cross-attention", charts.Cross),
            ("encoder", "Encoder self-attention", charts.Encoder), ("decoder", "Decoder self-attention", charts.Decoder),
        ];
        return new(
            new XDocumentType("html", null, null, null),
            new XElement("html", new XAttribute("lang", "en"),
                new XElement("head",
                    new XElement("meta", new XAttribute("charset", "utf-8")),
                    new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width")),
                    new XElement("title", "Attention: " + Legal(recording.Source)),
                    new XElement("style", Resource("page.css"))),
                new XElement("body", new XAttribute("data-scale", string.Join(' ', ColorScale.Stops)),
                    new XElement("h1", "Attention"),
                    new XElement("dl", Term("source", Legal(recording.Source), "text"), Term("translation", Legal(recording.Translation), "text"),
                        facts.Select(fact => Term(fact.Name, fact.Value))),
                    new XElement("noscript",
                        new XElement("p",
                            "A script on this page draws the maps; it is not allowed to run. The PNG files beside the page show the same.")),
                    new XElement("nav", sections.Select(section => new XElement("a", new XAttribute("href", "#" + section.Id), section.Title)),
                        Scale()),
                    sections.Select(section => Section(section.Id, section.Title, section.Charts)),
                    new XElement("div", new XAttribute("id", "tip"), new XAttribute("hidden", "hidden"), " "),
                    // A script is not escaped in HTML: for XML it stands in a CDATA section, whose marks the script sees as comments.
                    new XElement("script", "//", new XCData("\n" + Resource("page.js") + "//")))));
    }

    private static XElement[] Term(string name, string value, string kind = "fact") =>
        [new("dt", name), new("dd", new XAttribute("class", kind), value)];

    private static XElement Scale() => new("span", new XAttribute("class", "scale"), "0",
        new XElement("i", new XAttribute("style", $"background: linear-gradient(to right, {string.Join(", ", ColorScale.Stops)})"), " "), "1");

    private static XElement Section(string id, string title, IReadOnlyList<AttentionChart> charts)
    {
        var any = charts[0].Maps[0];
        var labels = JsonSerializer.Serialize(new { rows = any.Rows, columns = any.Columns, causal = any.Causal }, Readable);
        return new("section", new XAttribute("id", id), new XAttribute("data-labels", labels),
            new XElement("h2", title), new XElement("p", charts[0].Reading),
            charts.Select(chart =>
                new object[] { charts.Count > 1
                    ? new XElement("h3", chart.Title) : "", new XElement("div", new XAttribute("class", "maps"), chart.Maps.Select(Figure)) }));
    }

    // Not an empty element: HTML would take what follows for its content.
    private static XElement Figure(AttentionMap map) => new("figure", new XElement("figcaption", map.Title),
        new XElement("canvas", new XAttribute("data-weights", Encoded(map.Weights)), map.Title));

    /// <summary>Row by row, each weight as a share of 65,535 in two bytes, little-endian, base64.</summary>
    private static string Encoded(float[,] weights)
    {
        var bytes = new byte[weights.Length * sizeof(ushort)];
        foreach (var (place, weight) in weights.Cast<float>().Index())
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(place * sizeof(ushort)),
                (ushort)Math.Round(Math.Clamp(weight, 0, 1) * ushort.MaxValue));
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The text with U+FFFD for control characters, which neither XML nor HTML may hold.</summary>
    private static string Legal(string text) =>
        string.Concat(text.EnumerateRunes()
            .Select(character => character.IsBmp && !XmlConvert.IsXmlChar((char)character.Value) ? Rune.ReplacementChar : character));

    private static string Resource(string name)
    {
        using var stream = typeof(AttentionPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
