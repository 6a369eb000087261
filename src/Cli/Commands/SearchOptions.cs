using System.CommandLine;
using System.CommandLine.Parsing;
using DistTrain.Cli.Terminal;
using DistTrain.Model.Decoding;
using DistTrain.Shared.Jobs;

namespace DistTrain.Cli.Commands;

/// <summary>The options of a search, as every command that translates has them.</summary>
internal sealed class SearchOptions
{
    private readonly Option<int> _beam = SharedOptions.Beam();
    private readonly Option<double> _penalty = SharedOptions.LengthPenalty();
    private readonly Option<int> _shortest = new("--min-length")
    {
        Description = "Tokens that a translation has at least.",
        DefaultValueFactory = _ => 0,
    };
    private readonly Option<int?> _longest = new("--max-length")
    {
        Description = "Tokens that a translation has at most. Default: the model's max_length.",
    };
    private readonly Option<double?> _factor = new("--length-factor")
    {
        Description = "Tokens that a translation has at most for each token of its source, besides --extra-length. Default: what the training data " +
            "have.",
    };
    private readonly Option<int> _extra = new("--extra-length")
    {
        Description = "Tokens that a translation may have beyond --length-factor.",
        DefaultValueFactory = _ => 50,
    };
    private readonly Option<int> _noRepeat = new("--no-repeat-ngram")
    {
        Description = "No sequence of this many tokens occurs twice in a translation; 0 is off.",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<LengthNormalization> _normalization = new("--length-normalization")
    {
        Description = "What divides log-probabilities: gnmt, ((5 + length) / 6)^penalty; plain, length^penalty.",
        DefaultValueFactory = _ => LengthNormalization.Gnmt,
        HelpName = "gnmt|plain",
    };

    private readonly Option<string> _precision = PrecisionOption();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_beam, _penalty, _normalization, _shortest, _longest, _factor, _extra, _noRepeat, _precision])
            command.Add(option);
    }

    /// <summary>Whether a person chose the beam.</summary>
    public bool HasBeam(ParseResult parsed) => parsed.GetResult(_beam) is { Implicit: false };

    /// <summary>The options that a person chose among those of the search itself: what divides log-probabilities is no part of it.</summary>
    public IEnumerable<Option> Chosen(SymbolResult result) =>
        ((Option[])[_beam, _shortest, _longest, _factor, _extra, _noRepeat, _precision]).Where(option => IsChosen(result, option));

    /// <summary>The options that a person chose, all of them.</summary>
    public IEnumerable<Option> ChosenOfAll(SymbolResult result) =>
        Chosen(result).Concat(((Option[])[_penalty, _normalization]).Where(option => IsChosen(result, option)));

    /// <summary>
    /// What an option's value means. <c>auto</c> is the fastest that keeps the scores, which is float32: it is no slower than bfloat16 for whole
    /// texts.
    /// </summary>
    public static DecodingPrecision PrecisionOf(string name) => name switch
    {
        "bfloat16" => DecodingPrecision.BFloat16,
        "int8" => DecodingPrecision.Bytes,
        _ => DecodingPrecision.Full,
    };

    public static Option<string> PrecisionOption()
    {
        var option = new Option<string>("--precision")
        {
            Description = "What a search on the CPU multiplies in: float32; bfloat16, weights of half the size; int8, fastest, nearly as good. " +
                "auto is float32.", DefaultValueFactory = _ => "auto",
        };
        return option.AcceptOnlyFromAmong("auto", "float32", "bfloat16", "int8");
    }

    private static bool IsChosen(SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <param name="device">What the model computes on.</param>
    /// <exception cref="UsageException">An option has no effect there.</exception>
    public DecodingOptions Read(ParseResult parsed, string device = "cpu")
    {
        var asked = parsed.GetValue(_precision)!;
        if (device.StartsWith("cuda", StringComparison.Ordinal) && PrecisionOf(asked) != DecodingPrecision.Full)
            throw new UsageException($"{_precision.Name} {asked} is for searches on the CPU; on {device} they compute in float32. Leave " +
                $"{_precision.Name} out, or give --device cpu.");
        return new()
        {
            Beam = parsed.GetValue(_beam), LengthPenalty = parsed.GetValue(_penalty), Normalization = parsed.GetValue(_normalization),
            MinLength = parsed.GetValue(_shortest), MaxLength = parsed.GetValue(_longest), LengthFactor = parsed.GetValue(_factor),
            ExtraLength = parsed.GetValue(_extra),
            NoRepeatNgram = parsed.GetValue(_noRepeat), Precision = PrecisionOf(asked),
        };
    }
}
