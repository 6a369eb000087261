using System.Text;

namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>Cuts lines of a table into cells.</summary>
/// <param name="hasQuotes">Whether quotes enclose a cell, as RFC 4180 has it: a line break inside stays (as LF), a doubled quote is one. Else they
/// are text.</param>
internal sealed class CellReader(char delimiter, bool hasQuotes)
{
    public const char Tab = '\t';

    private const char Quote = '"';
    private readonly StringBuilder _cell = new();
    private readonly List<string> _cells = [];

    /// <summary>Whether a quote is open, so that the record goes on in the next line.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether there was a quote where none can be: this is not what separates the cells.</summary>
    public bool HasStrayQuotes { get; private set; }

    /// <summary>Takes a line, without its end.</summary>
    /// <returns>The cells of the record that ends with it; null when it goes on.</returns>
    /// <exception cref="BadRecordException">There is text behind a closing quote; the next line begins a new record.</exception>
    public string[]? Add(string line)
    {
        if (!hasQuotes) return line.Split(delimiter);
        for (var at = 0; ;)
        {
            var isQuoted = IsOpen;
            if (!IsOpen && at < line.Length && line[at] == Quote) (IsOpen, isQuoted, at) = (true, true, at + 1);
            if (IsOpen && !Close(line, ref at)) return null;
            var end = line.IndexOf(delimiter, at) is >= 0 and var found ? found : line.Length;
            if (isQuoted && end > at) throw Behind(line[at..end]);
            HasStrayQuotes |= !isQuoted && line.AsSpan(at, end - at).Contains(Quote);
            _cells.Add(_cell.Append(line, at, end - at).ToString());
            _cell.Clear();
            if (end == line.Length) return Complete();
            at = end + 1;
        }
    }

    /// <summary>Forgets a record that has begun.</summary>
    public void Reset()
    {
        _cell.Clear();
        _cells.Clear();
        IsOpen = false;
    }

    /// <summary>Goes behind the closing quote; false when the line has none.</summary>
    private bool Close(string line, ref int at)
    {
        while (true)
        {
            var quote = line.IndexOf(Quote, at);
            if (quote < 0)
            {
                _cell.Append(line, at, line.Length - at).Append('\n');
                return false;
            }
            _cell.Append(line, at, quote - at);
            at = quote + 1;
            if (at == line.Length || line[at] != Quote)
            {
                IsOpen = false;
                return true;
            }
            _cell.Append(Quote);
            at++;
        }
    }

    private string[] Complete()
    {
        string[] cells = [.. _cells];
        _cells.Clear();
        return cells;
    }

    private BadRecordException Behind(string rest)
    {
        var cell = _cells.Count + 1;
        Reset();
        HasStrayQuotes = true;
        return new($"In column {cell} there is text behind the closing quote ('{Readable.Line(rest)}'); a quote within quotes is written twice.");
    }
}
