using DistTrain.Model.Batches;
using DistTrain.Model.Decoding;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Model.Decoding.Recomputed;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using static TorchSharp.torch;

namespace DistTrain.Model.Translation;

/// <summary>Translates token sequences with a trained model, and scores given translations.</summary>
public sealed class Translator
{
    private readonly Lazy<Transformer> _model;
    private readonly TransformerOptions _shape;
    private readonly Func<DecodingPrecision, PackedModel?> _pack;
    private readonly Func<int> _threads;

    /// <summary>
    /// How many times as wide the beam becomes for a source whose hypotheses have too few different texts, and how wide at most: the continuations of
    /// a step are twice its square.
    /// </summary>
    private const int Widening = 8, Widest = 512;

    private PackedModel? _packed;

    /// <summary>Of a model. On the CPU it searches with as many threads as torch has there.</summary>
    public Translator(Transformer model)
    {
        (_model, _shape, _threads) = (new(model), model.Options, get_num_threads);
        _pack = precision =>
        {
            using var scope = NewDisposeScope();
            // The packed model and what reads it are in host memory.
            return model.OutputWeight_VD.device.type == TorchSharp.DeviceType.CPU ? PackedModel.Of(model, precision) : null;
        };
    }

    /// <summary>Of a model file, on the CPU. As long as it searches it needs no tensors, so that libtorch is not even loaded.</summary>
    /// <param name="model">The same as a module, for all else.</param>
    /// <param name="threads">Of a search. At least 1.</param>
    public Translator(string file, Lazy<Transformer> model, int threads) =>
        (_model, _shape, _pack, _threads) = (model, ModelFile.ReadOptions(file), precision => PackedModel.Of(file, precision), () => threads);

    /// <summary>
    /// True: the model's weights do not change until <see cref="Forget"/>, so that what is made of them for one call is there for the next.
    /// </summary>
    /// <value>Default false: they may change from call to call.</value>
    public bool KeepsWeights { get; init; }

    /// <summary>False recomputes the decoder over whole hypotheses at every step: same translations, slowly. There to be compared with.</summary>
    /// <value>Default true.</value>
    public bool UsesCache { get; init; } = true;

    /// <summary>The best translation found for each source: see <see cref="TranslateNBest"/>.</summary>
    public IReadOnlyList<Hypothesis> Translate(IReadOnlyList<int[]> sources, DecodingOptions options, CancellationToken stop = default) =>
        [.. TranslateNBest(sources, options with { NBest = 1 }, stop).Select(best => best[0])];

    /// <summary>
    /// The best translations found for each source, best first, in the sources' order. Sources of similar length are decoded together; a
    /// result does not depend on its companions. An empty source has one translation, an empty one. Where too many hypotheses have the same text
    /// (<see cref="DecodingOptions.TextOf"/>) to give as many translations as are wanted, the source is searched again with the beam twice, four
    /// times and eight times as wide, but at most 512 wide, and the best of all searches count.
    /// </summary>
    /// <param name="sources">Token ids without EOS.</param>
    /// <param name="stop">Ends the search between two steps.</param>
    /// <exception cref="ArgumentException">The options do not fit each other or the model: see <see cref="DecodingOptions.Problem"/>.</exception>
    /// <exception cref="InvalidDataException">The model's outputs are not numbers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Hypothesis>> TranslateNBest(IReadOnlyList<int[]> sources, DecodingOptions options,
        CancellationToken stop = default)
    {
        if (options.Problem(_shape.MaxLength) is { } problem) throw new ArgumentException(problem, nameof(options));
        var translations = Search(sources, options, stop);
        foreach (var beam in options.TextOf is null ? [] : WiderBeams(options.Beam))
        {
            var wider = options with { Beam = beam };
            int[] few = [.. Worded(sources).Where(index => translations[index].Count < options.NBest)];
            if (few.Length == 0) break;
            foreach (var (index, more) in few.Zip(Search([.. few.Select(index => sources[index])], wider, stop)))
                translations[index] = FinishedHypotheses.BestOf(options, translations[index].Concat(more));
        }
        return translations;
    }

    /// <summary>Gives back what was made of the model's weights. To be called when they are to change.</summary>
    public void Forget()
    {
        _packed?.Dispose();
        _packed = null;
    }

    /// <summary>Forced decoding: what the model gives for each source's given translation, in their order.</summary>
    /// <param name="sources">Token ids without EOS.</param>
    /// <param name="targets">Token ids without BOS and EOS, one for each source. None is refused for its length, and none counts as cut.</param>
    public IReadOnlyList<ForcedScore> Score(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets) =>
        [.. SequenceScores.TokenLogProbabilities(_model.Value, new SentencePairs([.. sources], [.. targets]))
            .Select(tokens => new ForcedScore([.. tokens.Select(value => (double)value)]))];

    internal static IEnumerable<int> WiderBeams(int beam)
    {
        for (var wider = 2L * beam; wider <= Math.Min((long)Widening * beam, Widest); wider *= 2) yield return (int)wider;
    }

    private IReadOnlyList<Hypothesis>[] Search(IReadOnlyList<int[]> sources, DecodingOptions options, CancellationToken stop)
    {
        var translations = new IReadOnlyList<Hypothesis>[sources.Count];
        Array.Fill(translations, [new Hypothesis([], 0, 0)]);
        var worded = Worded(sources);
        if (worded.Count == 0) return translations;
        var beams = UsesCache && Packed(options.Precision) is { } fast
            ? Cached(fast, sources, worded, options, stop) : Recomputed(sources, worded, options, stop);
        foreach (var beam in beams) translations[beam.Source] = beam.Finished;
        return translations;
    }

    private PackedModel? Packed(DecodingPrecision precision)
    {
        if (_packed?.Precision == precision) return _packed;
        Forget();
        return _packed = _pack(precision);
    }

    private IReadOnlyList<Beam> Cached(PackedModel fast, IReadOnlyList<int[]> sources, List<int> worded, DecodingOptions options,
        CancellationToken stop)
    {
        try
        {
            // Longest first: what ends last begins first.
            int[] order = [.. worded.OrderByDescending(index => sources[index].Length)];
            return new PackedSearch(fast, options, _threads()).Run(sources, order,
                index => BeamSearch.NewBeam(index, sources[index], options, _shape), stop);
        }
        finally
        {
            if (!KeepsWeights) Forget();
        }
    }

    private List<Beam> Recomputed(IReadOnlyList<int[]> sources, List<int> worded, DecodingOptions options, CancellationToken stop)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _model.Value.eval();
        using var output = new OutputLayer(_model.Value.OutputWeight_VD.cpu());
        var search = new BeamSearch(_model.Value, output, options);
        var groups = LengthGroups.Of(worded.Count, member => (sources[worded[member]].Length + 1) * options.Beam, options.TokensAtOnce);
        return [.. groups.SelectMany(group => search.Run(sources, [.. group.Select(member => worded[member])], stop))];
    }

    private static List<int> Worded(IReadOnlyList<int[]> sources) =>
        [.. Enumerable.Range(0, sources.Count).Where(index => sources[index].Length > 0)];
}
