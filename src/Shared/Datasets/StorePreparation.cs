using System.Globalization;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Datasets;

/// <summary>Turns data sets into token stores, or finds the stores that were made before.</summary>
internal sealed class StorePreparation(TokenizerPair tokenizers, string dataRoot, string folder, Action<string> log, CancellationToken stop)
{
    /// <summary>Bad records that the log lists one by one; of more it tells the number.</summary>
    private const int Listed = 10;

    private readonly PreparedStores _prepared = new(folder, log);

    public StoreRef Prepare(DataSet set)
    {
        var key = new PreparationKey("store").Add(tokenizers.Hash).Add(set.Longest);
        set.AddTo(key, dataRoot);
        if (_prepared.Find(key.Text) is { } before)
        {
            log(string.Create(CultureInfo.InvariantCulture, $"{set.Title}: {before.Count:N0} examples, prepared before."));
            return before;
        }
        var store = Write(set);
        _prepared.Remember(key.Text, store);
        return store;
    }

    private StoreRef Write(DataSet set)
    {
        var bad = new BadRecords(set.Data.TolerateBadRecords);
        var counts = new Counts();
        var rows = Encode(set, bad, counts);
        var columns = set.Kind == DataSetKind.Pairs ? 2 : 3;
        if (set.Kind == DataSetKind.Translations)
        {
            // How many references there are is known only at the end.
            var all = rows.ToList();
            (rows, columns) = (all, all.Select(row => row.Length).DefaultIfEmpty(2).Max());
        }
        using var writer = new TokenStoreWriter(folder, columns);
        foreach (var row in rows)
        {
            stop.ThrowIfCancellationRequested();
            writer.Add(row);
            counts.Source += row[0].Length;
            counts.Target += row[1].Length + (set.Kind == DataSetKind.Preferences ? row[2].Length : 0);
        }
        Report(set, writer.Count, bad, counts);
        var (path, hash) = writer.Complete();
        return new StoreRef(path, hash, writer.Count, counts.Source, counts.Target, counts.TooLong + counts.Void);
    }

    private IEnumerable<int[][]> Encode(DataSet set, BadRecords bad, Counts counts)
    {
        foreach (var texts in set.Read(dataRoot, bad))
        {
            if (set.IsVoid(texts))
            {
                counts.Void++;
                continue;
            }
            int[][] row = [tokenizers.Source.Encode(texts[0]), .. texts.Skip(1).Select(tokenizers.Target.Encode)];
            if (set.IsTooLong(row)) counts.TooLong++;
            else yield return row;
        }
    }

    private void Report(DataSet set, int count, BadRecords bad, Counts counts)
    {
        foreach (var record in bad.Seen.Take(Listed)) log($"Left out {record.File}:{record.Line}: {record.Reason}");
        var leftOut = string.Create(CultureInfo.InvariantCulture, $"left out {counts.TooLong:N0} longer than {set.Longest} tokens")
            + string.Create(CultureInfo.InvariantCulture, $"{(counts.Void > 0 ? $", {counts.Void:N0} whose chosen and rejected answers are equal" : "")}{(bad.Seen.Count > 0 ? $", {bad.Seen.Count:N0} bad records" : "")}");
        if (count == 0)
            throw new DataFormatException(set.Path, 0, $"No example is left to use as {set.Use} data ({leftOut}).", "Give data with examples in them, or raise data.max_length.");
        log(string.Create(CultureInfo.InvariantCulture, $"{set.Title}: {count:N0} examples, {counts.Source:N0} source and {counts.Target:N0} target tokens; {leftOut}."));
    }

    private sealed class Counts
    {
        public long Source { get; set; }
        public long Target { get; set; }
        public int TooLong { get; set; }
        public int Void { get; set; }
    }
}
