using System.Globalization;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>Why examples of a set were left out, how many, and what to do about it.</summary>
internal sealed class LeftOut(DataSet set, BadRecords bad)
{
    public int TooLong { get; set; }
    public int Void { get; set; }
    public int Lopsided { get; set; }
    public int Duplicates { get; set; }

    /// <summary>Examples that were encoded, whatever became of them.</summary>
    public int Encoded { get; set; }

    /// <summary>Not left out: examples of which something was cut off.</summary>
    public int Cut { get; set; }

    /// <summary>Records that could be read, and were not used.</summary>
    public int Examples => TooLong + Void + Lopsided + Duplicates;

    /// <summary>The reasons that are told, also those that concern none; each with the remedy where they concern most.</summary>
    public IReadOnlyList<Reason> Reasons =>
        [
            .. set.IsCut ? [] : new[] { new Reason("too_long", TooLong, $"longer than {set.Longest} tokens", TooLongRemedy) },
            .. set.HasLengthRatio
                ? [new Reason("lopsided",
                    Lopsided, $"with one side more than {set.Data.MaxLengthRatio.ToString(CultureInfo.InvariantCulture)} times as long as the other",
                    "Look whether source and target belong together line by line; if they do, raise data.max_length_ratio.")]
                : Array.Empty<Reason>(),
            .. set.RemovesDuplicates
                ? [new Reason("duplicates", Duplicates, "that were there before", "If they are meant to count more, remove data.remove_duplicates.")]
                : Array.Empty<Reason>(),
            .. Void > 0
                ? [new Reason("void", Void, "whose chosen and rejected answers are the same tokens",
                    set.IsCut
                        ? "Raise data.max_length, so that they differ within it; or give pairs that differ."
                        : "Give pairs that differ: of equal answers nothing can be learned.")]
                : Array.Empty<Reason>(),
            .. bad.Empty > 0
                ? [new Reason("empty", (int)bad.Empty, "with an empty text",
                    "Look whether the columns are the right ones, and whether the file is whole.")]
                : Array.Empty<Reason>(),
            .. bad.Seen.Count > 0
                ? [new Reason("bad_records", bad.Seen.Count,
                    "bad records", $"Correct the file: the first is {bad.Seen[0].File}:{bad.Seen[0].Line}, {bad.Seen[0].Reason}")]
                : Array.Empty<Reason>(),
        ];

    private string TooLongRemedy => set.Kind == DataSetKind.Translations || set.Data.MaxLength > set.Longest
        ? $"Raise model.max_length, which is {set.Longest + 1}{(set.IsCleaned ? ", or write data.too_long: cut to train on their beginnings" : "")}."
        : $"Raise data.max_length{(set.IsCleaned ? ", or write data.too_long: cut to train on their beginnings" : "")}. Are these sentences, one a " +
        "record?";

    /// <summary>The reasons as the end of a sentence.</summary>
    public string Sentence => Reasons.Count == 0 ? "left out none" : $"left out {string.Join(", ", Reasons.Select(reason => reason.Text))}";

    /// <summary>What to do when no example is left.</summary>
    public string Remedy => Reasons.MaxBy(reason => reason.Count) is { Count: > 0 } main ? main.Remedy : "Give data with examples in them.";

    /// <summary>What people should know when more than half of the records are not used; null otherwise.</summary>
    /// <param name="used">Examples that are.</param>
    public string? Warning(int used)
    {
        var (left, main) = ((long)Examples + bad.Empty + bad.Seen.Count, Reasons.MaxBy(reason => reason.Count));
        return left <= used || main is null ? null : string.Create(CultureInfo.InvariantCulture,
            $"{left:N0} of {left + used:N0} examples of the {set.Use} data '{set.Path}' are left out, {main.Text}. {main.Remedy}");
    }

    /// <param name="Name">For programs.</param>
    /// <param name="What">What follows the number in a sentence.</param>
    /// <param name="Remedy">A whole sentence or more.</param>
    internal sealed record Reason(string Name, int Count, string What, string Remedy)
    {
        public string Text => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} {What}");
    }
}
