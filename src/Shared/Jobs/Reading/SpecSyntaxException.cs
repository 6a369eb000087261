namespace DistTrain.Shared.Jobs.Reading;

/// <summary>The text is no YAML, or YAML of a form that no job file has; nothing else about it can be told.</summary>
internal sealed class SpecSyntaxException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
