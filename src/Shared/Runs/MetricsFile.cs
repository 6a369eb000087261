using System.Text;
using System.Text.Json;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;

namespace DistTrain.Shared.Runs;

/// <summary>
/// The file <c>metrics.jsonl</c> of a job's folder: every step and every validation once, a <see cref="MetricsLine"/> each, in the order in which
/// they were trained. What is told again is left out, and what comes late is put in its place; when a later generation trains steps again, what the
/// file has from the first of them on is dropped before. Half a line at the end, of a writer that died, is dropped too. So whoever adds lines before
/// acknowledging their report leaves neither gaps nor repetitions, whenever it is killed.
/// </summary>
public sealed class MetricsFile(string jobFolder)
{
    public const string FileName = "metrics.jsonl";

    private readonly string _file = Path.Combine(jobFolder, FileName);

    /// <summary>The newest line of each phase and kind; null before the file was looked into.</summary>
    private Dictionary<(string Phase, string Event), MetricsLine>? _newest;

    /// <summary>All lines, in order; none when there is no such file.</summary>
    /// <exception cref="InvalidDataException">A line is none.</exception>
    public static IReadOnlyList<MetricsLine> Read(string jobFolder) => [.. Lines(Path.Combine(jobFolder, FileName))];

    /// <summary>The newest step of a phase; null when it has none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public StepRecord? NewestStep(string phase) => (_newest ??= Scan()).GetValueOrDefault((phase, MetricsLine.Step))?.ToStep() is { } step
        && RecordPromises.Broken(step) is null ? step : null;

    /// <summary>The steps of a phase that a generation trained, in order.</summary>
    /// <param name="isWanted">Whether a step is asked for.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public IReadOnlyList<StepRecord> StepsOf(string phase, int generation, Func<long, bool> isWanted)
    {
        // Half a line is gone then.
        _newest ??= Scan();
        return [.. Lines(_file).Where(line => line.Phase == phase && line.Generation == generation && isWanted(line.Number))
            .Select(line => line.ToStep()).OfType<StepRecord>().Where(step => RecordPromises.Broken(step) is null)];
    }

    /// <exception cref="IOException">It cannot be written. The next call looks at what the file holds first.</exception>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public void Add(IEnumerable<MetricsLine> lines)
    {
        Directory.CreateDirectory(jobFolder);
        var known = _newest ?? Scan();
        _newest = null;
        var text = new StringBuilder();
        var late = new List<MetricsLine>();
        foreach (var line in lines)
        {
            if (Newest(known, line.Phase) is { } last && Place(line).CompareTo(Place(last)) <= 0)
            {
                // Steps are what is trained again; a validation without its steps is told again, or late.
                if (line.Event != MetricsLine.Step || !known.TryGetValue((line.Phase, MetricsLine.Step), out var step)
                    || line.Generation <= step.Generation)
                {
                    late.Add(line);
                    continue;
                }
                Append(text);
                // Not simply all that stands behind: a validation of the new generation may have come before its steps.
                Rewrite(Read(jobFolder)
                    .Where(there => there.Phase != line.Phase || there.Number < line.Number || there.Generation >= line.Generation));
                known = Scan();
                if (Newest(known, line.Phase) is { } ahead && Place(line).CompareTo(Place(ahead)) <= 0)
                {
                    late.Add(line);
                    continue;
                }
            }
            text.Append(line.ToJson()).Append('\n');
            known[(line.Phase, line.Event)] = line;
        }
        Append(text);
        Insert(late);
        foreach (var line in late)
            if (!known.TryGetValue((line.Phase, line.Event), out var last) || line.Number > last.Number) known[(line.Phase, line.Event)] = line;
        _newest = known;
    }

    private static MetricsLine? Newest(Dictionary<(string Phase, string Event), MetricsLine> known, string phase) =>
        new[] { MetricsLine.Step, MetricsLine.Validation }.Select(kind => known.GetValueOrDefault((phase, kind))).OfType<MetricsLine>().MaxBy(Place);

    /// <summary>Puts the lines that the file does not have where they belong. It is written anew as a whole, which is seldom needed.</summary>
    private void Insert(IReadOnlyList<MetricsLine> late)
    {
        if (late.Count == 0) return;
        var all = Read(jobFolder).ToList();
        var before = all.Count;
        foreach (var line
            in late.Where(line => !all.Exists(there => (there.Phase, there.Event, there.Number) == (line.Phase, line.Event, line.Number))))
            all.Insert(all.FindIndex(there => there.Phase == line.Phase && Place(there).CompareTo(Place(line)) > 0) is >= 0 and var place
                ? place : all.Count, line);
        if (all.Count == before) return;
        Rewrite(all);
    }

    private void Rewrite(IEnumerable<MetricsLine> lines)
    {
        Write(_file + ".tmp", FileMode.Create, string.Concat(lines.Select(line => line.ToJson() + "\n")));
        File.Move(_file + ".tmp", _file, overwrite: true);
    }

    // A validation comes after the step that it follows.
    private static (long, bool) Place(MetricsLine line) => (line.Number, line.Event == MetricsLine.Validation);

    private void Append(StringBuilder text)
    {
        if (text.Length > 0) Write(_file, FileMode.Append, text.ToString());
        text.Clear();
    }

    private static void Write(string file, FileMode mode, string text)
    {
        using var stream = new FileStream(file, mode, FileAccess.Write);
        stream.Write(Encoding.UTF8.GetBytes(text));
        // Whoever reported it lets go of it: it has to outlive this machine's next failure.
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Looks into the file, and cuts off a line that is only half there.</summary>
    private Dictionary<(string Phase, string Event), MetricsLine> Scan()
    {
        var known = new Dictionary<(string Phase, string Event), MetricsLine>();
        if (!File.Exists(_file)) return known;
        var (sound, length) = (0L, new FileInfo(_file).Length);
        foreach (var (index, text) in File.ReadLines(_file).Index())
        {
            var end = sound + Encoding.UTF8.GetByteCount(text) + 1;
            if (end > length) break;
            var line = Parsed(_file, text, index + 1);
            known[(line.Phase, line.Event)] = line;
            sound = end;
        }
        if (sound == length) return known;
        using var handle = File.OpenWrite(_file);
        handle.SetLength(sound);
        return known;
    }

    private static IEnumerable<MetricsLine> Lines(string file) =>
        File.Exists(file) ? File.ReadLines(file).Select((line, index) => Parsed(file, line, index + 1)) : [];

    private static MetricsLine Parsed(string file, string text, int number)
    {
        try
        {
            return MetricsLine.Parse(text);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Line {number} of '{file}' is none of a step or a validation ({e.Message.TrimEnd('.')}). Move the file " +
                "away: it is begun anew.", e);
        }
    }
}
