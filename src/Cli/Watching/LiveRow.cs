namespace DistTrain.Cli.Watching;

/// <summary>
/// A row at the bottom of a terminal that changes in place, while lines that stay are printed above it. Whatever is written begins with
/// taking the row away, to the end of the screen, so nothing of it is left beside a shorter line. Any thread may call it.
/// </summary>
/// <param name="output">The terminal.</param>
/// <param name="width">Its columns now; asked each time, because a window can be resized.</param>
public sealed class LiveRow(TextWriter output, Func<int> width)
{
    private const string EraseToEndOfScreen = "\e[J";

    private readonly Lock _gate = new();
    private string _row = "";

    /// <summary>
    /// Prints a line that stays, above the row. A line that is longer than the terminal is wide is left to the terminal, which wraps it anew when it
    /// is resized.
    /// </summary>
    public void Print(string line)
    {
        lock (_gate) Write($"{Erased()}{line}\n{_row}");
    }

    /// <summary>Shows another row in place of the one before.</summary>
    /// <param name="text">Given the columns that there are; what it makes is cut to one row.</param>
    public void Show(Func<int, string> text)
    {
        lock (_gate)
        {
            // One column stays free: a row that fills the last one leaves some terminals on the next.
            var columns = Math.Max(1, width() - 1);
            var (before, next) = (Erased(), text(columns));
            _row = next.Length > columns ? next[..columns] : next;
            Write(before + _row);
        }
    }

    /// <summary>Lets the row stay as it is; what comes next is below it.</summary>
    public void Keep()
    {
        lock (_gate)
        {
            if (_row.Length > 0) Write("\n");
            _row = "";
        }
    }

    /// <summary>
    /// Moves to the row's beginning and takes it away. A terminal that was made narrower since has wrapped it, and the cursor is below its beginning.
    /// </summary>
    private string Erased()
    {
        if (_row.Length == 0) return "";
        var below = (_row.Length - 1) / Math.Max(1, width());
        return below > 0 ? $"\r\e[{below}A{EraseToEndOfScreen}" : $"\r{EraseToEndOfScreen}";
    }

    private void Write(string text)
    {
        output.Write(text);
        output.Flush();
    }
}
