using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace DistTrain.Shared.Logging;

/// <summary>
/// A log line as one JSON object, in the names of compact log event format: <c>@t</c> the time, <c>@m</c> the sentence as people read it,
/// <c>@mt</c> its template, <c>@l</c> the level unless it is Information, <c>@x</c> an exception, and then every property by its name. What is
/// no finite number is null.
/// </summary>
public sealed class LogLineFormat : ITextFormatter
{
    private static readonly MessageTemplateTextFormatter Sentence = new("{Message:lj}", CultureInfo.InvariantCulture);
    private static readonly FiniteValues Values = new();

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{{\"@t\":\"{logEvent.Timestamp.UtcDateTime:O}\""));
        using var sentence = new StringWriter(CultureInfo.InvariantCulture);
        Sentence.Format(logEvent, sentence);
        Text("@m", sentence.ToString(), output);
        Text("@mt", logEvent.MessageTemplate.Text, output);
        if (logEvent.Level != LogEventLevel.Information) Text("@l", logEvent.Level.ToString(), output);
        if (logEvent.Exception is { } exception) Text("@x", exception.ToString(), output);
        foreach (var property in logEvent.Properties)
        {
            Name(property.Key, output);
            Values.Format(property.Value, output);
        }
        output.WriteLine('}');
    }

    private static void Text(string name, string value, TextWriter output)
    {
        Name(name, output);
        JsonValueFormatter.WriteQuotedJsonString(value, output);
    }

    private static void Name(string name, TextWriter output)
    {
        output.Write(',');
        JsonValueFormatter.WriteQuotedJsonString(name, output);
        output.Write(':');
    }

    private sealed class FiniteValues : JsonValueFormatter
    {
        protected override void FormatLiteralValue(object? value, TextWriter output)
        {
            if (value is double and not (> double.NegativeInfinity and < double.PositiveInfinity) or float
                and not (> float.NegativeInfinity and < float.PositiveInfinity)) output.Write("null");
            else base.FormatLiteralValue(value, output);
        }
    }
}
