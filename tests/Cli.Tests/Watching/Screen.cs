using System.Globalization;
using System.Text;

namespace DistTrain.Cli.Tests.Watching;

/// <summary>A terminal of a width, as far as the view needs one: it wraps, moves up, erases, and wraps anew when it is resized. It never scrolls.</summary>
internal sealed class Screen(int width) : TextWriter
{
    private readonly List<StringBuilder> lines = [new()];
    private readonly StringBuilder escape = new();
    private int row, column;

    public override Encoding Encoding => Encoding.UTF8;

    public int Width { get; set; } = width;

    /// <summary>Lines as they were printed, whatever they were wrapped to.</summary>
    public IEnumerable<string> Lines => lines.Select(line => line.ToString().TrimEnd());

    public override void Write(char value)
    {
        if (escape.Length > 0 || value == '\e')
        {
            escape.Append(value);
            if (char.IsAsciiLetter(value)) Obey();
        }
        else if (value == '\r') column -= column % Width == 0 && column > 0 ? Width : column % Width;
        else if (value == '\n') (row, column) = (row + 1, 0);
        else Put(value);
        if (row == lines.Count) lines.Add(new());
    }

    private void Put(char value)
    {
        var line = lines[row];
        if (column < line.Length) line[column] = value;
        else line.Append(' ', column - line.Length).Append(value);
        column++;
    }

    private void Obey()
    {
        var (text, kind) = (escape.ToString(2, escape.Length - 3), escape[^1]);
        escape.Clear();
        if (kind == 'm') return;
        if (kind == 'A') Up(int.Parse(text, CultureInfo.InvariantCulture));
        else if (kind == 'J') Erase();
        else throw new InvalidOperationException($"The screen does not know the sequence {text}{kind}.");
    }

    // Rows of the screen, of which a long line has several.
    private void Up(int rows)
    {
        for (; rows > 0; rows--)
        {
            if (column >= Width) column -= Width;
            else (row, column) = (row - 1, (lines[row - 1].Length - 1) / Width * Width + column);
        }
    }

    private void Erase()
    {
        if (column < lines[row].Length) lines[row].Length = column;
        lines.RemoveRange(row + 1, lines.Count - row - 1);
    }
}
