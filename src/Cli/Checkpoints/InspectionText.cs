using System.Globalization;
using DistTrain.Cli.Terminal;
using DistTrain.Model;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Checkpoints;

/// <summary>An inspection as people read it.</summary>
internal static class InspectionText
{
    public static string Of(Inspection inspection) => string.Join(Environment.NewLine,
    [
        $"checkpoint  {inspection.Folder}",
        $"job         {inspection.State.Job}",
        .. Progress(inspection.State),
        Invariant($"written     {inspection.Written:yyyy-MM-dd HH:mm:ss} UTC"),
        $"tokenizer   {(inspection.Tokenizer is { } tokenizer ? Tokenizer(tokenizer, inspection.State) : "not readable")}",
        .. inspection is { Model: { } model, Parts: { } parts } ? Model(model, parts) : ["model       not readable"],
        "optimizer   " +
            (inspection.Optimizer is { } kept ? string.Join(", ", kept.Select(kind => Invariant($"{kind.Key} {kind.Value:N0}"))) : "none"),
        "files",
        .. inspection.Files.Select(file => Invariant($"  {file.Name,-24} {file.Bytes,14:N0} bytes  {file.Hash}  {file.Problem ?? "verified"}")),
        .. inspection.Tensors is { } tensors ? Tensors(tensors) : [],
    ]);

    private static IEnumerable<string> Progress(CheckpointState state) =>
        [
            string.Create(CultureInfo.InvariantCulture,
                $"phase       {state.Phase}, number {state.PhaseIndex + 1} of the job: step {state.Step:N0} of " +
                $"{state.TotalSteps:N0}, " +
                $"{state.OptimizerSteps:N0} updates, loss {MetricText.Number(state.Loss)}"),
            string.Create(CultureInfo.InvariantCulture, $"trained by  {MetricText.Count(state.Members, "worker")} in generation " +
                $"{state.Generation}, seed {state.Seed}, data " +
                $"{state.TrainingData}"),
            .. state.LengthFactor is { } factor
                ? [Invariant($"lengths     targets of up to {factor:0.##} times their source's tokens and a few more")] : Array.Empty<string>(),
            .. state.AveragedFrom.Select(checkpoint => $"averaged    {checkpoint}"),
            $"metrics     {(state.Metrics.Count > 0 ? MetricText.Of(state.Metrics) : "none")}",
        ];

    private static string Tokenizer(Inspection.TokenizerFacts tokenizer, CheckpointState state) =>
        $"{tokenizer.Type}, "
        + (tokenizer.SourceVocabularySize is { } source ? Invariant($"{source:N0} source and ") : "")
        + Invariant($"{tokenizer.VocabularySize:N0} tokens, hash {tokenizer.Hash}")
        + (tokenizer.Hash == state.TokenizerHash ? "" : $", but trained with {state.TokenizerHash}");

    private static IEnumerable<string> Model(TransformerOptions model, IReadOnlyDictionary<string, long> parts) =>
        [
            string.Create(CultureInfo.InvariantCulture, $"model       {parts.Values.Sum():N0} parameters: " +
                $"{string.Join(", ", parts.Select(part => Invariant($"{part.Key} {part.Value:N0}")))}"),
            .. JsonLine.Properties(model).Select(option => $"  {option.Name,-24} {option.Value}"),
        ];

    private static IEnumerable<string> Tensors(IReadOnlyList<Inspection.TensorFacts> tensors)
    {
        var width = tensors.Max(tensor => tensor.Name.Length);
        return tensors.Select(tensor => Invariant($"  {tensor.Name.PadRight(width)}  [{string.Join(", ", tensor.Shape)}]  norm {tensor.Norm:G6}"))
            .Prepend("tensors");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
