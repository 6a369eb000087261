using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Cli.Text;

/// <summary>
/// Lines as they come, in blocks: large while there are many, small while someone types. They are the lines that a file of the same text has
/// (<see cref="TextFile"/>).
/// </summary>
internal static class LineBlocks
{
    private const char ByteOrderMark = '\uFEFF';

    /// <param name="input">Read on another thread, so that waiting for it can be interrupted.</param>
    /// <param name="most">Lines of a block.</param>
    /// <exception cref="InvalidDataException">The input is not valid in its encoding.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<string>> Read(TextReader input, int most, [EnumeratorCancellation] CancellationToken stop)
    {
        var lines = Channel.CreateBounded<string>(4 * most);
        var reading = Task.Run(() => Read(input, lines.Writer, stop), stop);
        while (await lines.Reader.WaitToReadAsync(stop))
        {
            var block = new List<string>(most);
            while (block.Count < most && lines.Reader.TryRead(out var line)) block.Add(line);
            yield return block;
        }
        await reading;
    }

    /// <summary>Only LF and CR LF end a line. <see cref="TextReader.ReadLine"/> takes a lone CR for an end too.</summary>
    internal static IEnumerable<string> Lines(TextReader input)
    {
        var (buffer, line, isFirst) = (new char[1 << 12], new StringBuilder(), true);
        for (int read; (read = input.Read(buffer, 0, buffer.Length)) > 0;)
        {
            var from = 0;
            for (int end; (end = Array.IndexOf(buffer, '\n', from, read - from)) >= 0; from = end + 1)
            {
                line.Append(buffer, from, end - from);
                yield return Whole();
            }
            line.Append(buffer, from, read - from);
        }
        if (line.Length > 0) yield return Whole();

        string Whole()
        {
            if (isFirst && line.Length > 0 && line[0] == ByteOrderMark) line.Remove(0, 1);
            if (line.Length > 0 && line[^1] == '\r') line.Length--;
            isFirst = false;
            var text = line.ToString();
            line.Clear();
            return text;
        }
    }

    private static async Task Read(TextReader input, ChannelWriter<string> lines, CancellationToken stop)
    {
        var count = 0L;
        try
        {
            foreach (var line in Lines(input))
            {
                await lines.WriteAsync(line, stop);
                count++;
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"Standard input is not valid UTF-8 in line {count + 1} or soon after it. Convert it, for example with " +
                "iconv.", e);
        }
        finally
        {
            lines.Complete();
        }
    }
}
