namespace DistTrain.Shared.Logging;

/// <summary>
/// Lets some lines through in each <see cref="Limits.StrangerLinesTime"/>, which begins with a line, and counts the others.
/// Time is passed in, by a clock that nobody sets; any thread may ask.
/// </summary>
/// <param name="lines">How many.</param>
public sealed class LineLimit(int lines = Limits.StrangerLines)
{
    private readonly Lock _gate = new();
    private TimeSpan? _begun;
    private int _written;
    private long _leftOut;

    /// <param name="now">Time since a moment that stays the same.</param>
    /// <returns>How many lines were left out since the last that was written; null when this one is to be left out as well.</returns>
    public long? Admit(TimeSpan now)
    {
        lock (_gate)
        {
            if (_begun is null || now - _begun >= Limits.StrangerLinesTime) (_begun, _written) = (now, 0);
            if (_written == lines)
            {
                _leftOut++;
                return null;
            }
            _written++;
            var before = _leftOut;
            _leftOut = 0;
            return before;
        }
    }
}
