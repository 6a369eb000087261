using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DistTrain.Shared.Jobs.Reading;

/// <summary>
/// Turns the text of a job file, YAML or JSON, into nodes that know their lines. Anchors and aliases work, up to the size that the file has with
/// its aliases written out; tags mean nothing.
/// </summary>
internal sealed class SpecParser
{
    // A job file needs 4; without a limit, a file of brackets would overflow the stack.
    private const int Deepest = 32;

    private readonly Dictionary<AnchorName, (SpecNode Node, int Size)> _anchors = [];
    private readonly Parser _events;
    private int _depth;
    private int _size;

    private SpecParser(Scanner scanner)
    {
        _events = new Parser(scanner);
        _events.MoveNext();
        _events.Consume<StreamStart>();
    }

    /// <exception cref="SpecSyntaxException">It is not one YAML document of plain keys, lists and values.</exception>
    public static MapNode Parse(string text)
    {
        var scanner = new Scanner(new StringReader(text));
        try
        {
            return new SpecParser(scanner).Document();
        }
        catch (YamlException e)
        {
            throw Invalid(e.End.Line, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Some wrong text, such as a tab after a broken line or a tag that is no address, makes the scanner itself stumble.
            throw Invalid(scanner.CurrentPosition.Line, e.Message);
        }
    }

    private static SpecSyntaxException Invalid(long line, string reason) => new(
        (int)line, $"This is not valid YAML ({reason.TrimEnd('.')}). Indent with spaces, close every bracket and quote, and put texts with special " +
            "characters in quotes.");

    private MapNode Document()
    {
        if (!_events.TryConsume<DocumentStart>(out _))
            throw new SpecSyntaxException(1, "The job file is empty. Write at least name and phases.");
        var node = Node();
        _events.Consume<DocumentEnd>();
        if (_events.TryConsume<DocumentStart>(out var second))
            throw new SpecSyntaxException((int)second.Start.Line,
                "A second document begins here, but a job file holds one. Give each job a file of its own.");
        return node as MapNode
            ?? throw new SpecSyntaxException(
                node.Line, $"The job file is {node.Found}, but must be keys with values. Write at least name and phases, each as 'key: value'.");
    }

    private SpecNode Node()
    {
        var start = _events.Current!;
        var line = (int)start.Start.Line;
        if (_events.TryConsume<AnchorAlias>(out var alias))
        {
            if (_anchors.TryGetValue(alias.Value, out var known)) return Counted(known.Node, known.Size);
            throw new SpecSyntaxException(
                line, $"The alias *{alias.Value} has no anchor &{alias.Value} before it. Add the anchor, or write the value out.");
        }
        if (++_depth > Deepest)
            throw new SpecSyntaxException(
                line, $"Values are nested deeper than {Deepest} levels here, which no job needs. Check the brackets and the indentation.");
        var before = _size;
        SpecNode node = _events.Accept<MappingStart>(out _) ? Map(line) : _events.Accept<SequenceStart>(out _) ? List(line) : Scalar(line);
        _depth--;
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor] = (node, _size - before + 1);
        return Counted(node, 1);
    }

    private SpecNode Counted(SpecNode node, int nodes)
    {
        _size += nodes;
        return _size <= Limits.SpecNodes
            ? node
            : throw new SpecSyntaxException(node.Line, $"With this the file has more than {Limits.SpecNodes} keys and values, its aliases written " +
                "out, which no job needs. Write it without aliases of aliases.");
    }

    private MapNode Map(int line)
    {
        _events.Consume<MappingStart>();
        var entries = new List<MapEntry>();
        while (!_events.TryConsume<MappingEnd>(out _))
        {
            var at = (int)_events.Current!.Start.Line;
            if (!_events.TryConsume<Scalar>(out var key))
                throw new SpecSyntaxException(at, "Here stands a list or a group where a key must stand. Write 'key: value'.");
            entries.Add(new MapEntry(key.Value, at, Node()));
        }
        return new MapNode(line, entries);
    }

    private ListNode List(int line)
    {
        _events.Consume<SequenceStart>();
        var items = new List<SpecNode>();
        while (!_events.TryConsume<SequenceEnd>(out _)) items.Add(Node());
        return new ListNode(line, items);
    }

    private ScalarNode Scalar(int line)
    {
        var scalar = _events.Consume<Scalar>();
        return new ScalarNode(line, scalar.Value, scalar.Style != ScalarStyle.Plain);
    }
}
