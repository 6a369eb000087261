namespace DistTrain.Shared.Datasets;

/// <summary>A record that was left out of a data set.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Reason">A sentence: what is wrong with it.</param>
public sealed record BadRecord(string File, long Line, string Reason);

/// <summary>
/// Collects what the reading of one data set finds: bad records, which stop it when there are more than tolerated, and what was taken for what.
/// </summary>
/// <param name="tolerated"><c>data.tolerate_bad_records</c> of the job: at least 0.</param>
/// <param name="remedy">A sentence: what to do about a bad record. Default: what a job's author can do.</param>
/// <param name="removesEmpty"><c>data.remove_empty</c> of the job: records of which a text is empty are counted, and are not bad.</param>
public sealed class BadRecords(int tolerated, string remedy = BadRecords.Tolerable, bool removesEmpty = false)
{
    /// <summary>The remedy where nothing sets <c>data.tolerate_bad_records</c>.</summary>
    public const string Correctable = "Correct or remove the record.";

    private const string Tolerable = "Correct or remove the record, or raise data.tolerate_bad_records to leave such records out.";
    private const string Removable =
        "Correct or remove the record, or set data.remove_empty to leave records with an empty text out, or raise data.tolerate_bad_records.";

    private readonly List<BadRecord> _seen = [];
    private readonly List<string> _notes = [];

    /// <summary>In the order in which they were met; at most one more than tolerated.</summary>
    public IReadOnlyList<BadRecord> Seen => _seen;

    /// <summary>What people should know of how the data were read, for the log: sentences, each once, in the order in which they were met.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Records that were left out because a text of theirs is empty, where the job says so.</summary>
    public long Empty { get; private set; }

    /// <summary>Whether a job is being read, so that a remedy can name its keys.</summary>
    internal bool IsOfJob => remedy == Tolerable;

    /// <summary>Adds to the notes.</summary>
    /// <param name="sentence">The same for all records that it is true of: they are few.</param>
    public void Note(string sentence)
    {
        if (!_notes.Contains(sentence)) _notes.Add(sentence);
    }

    /// <summary>Notes a record that cannot be used.</summary>
    /// <exception cref="DataFormatException">It is a bad one more than tolerated.</exception>
    internal void Report(string file, long line, BadRecordException problem)
    {
        if (problem.IsEmpty && removesEmpty) Empty++;
        else Report(file, line, problem.Message, IsOfJob && problem.IsEmpty ? Removable : remedy);
    }

    /// <summary>Notes a bad record.</summary>
    /// <exception cref="DataFormatException">It is one more than tolerated.</exception>
    public void Report(string file, long line, string reason) => Report(file, line, reason, remedy);

    private void Report(string file, long line, string reason, string what)
    {
        _seen.Add(new BadRecord(file, line, reason));
        if (_seen.Count <= tolerated) return;
        var before = tolerated == 0 ? "" : $" It is bad record {_seen.Count} of this data set, and data.tolerate_bad_records allows {tolerated}.";
        throw new DataFormatException(file, line, reason + before, what);
    }
}

/// <summary>Why one record cannot be used; the reader turns it into a report with file and line.</summary>
/// <param name="isEmpty">Whether the only reason is that a text has nothing in it.</param>
internal sealed class BadRecordException(string reason, bool isEmpty = false) : Exception(reason)
{
    public bool IsEmpty => isEmpty;
}
