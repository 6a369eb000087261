using System.CommandLine;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Text;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Commands;

/// <summary>The options that choose metrics and say how they count, named as sacreBLEU names them.</summary>
internal sealed class MetricOptions
{
    private readonly Option<string[]> _metrics = new("--metrics")
    {
        Description = "What to compute; chrf++ is chrf with --chrf-word-order 2.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [CorpusMetric.Bleu, CorpusMetric.ChrF],
    };
    private readonly Option<string> _tokenize = SharedOptions.Tokenize();
    private readonly Option<FileInfo> _model = SharedOptions.TokenizerModel();
    private readonly Option<bool> _lowercase = SharedOptions.Lowercase();
    private readonly Option<int> _wordOrder = new("--chrf-word-order") { Description = "Longest n-grams of words that chrF counts; 2 is chrF++." };
    private readonly Option<int> _beta = SharedOptions.Number("--chrf-beta", "How many times as much recall weighs as precision in chrF.",
        new ChrFOptions().Beta);
    private readonly Option<bool> _whitespace = new("--chrf-whitespace") { Description = "White space counts in chrF." };
    private readonly Option<bool> _epsilon = new("--chrf-eps-smoothing") { Description = "chrF as chrF++.py, NLTK and Moses smooth it." };
    private readonly Option<bool> _caseSensitive = new("--ter-case-sensitive") { Description = "Case counts in TER." };
    private readonly Option<bool> _normalized = new("--ter-normalized") { Description = "TER parts punctuation from words." };
    private readonly Option<bool> _noPunctuation = new("--ter-no-punct") { Description = "TER leaves punctuation out." };
    private readonly Option<bool> _asian = new("--ter-asian-support") { Description = "With the two above: Chinese and Japanese too." };

    public MetricOptions()
    {
        _metrics.AcceptOnlyFromAmong([.. CorpusMetric.Names]);
        _wordOrder.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 10) result.AddError("--chrf-word-order must be 0 to 10; 2 is chrF++.");
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option
            in (Option[])[_metrics, _tokenize, _model, _lowercase, _wordOrder, _beta, _whitespace, _epsilon, _caseSensitive, _normalized,
                _noPunctuation, _asian]) command.Add(option);
    }

    /// <summary>The tokenizer of BLEU; null when BLEU is not asked for.</summary>
    /// <exception cref="UsageException">Its model or program is not there.</exception>
    public BleuTokenizers? OpenTokenizer(ParseResult parsed) => Chosen(parsed).Contains(CorpusMetric.Bleu)
        ? BleuTokenizers.Open(parsed.GetValue(_tokenize)!, parsed.GetValue(_model), BleuTokenizers.SacreBleuFolder())
        : null;

    /// <summary>The metrics by their names, in the order of <see cref="CorpusMetric.Names"/>.</summary>
    /// <param name="tokenizer">Of BLEU.</param>
    /// <param name="ofSentences">Whether single sentences are scored.</param>
    public IReadOnlyList<(string Name, ICorpusMetric Metric)> Read(ParseResult parsed, BleuTokenizer? tokenizer, bool ofSentences)
    {
        var chrF = new ChrFOptions
        {
            WordOrder = parsed.GetValue(_wordOrder), Beta = parsed.GetValue(_beta), Lowercase = parsed.GetValue(_lowercase),
            Whitespace = parsed.GetValue(_whitespace), EpsilonSmoothing = parsed.GetValue(_epsilon),
        };
        return [.. CorpusMetric.Names.Intersect(Chosen(parsed)).Select(name => (name, name switch
        {
            CorpusMetric.Bleu => CorpusMetric.OfBleu(tokenizer!, parsed.GetValue(_lowercase), ofSentences),
            CorpusMetric.ChrF => CorpusMetric.OfChrF(chrF),
            CorpusMetric.ChrFPlusPlus => CorpusMetric.OfChrF(chrF with { WordOrder = ChrFOptions.PlusPlus.WordOrder }),
            _ => CorpusMetric.OfTer(new()
            {
                CaseSensitive = parsed.GetValue(_caseSensitive), Normalized = parsed.GetValue(_normalized),
                NoPunctuation = parsed.GetValue(_noPunctuation), AsianSupport = parsed.GetValue(_asian),
            }),
        }))];
    }

    private string[] Chosen(ParseResult parsed) => parsed.GetValue(_metrics)!;
}
