using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>Turns data sets into token stores, or finds the stores that were made before.</summary>
internal sealed class StorePreparation(TokenizerPair tokenizers, string dataRoot, string folder, Action<string> log, CancellationToken stop)
{
    /// <summary>Bad records that the log lists one by one; of more it tells the number.</summary>
    private const int Listed = 10;

    private readonly PreparedStores _prepared = new(folder, log);

    public StoreRef Prepare(DataSet set)
    {
        var key = new PreparationKey("store").Add(tokenizers.Hash).Add(set.Longest).Add(set.Cleaning);
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
        return new StoreRef(path, hash, writer.Count, counts.Source, counts.Target, counts.LeftOut);
    }

    private IEnumerable<int[][]> Encode(DataSet set, BadRecords bad, Counts counts)
    {
        foreach (var row in Distinct(set, bad, counts).EncodeAll(texts => (int[][])[tokenizers.Source.Encode(texts[0]), .. texts.Skip(1).Select(tokenizers.Target.Encode)]))
        {
            if (set.IsTooLong(row)) counts.TooLong++;
            else if (set.IsLopsided(row)) counts.Lopsided++;
            else yield return row;
        }
    }

    private IEnumerable<string[]> Distinct(DataSet set, BadRecords bad, Counts counts)
    {
        var seen = new HashSet<UInt128>();
        foreach (var texts in set.Read(dataRoot, bad))
        {
            if (set.IsVoid(texts)) counts.Void++;
            else if (set.RemovesDuplicates && !seen.Add(Fingerprint(texts))) counts.Duplicates++;
            else yield return texts;
        }
    }

    // A set of texts could be as large as the data; of 128 bits no two examples have the same by chance.
    private static UInt128 Fingerprint(string[] texts) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(string.Join('\0', texts).AsSpan()));

    private void Report(DataSet set, int count, BadRecords bad, Counts counts)
    {
        foreach (var record in bad.Seen.Take(Listed)) log($"Left out {record.File}:{record.Line}: {record.Reason}");
        string[] reasons =
        [
            Number(counts.TooLong, $"longer than {set.Longest} tokens"),
            .. set.HasLengthRatio ? [Number(counts.Lopsided, $"with one side more than {set.Data.MaxLengthRatio.ToString(CultureInfo.InvariantCulture)} times as long as the other")] : Array.Empty<string>(),
            .. set.RemovesDuplicates ? [Number(counts.Duplicates, "that were there before")] : Array.Empty<string>(),
            .. counts.Void > 0 ? [Number(counts.Void, "whose chosen and rejected answers are equal")] : Array.Empty<string>(),
            .. bad.Seen.Count > 0 ? [Number(bad.Seen.Count, "bad records")] : Array.Empty<string>(),
        ];
        var leftOut = $"left out {string.Join(", ", reasons)}";
        if (count == 0)
            throw new DataFormatException(set.Path, 0, $"No example is left to use as {set.Use} data ({leftOut}).", set.HasLengthRatio ? "Give data with examples in them, or raise data.max_length or data.max_length_ratio." : "Give data with examples in them, or raise data.max_length.");
        log(string.Create(CultureInfo.InvariantCulture, $"{set.Title}: {count:N0} examples, {counts.Source:N0} source and {counts.Target:N0} target tokens; {leftOut}."));
    }

    private static string Number(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}");

    private sealed class Counts
    {
        public long Source { get; set; }
        public long Target { get; set; }
        public int TooLong { get; set; }
        public int Void { get; set; }
        public int Lopsided { get; set; }
        public int Duplicates { get; set; }
        public int LeftOut => TooLong + Void + Lopsided + Duplicates;
    }
}
