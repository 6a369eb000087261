using System.CommandLine;
using System.CommandLine.Parsing;
using DistTrain.Cli.Scoring;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Commands;

/// <summary>The options that say how far scores can be trusted, named as sacreBLEU names them.</summary>
internal sealed class SignificanceOptions
{
    private readonly Option<bool> _confidence = new("--confidence")
    {
        Description = "Also tell the interval that 95 % of bootstrap resamples lie in.",
    };
    private readonly Option<bool> _bootstrap = new("--paired-bs") { Description = "Test each system against the first by paired bootstrap." };
    private readonly Option<bool> _randomization = new("--paired-ar")
    {
        Description = "Test each system against the first by approximate randomisation.",
    };
    private readonly Option<int> _resamples = SharedOptions.Number("--resamples", "Resamples of --confidence and --paired-bs.",
        Significance.Resamples);
    private readonly Option<int> _trials = SharedOptions.Number("--trials", "Trials of --paired-ar.", Significance.Trials);
    private readonly Option<long> _seed = new("--seed")
    {
        Description = "Resamples and trials follow from it.",
        DefaultValueFactory = _ => Significance.Seed,
    };

    public void AddTo(Command command, Option<FileInfo[]> systems)
    {
        foreach (var option in (Option[])[_confidence, _bootstrap, _randomization, _resamples, _trials, _seed]) command.Add(option);
        command.Validators.Add(result =>
        {
            var tests = Given(result, _bootstrap, _randomization).ToList();
            if (tests.Count > 1) result.AddError("--paired-bs and --paired-ar are two tests. Give one of them.");
            if (tests.Count == 1 && result.GetResult(systems)?.Tokens.Count < 2)
                result.AddError($"{tests[0]} compares systems with the first one. Give --hypotheses at least two files.");
        });
    }

    /// <summary>The names of options that ask for more than scores.</summary>
    public IEnumerable<string> Given(CommandResult result) => Given(result, _confidence, _bootstrap, _randomization);

    public SignificanceChoice Read(ParseResult parsed) => new(
        parsed.GetValue(_confidence) || parsed.GetValue(_bootstrap), parsed.GetValue(_bootstrap), parsed.GetValue(_randomization),
        parsed.GetValue(_resamples), parsed.GetValue(_trials), parsed.GetValue(_seed));

    private static IEnumerable<string> Given(CommandResult result, params IEnumerable<Option<bool>> options) =>
        options.Where(option => result.GetValue(option)).Select(option => option.Name);
}
