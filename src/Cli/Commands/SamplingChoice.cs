using System.CommandLine;
using System.CommandLine.Parsing;
using DistTrain.Model.Decoding;

namespace DistTrain.Cli.Commands;

/// <summary>The options that turn a search into sampling.</summary>
internal sealed class SamplingChoice
{
    private readonly Option<bool> _sample = new("--sample") { Description = "Draw tokens at random instead of searching for the best." };
    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Below 1 likely tokens become likelier, above 1 all more alike.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<int> _topK = new("--top-k")
    {
        Description = "Draw among this many of the likeliest tokens; 0 is all.",
        DefaultValueFactory = _ => 0,
    };
    private readonly Option<double> _topP = new("--top-p")
    {
        Description = "Draw among the fewest likeliest tokens that hold this share; 1 is all.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<long> _seed = new("--seed") { Description = "Decides what is drawn for each line.", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        Option[] how = [_temperature, _topK, _topP, _seed];
        command.Add(_sample);
        foreach (var option in how) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_sample)) return;
            foreach (var option in how.Where(option => result.GetResult(option) is { Implicit: false }))
                result.AddError($"{option.Name} is about sampling. Give --sample as well, or leave it out.");
        });
    }

    /// <summary>What a person chose that only sampling has.</summary>
    public IEnumerable<Option> Chosen(SymbolResult result) => result.GetResult(_sample) is { Implicit: false } ? [_sample] : [];

    /// <summary>The search, or sampling in its place: with one hypothesis, unless a person chose another beam.</summary>
    public DecodingOptions ApplyTo(DecodingOptions search, ParseResult parsed, bool hasBeam) => !parsed.GetValue(_sample) ? search : search with
    {
        Beam = hasBeam ? search.Beam : 1,
        Sampling = new()
        {
            Temperature = parsed.GetValue(_temperature),
            TopK = parsed.GetValue(_topK),
            TopP = parsed.GetValue(_topP),
            Seed = parsed.GetValue(_seed),
        },
    };
}
