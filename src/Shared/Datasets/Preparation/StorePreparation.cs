using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>Turns data sets into token stores, or finds the stores that were made before.</summary>
internal sealed class StorePreparation(TokenizerPair tokenizers, string dataRoot, string folder, Action<string> log, CancellationToken stop)
{
    /// <summary>Bad records that the log lists one by one; of more it tells the number.</summary>
    private const int Listed = 10;

    /// <summary>Lengths of which a report tells how many examples keep to them.</summary>
    private static readonly int[] Limits = [16, 32, 64, 128, 256, 512, 1024, 2048];

    private readonly PreparedStores _prepared = new(folder, log);
    private readonly Dictionary<string, SetReport> _reports = [];

    /// <summary>Is told of each store that is written.</summary>
    public Action<SetReport> Written { get; init; } = _ => { };

    public StoreRef Prepare(DataSet set)
    {
        var key = new PreparationKey("store").Add(tokenizers.Hash).Add(set.Longest).Add(set.Cleaning);
        if (HoldsTexts(set)) key.Add(nameof(TokenStore.HoldsTexts));
        set.AddTo(key, dataRoot);
        if (_prepared.Find(key.Text, set.IsCleaned) is { } before)
        {
            log(string.Create(CultureInfo.InvariantCulture, $"{set.Title}: {before.Count:N0} examples, prepared before."));
            // Of two equal sets the second is found as the first has left it.
            if (_reports.TryGetValue(key.Text, out var report))
                Written(report with { Phase = set.Phase, Use = set.Use, Path = set.Path, Files = set.Files(dataRoot), Weight = set.Data.Weight });
            return before;
        }
        var store = Write(set, key.Text);
        _prepared.Remember(key.Text, store);
        return store;
    }

    private StoreRef Write(DataSet set, string key)
    {
        var bad = new BadRecords(set.Data.TolerateBadRecords, removesEmpty: set.Data.RemoveEmpty);
        var leftOut = new LeftOut(set, bad);
        var (ratios, lengths) = (new LengthRatios(), Limits.ToDictionary(limit => limit, _ => 0));
        var rows = Encode(set, bad, leftOut, ratios, lengths);
        var columns = set.Kind == DataSetKind.Pairs ? 2 : 3;
        if (set.Kind == DataSetKind.Translations)
        {
            // How many references there are is known only at the end.
            var all = rows.ToList();
            (rows, columns) = (all, all.Select(each => each.Row.Length).DefaultIfEmpty(2).Max());
        }
        var (source, target) = (0L, 0L);
        using var writer = new TokenStoreWriter(folder, columns, HoldsTexts(set));
        foreach (var (row, texts) in rows)
        {
            stop.ThrowIfCancellationRequested();
            writer.Add(HoldsTexts(set) ? [row[0], .. texts.Skip(1).Select(TextCells.Of)] : row);
            source += row[0].Length;
            target += row[1].Length + (set.Kind == DataSetKind.Preferences ? row[2].Length : 0);
        }
        Report(set, writer.Count, bad, leftOut, source, target);
        var (path, hash) = writer.Complete();
        var store = new StoreRef(path, hash, writer.Count, source, target, leftOut.Examples, set.IsCleaned
            ? ratios.Factor : null, leftOut.Warning(writer.Count));
        SetReport report = new(set.Phase, set.Use, set.Path, set.Files(dataRoot), store, set.Data.Weight,
            leftOut.Reasons.ToDictionary(reason => reason.Name, reason => reason.Count), leftOut.Cut, leftOut.Encoded, lengths);
        Written(_reports[key] = report);
        return store;
    }

    /// <summary>Whether the targets are there to compare with, not to train on.</summary>
    private static bool HoldsTexts(DataSet set) => set.Kind == DataSetKind.Translations;

    private IEnumerable<(int[][] Row, string[] Texts)> Encode(DataSet set, BadRecords bad, LeftOut leftOut, LengthRatios ratios,
        Dictionary<int, int> lengths)
    {
        foreach (var (row, texts) in Distinct(set, bad, leftOut)
            .EncodeAll(texts => ((int[][])[tokenizers.Source.Encode(texts[0]), .. texts.Skip(1).Select(tokenizers.Target.Encode)], texts)))
        {
            leftOut.Encoded++;
            foreach (var limit in Limits)
                if (set.Fits(row, limit)) lengths[limit]++;
            var isTooLong = !set.Fits(row, set.Longest);
            var fitting = isTooLong ? set.Cut(row) : row;
            // Texts that differ may be the same to the model: a tokenizer may normalise, and what is cut off is gone.
            if (set.IsVoid(row) || (set.IsCut && set.IsVoid(fitting))) leftOut.Void++;
            else if (isTooLong && !set.IsCut) leftOut.TooLong++;
            else if (set.IsLopsided(row)) leftOut.Lopsided++;
            else
            {
                if (isTooLong) leftOut.Cut++;
                else foreach (var target in row.Skip(1)) ratios.Add(row[0].Length, target.Length);
                yield return (fitting, texts);
            }
        }
    }

    private IEnumerable<string[]> Distinct(DataSet set, BadRecords bad, LeftOut leftOut)
    {
        var seen = new HashSet<UInt128>();
        foreach (var texts in set.Read(dataRoot, bad))
        {
            if (set.RemovesDuplicates && !seen.Add(Fingerprint(texts))) leftOut.Duplicates++;
            else yield return texts;
        }
    }

    // A set of texts could be as large as the data; of 128 bits no two examples have the same by chance.
    private static UInt128 Fingerprint(string[] texts) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(string.Join('\0', texts).AsSpan()));

    private void Report(DataSet set, int count, BadRecords bad, LeftOut leftOut, long source, long target)
    {
        foreach (var note in bad.Notes) log($"{set.Title}: {note}");
        foreach (var record in bad.Seen.Take(Listed)) log($"Left out {record.File}:{record.Line}: {record.Reason}");
        if (count == 0)
            throw new DataFormatException(set.Path, 0, $"No example is left to use as {set.Use} data ({leftOut.Sentence}).", leftOut.Remedy);
        var cut = set.IsCut ? $"; cut {MetricText.Count(leftOut.Cut, "example")} to {set.Longest} tokens" : "";
        log(string.Create(CultureInfo.InvariantCulture, $"{set.Title}: {count:N0} examples, {source:N0} source and {target:N0} target tokens; " +
            $"{leftOut.Sentence}{cut}."));
    }
}
