using DistTrain.Cli.Attention;
using DistTrain.Model;
using DistTrain.Model.Decoding;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Text;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Cli.Checkpoints;

/// <summary>The model of a checkpoint with its tokenizer, ready to translate text.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly Transformer model;
    private readonly TokenizerPair tokenizers;
    private readonly Translator translator;

    private TrainedModel(Transformer model, TokenizerPair tokenizers) => (this.model, this.tokenizers, translator) = (model, tokenizers, new Translator(model));

    /// <summary>Tokens that a text may have: one place is for its end.</summary>
    private int Longest => model.Options.MaxLength - 1;

    /// <param name="folder">As in <see cref="CheckpointLocation.Find"/>.</param>
    /// <exception cref="UsageException">There is no checkpoint.</exception>
    /// <exception cref="CheckpointDamagedException">A file of it is not what was written.</exception>
    /// <exception cref="InvalidDataException">Its tokenizer belongs to another model.</exception>
    public static TrainedModel Open(string folder)
    {
        var checkpoint = CheckpointLocation.Find(folder);
        var tokenizers = CheckpointReader.Open(checkpoint).Tokenizers();
        TorchLibrary.Load();
        return new(ModelFile.Load(Path.Combine(checkpoint, CheckpointFiles.Model)), tokenizers);
    }

    /// <summary>
    /// A translation for each text, in the texts' order; of a blank text an empty one. A translation has no line breaks. A text that is too
    /// long for the model is translated as far as the model can read.
    /// </summary>
    /// <param name="cut">Told the index of each text that is too long.</param>
    public IReadOnlyList<string> Translate(IReadOnlyList<string> texts, DecodingOptions options, Action<int> cut)
    {
        int[][] sources = [.. texts.Select(text => string.IsNullOrWhiteSpace(text) ? [] : tokenizers.Source.Encode(text))];
        for (var i = 0; i < sources.Length; i++)
        {
            if (sources[i].Length <= Longest) continue;
            sources[i] = sources[i][..Longest];
            cut(i);
        }
        return [.. translator.Translate(sources, options).Select(translation => tokenizers.Target.Decode(translation.Tokens).ReplaceLineEndings(" "))];
    }

    /// <summary>For each pair log p(chosen) - log p(rejected), given the prompt; null when a text is too long for the model.</summary>
    public IReadOnlyList<double?> Margins(IReadOnlyList<PreferenceExample> pairs)
    {
        var encoded = pairs.Select(pair => (Prompt: tokenizers.Source.Encode(pair.Prompt), Chosen: tokenizers.Target.Encode(pair.Chosen), Rejected: tokenizers.Target.Encode(pair.Rejected))).ToList();
        var fitting = encoded.Where(Fits).ToList();
        var chosen = SequenceScores.LogProbabilities(model, new([.. fitting.Select(pair => pair.Prompt)], [.. fitting.Select(pair => pair.Chosen)]));
        var rejected = SequenceScores.LogProbabilities(model, new([.. fitting.Select(pair => pair.Prompt)], [.. fitting.Select(pair => pair.Rejected)]));
        var next = 0;
        return [.. encoded.Select(pair => Fits(pair) ? chosen[next] - rejected[next++] : (double?)null)];
    }

    /// <summary>Translates a sentence, or takes the translation that is given, and records what every head looks at meanwhile.</summary>
    /// <param name="cut">Told the name of each option whose sentence is too long: its end is left out.</param>
    /// <exception cref="UsageException">The text is blank.</exception>
    public Recording Attend(string text, string? translation, Action<string> cut)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new UsageException("--text is blank, so there is nothing to look at. Give a sentence.");
        var source = Fitting(tokenizers.Source, text, "--text");
        int[] target = translation is null ? [.. translator.Translate([source], new DecodingOptions())[0].Tokens] : Fitting(tokenizers.Target, translation, "--translation");
        var (read, written) = (TokenLabels.Of(tokenizers.Source, source), TokenLabels.Of(tokenizers.Target, target));
        var end = SpecialTokens.Names[SpecialTokens.Eos];
        return new(tokenizers.Source.Decode(source), tokenizers.Target.Decode(target), [.. read, end], [SpecialTokens.Names[SpecialTokens.Bos], .. written], [.. written, end], model.Attend(source, target));

        int[] Fitting(ITokenizer tokenizer, string sentence, string option)
        {
            var tokens = tokenizer.Encode(sentence);
            if (tokens.Length > Longest) cut(option);
            return tokens[..Math.Min(tokens.Length, Longest)];
        }
    }

    public void Dispose() => model.Dispose();

    private bool Fits((int[] Prompt, int[] Chosen, int[] Rejected) pair) =>
        Math.Max(pair.Prompt.Length, Math.Max(pair.Chosen.Length, pair.Rejected.Length)) <= Longest;
}
