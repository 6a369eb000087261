using System.Globalization;
using System.Text;

namespace DistTrain.Cli.Tests.Watching;

/// <summary>
/// A terminal of a width, as far as the view needs one: it wraps, moves up, erases, and wraps anew when it is resized. It never scrolls.
/// </summary>
internal sealed class Screen(int width) : TextWriter
{
    private readonly List<StringBuilder> _lines = [new()];
    private readonly StringBuilder _escape = new();
    private int _row, _column;

    public override Encoding Encoding => Encoding.UTF8;

    public int Width { get; set; } = width;

    /// <summary>Lines as they were printed, whatever they were wrapped to.</summary>
    public IEnumerable<string> Lines => _lines.Select(line => line.ToString().TrimEnd());

    public override void Write(char value)
    {
        if (_escape.Length > 0 || value == '\e')
        {
            _escape.Append(value);
            if (char.IsAsciiLetter(value)) Obey();
        }
        else if (value == '\r') _column -= _column % Width == 0 && _column > 0 ? Width : _column % Width;
        else if (value == '\n') (_row, _column) = (_row + 1, 0);
        else Put(value);
        if (_row == _lines.Count) _lines.Add(new());
    }

    private void Put(char value)
    {
        var line = _lines[_row];
        if (_column < line.Length) line[_column] = value;
        else line.Append(' ', _column - line.Length).Append(value);
        _column++;
    }

    private void Obey()
    {
        var (text, kind) = (_escape.ToString(2, _escape.Length - 3), _escape[^1]);
        _escape.Clear();
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
            if (_column >= Width) _column -= Width;
            else (_row, _column) = (_row - 1, (_lines[_row - 1].Length - 1) / Width * Width + _column);
        }
    }

    private void Erase()
    {
        if (_column < _lines[_row].Length) _lines[_row].Length = _column;
        _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
    }
}
