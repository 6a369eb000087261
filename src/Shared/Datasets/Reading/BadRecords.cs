namespace DistTrain.Shared.Datasets.Reading;

/// <summary>A record that was left out of a data set.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Reason">A sentence: what is wrong with it.</param>
public sealed record BadRecord(string File, long Line, string Reason);

/// <summary>Collects the bad records of one data set, and stops the reading when there are more than the job tolerates.</summary>
/// <param name="tolerated"><c>data.tolerate_bad_records</c> of the job: at least 0.</param>
public sealed class BadRecords(int tolerated)
{
    private readonly List<BadRecord> _seen = [];

    /// <summary>In the order in which they were met; at most one more than tolerated.</summary>
    public IReadOnlyList<BadRecord> Seen => _seen;

    /// <summary>Notes a bad record.</summary>
    /// <exception cref="DataFormatException">It is one more than tolerated.</exception>
    public void Report(string file, long line, string reason)
    {
        _seen.Add(new BadRecord(file, line, reason));
        if (_seen.Count <= tolerated) return;
        var before = tolerated == 0 ? "" : $" It is bad record {_seen.Count} of this data set, and data.tolerate_bad_records allows {tolerated}.";
        throw new DataFormatException(file, line, reason + before, "Correct or remove the record, or raise data.tolerate_bad_records to leave such records out.");
    }
}

/// <summary>Why one record cannot be used; the reader turns it into a report with file and line.</summary>
internal sealed class BadRecordException(string reason) : Exception(reason);
