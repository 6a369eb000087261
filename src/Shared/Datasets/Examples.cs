namespace DistTrain.Shared.Datasets;

/// <summary>A sentence and its translation.</summary>
/// <param name="MoreReferences">Further translations that are as good as <paramref name="Target"/>; scored against, never trained on. Mostly
/// empty.</param>
public sealed record TranslationExample(string Source, string Target, IReadOnlyList<string> MoreReferences);

/// <summary>Two answers to a prompt (translations of a sentence), of which people prefer one.</summary>
public sealed record PreferenceExample(string Prompt, string Chosen, string Rejected);
