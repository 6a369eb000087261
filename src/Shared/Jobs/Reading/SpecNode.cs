namespace DistTrain.Shared.Jobs.Reading;

/// <summary>A piece of a job file, with the line it begins in.</summary>
internal abstract record SpecNode(int Line)
{
    /// <summary>What a person would say is there, for the sentence "... is X, but must be Y".</summary>
    public abstract string Found { get; }
}

internal sealed record ListNode(int Line, IReadOnlyList<SpecNode> Items) : SpecNode(Line)
{
    public override string Found => "a list";
}

internal sealed record MapNode(int Line, IReadOnlyList<MapEntry> Entries) : SpecNode(Line)
{
    public override string Found => "a group of keys";
}

/// <param name="Line">Where the key stands.</param>
internal sealed record MapEntry(string Key, int Line, SpecNode Value);
