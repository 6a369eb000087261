using System.Globalization;
using System.Text.Json.Nodes;

namespace DistTrain.Shared.Jobs.Keys;

/// <summary>A number greater than a limit.</summary>
/// <param name="remedy">A whole sentence.</param>
internal sealed class AboveAttribute(double limit, string remedy) : KeyRuleAttribute
{
    public override string? Fault(string path, object value) =>
        Numbers.Of(value) > limit ? null : $"{path} is {value}, but must be greater than {limit}. {remedy}";

    public override void Describe(JsonObject schema)
    {
        if (Numbers.IsWhole(schema)) schema[Keyword.Minimum] = limit + 1;
        else schema[Keyword.ExclusiveMinimum] = limit;
    }
}

/// <summary>A number that is not below a limit.</summary>
/// <param name="remedy">A whole sentence.</param>
internal sealed class AtLeastAttribute(double least, string remedy) : KeyRuleAttribute
{
    public override string? Fault(string path, object value) => Fault(path, value, least);

    /// <param name="least">The limit that holds beside other keys.</param>
    public string? Fault(string path, object value, double least) =>
        Numbers.Of(value) >= least ? null : $"{path} is {value}, but must be at least {least}. {remedy}";

    public override void Describe(JsonObject schema) => schema[Keyword.Minimum] = least;
}

/// <summary>A number that is not below a limit, or 0.</summary>
/// <param name="remedy">A whole sentence.</param>
internal sealed class ZeroOrAtLeastAttribute(double least, string remedy) : KeyRuleAttribute
{
    public override string? Fault(string path, object value) =>
        Numbers.Of(value) == 0 || Numbers.Of(value) >= least ? null : $"{path} is {value}, but must be at least {least}. {remedy}";

    public override void Describe(JsonObject schema) => schema[Keyword.AnyOf] =
        new JsonArray(new JsonObject { [Keyword.Const] = 0 }, new JsonObject { [Keyword.Minimum] = least });
}

/// <summary>A number between two limits.</summary>
/// <param name="expected">Both limits, as people are told.</param>
/// <param name="remedy">A whole sentence.</param>
internal sealed class RangeAttribute(double least, double most, string expected, string remedy) : KeyRuleAttribute
{
    public override string? Fault(string path, object value) =>
        Numbers.Of(value) >= least && Numbers.Of(value) <= most ? null : $"{path} is {value}, but must be {expected}. {remedy}";

    public override void Describe(JsonObject schema) => (schema[Keyword.Minimum], schema[Keyword.Maximum]) = (least, most);
}

/// <summary>At least 0 and below 1: probabilities and decay rates.</summary>
/// <param name="remedy">A whole sentence.</param>
internal sealed class FractionAttribute(string remedy) : KeyRuleAttribute
{
    public override string? Fault(string path, object value) =>
        value is double and >= 0 and < 1 ? null : $"{path} is {value}, but must be at least 0 and less than 1. {remedy}";

    public override void Describe(JsonObject schema) => (schema[Keyword.Minimum], schema[Keyword.ExclusiveMaximum]) = (0, 1);
}

internal static class Numbers
{
    public static double Of(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    public static bool IsWhole(JsonObject schema) => (string?)schema[Keyword.Type] == Keyword.Integer;
}
