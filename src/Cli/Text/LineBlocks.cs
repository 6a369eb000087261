using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace DistTrain.Cli.Text;

/// <summary>Lines as they come, in blocks: large while there are many, small while someone types.</summary>
internal static class LineBlocks
{
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

    private static async Task Read(TextReader input, ChannelWriter<string> lines, CancellationToken stop)
    {
        var count = 0L;
        try
        {
            for (; input.ReadLine() is { } line; count++) await lines.WriteAsync(line, stop);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"Standard input is not valid UTF-8 in line {count + 1} or soon after it. Convert it, for example with iconv.", e);
        }
        finally
        {
            lines.Complete();
        }
    }
}
