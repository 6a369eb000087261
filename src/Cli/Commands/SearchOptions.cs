using System.CommandLine;
using System.CommandLine.Parsing;
using DistTrain.Model.Decoding;
using DistTrain.Shared.Jobs;

namespace DistTrain.Cli.Commands;

/// <summary>The options of a search, as every command that translates has them.</summary>
internal sealed class SearchOptions
{
    private readonly Option<int> beam = SharedOptions.Beam();
    private readonly Option<double> penalty = SharedOptions.LengthPenalty();
    private readonly Option<int> shortest = new("--min-length") { Description = "Tokens that a translation has at least.", DefaultValueFactory = _ => 0 };
    private readonly Option<int?> longest = new("--max-length") { Description = "Tokens that a translation has at most. Default: the model's max_length." };

    private readonly Option<LengthNormalization> normalization = new("--length-normalization")
    {
        Description = "What divides log-probabilities: gnmt, ((5 + length) / 6)^penalty; plain, length^penalty.", DefaultValueFactory = _ => LengthNormalization.Gnmt,
        HelpName = "gnmt|plain",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[beam, penalty, normalization, shortest, longest]) command.Add(option);
    }

    /// <summary>Whether a person chose the beam.</summary>
    public bool HasBeam(ParseResult parsed) => parsed.GetResult(beam) is { Implicit: false };

    /// <summary>The options that a person chose among those of the search itself: what divides log-probabilities is no part of it.</summary>
    public IEnumerable<Option> Chosen(SymbolResult result) => ((Option[])[beam, shortest, longest]).Where(option => IsChosen(result, option));

    /// <summary>The options that a person chose, all of them.</summary>
    public IEnumerable<Option> ChosenOfAll(SymbolResult result) => Chosen(result).Concat(((Option[])[penalty, normalization]).Where(option => IsChosen(result, option)));

    private static bool IsChosen(SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    public DecodingOptions Read(ParseResult parsed) => new()
    {
        Beam = parsed.GetValue(beam), LengthPenalty = parsed.GetValue(penalty), Normalization = parsed.GetValue(normalization),
        MinLength = parsed.GetValue(shortest), MaxLength = parsed.GetValue(longest),
    };
}
