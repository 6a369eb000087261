using System.Globalization;
using System.Text.RegularExpressions;

namespace DistTrain.Shared.Jobs.Reading;

/// <summary>
/// A single value, told apart by YAML's core schema (YAML 1.2.2, 10.3.2): quoted is text; plain is a number, true, false, nothing, or else text.
/// </summary>
internal sealed partial record ScalarNode(int Line, string Value, bool Quoted) : SpecNode(Line)
{
    private const int Shown = 60;

    public bool IsNull => !Quoted && Value is ("" or "~" or "null" or "Null" or "NULL");

    public bool? Bool => Quoted ? null : Value switch { "true" or "True" or "TRUE" => true, "false" or "False" or "FALSE" => false, _ => null };

    public bool IsInteger => !Quoted && Integer().IsMatch(Value);

    /// <summary>Null when it is no number; infinite when it is one that float64 cannot hold.</summary>
    public double? Number => !Quoted && Decimal().IsMatch(Value) ? double.Parse(Value, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    public string? Text => IsNull || Bool is not null || Number is not null ? null : Value;

    public override string Found =>
        IsNull ? "nothing" : Text is { } text ? $"the text '{(text.Length <= Shown ? text : text[..Shown] + "...")}'" : Bool is null
        ? $"the number {Value}" : Value;

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Decimal();
}
