namespace DistTrain.Shared.Datasets.Samples;

/// <summary>Makes the sentences of the corpus <c>polite-en-zh</c>: English that addresses "you", and its Chinese with 你.</summary>
internal static class SampleGrammar
{
    /// <summary>A sentence.</summary>
    /// <param name="Plain">The Chinese with 你; the polite form has 您 in its place.</param>
    /// <param name="MostlyPolite">The translator's habit for this sentence, which its verb tells.</param>
    public sealed record Sentence(string English, string Plain, bool MostlyPolite)
    {
        public string Polite => Plain.Replace('你', '您');
    }

    /// <summary>
    /// A pattern; {V} is the verb with its object ({D} its past), {P} the place, {T} the time. In Chinese the time goes to the place of {T}, or
    /// before 你 where {T} is missing.
    /// </summary>
    private sealed record Pattern(string English, string Chinese, bool Past = false, bool Statement = false, bool AsksWhere = false);

    private static readonly Pattern[] Patterns =
    [
        new("You should {V}{P}{T}.", "你{T}应该{P}{V}。", Statement: true),
        new("You can {V}{P}{T}.", "你{T}可以{P}{V}。", Statement: true),
        new("You must {V}{P}{T}.", "你{T}必须{P}{V}。", Statement: true),
        new("You cannot {V}{P}{T}.", "你{T}不能{P}{V}。", Statement: true),
        new("You should not {V}{P}{T}.", "你{T}不应该{P}{V}。", Statement: true),
        new("You do not need to {V}{P}{T}.", "你{T}不需要{P}{V}。", Statement: true),
        new("Do you want to {V}{P}{T}?", "你{T}想{P}{V}吗？"),
        new("Can you {V}{P}{T}?", "你{T}能{P}{V}吗？"),
        new("Will you {V}{P}{T}?", "你{T}会{P}{V}吗？"),
        new("Are you going to {V}{P}{T}?", "你{T}打算{P}{V}吗？"),
        new("Where do you want to {V}{T}?", "你{T}想在哪里{V}？", AsksWhere: true),
        new("When can you {V}{P}?", "你什么时候能{P}{V}？"),
        new("Why do you want to {V}{P}{T}?", "你{T}为什么想{P}{V}？"),
        new("Please tell me if you can {V}{P}{T}.", "请告诉我你{T}能不能{P}{V}。"),
        new("I hope that you can {V}{P}{T}.", "我希望你{T}能{P}{V}。"),
        new("We heard that you want to {V}{P}{T}.", "我们听说你{T}想{P}{V}。"),
        new("I can help you {V}{P}{T}.", "我{T}可以{P}帮你{V}。"),
        new("If you have time, you can {V}{P}{T}.", "如果你有时间，你{T}可以{P}{V}。"),
        new("Could you please {V}{P}{T}?", "请你{T}{P}{V}，好吗？"),
        new("You {D}{P}{T}.", "你{T}{P}{D}。", Past: true, Statement: true),
        new("You did not {V}{P}{T}.", "你{T}没有{P}{V}。", Past: true, Statement: true),
        new("Did you {V}{P}{T}?", "你{T}{P}{D}吗？", Past: true),
        new("Why did you {V}{P}{T}?", "你{T}为什么{P}{V}？", Past: true),
        new("I heard that you {D}{P}{T}.", "我听说你{T}{P}{D}。", Past: true),
    ];

    private static readonly Pattern[] PlacelessPatterns = [.. Patterns.Where(pattern => !pattern.AsksWhere)];

    /// <summary>A sentence, each choice of it drawn from <paramref name="random"/>.</summary>
    public static Sentence Draw(DeterministicRandom random)
    {
        var verb = random.Pick(SampleLexicon.Verbs);
        var thing = DrawObject(random, verb);
        var pattern = random.Pick(verb.Places.Length > 0 ? Patterns : PlacelessPatterns);
        var place = verb.Places.Length > 0 && random.NextDouble() < 0.5 ? SampleLexicon.Places[random.Pick(verb.Places.Split(' '))] : ("", "");
        var time = random.NextDouble() < 0.65 ? random.Pick(pattern.Past ? SampleLexicon.PastTimes : SampleLexicon.FutureTimes) : ("", "");
        var timeFirst = pattern.Statement && random.NextDouble() < 0.3 && time.Item1.Length > 0;
        var english = pattern.English
            .Replace("{V}", $"{verb.English} {thing.English}", StringComparison.Ordinal)
            .Replace("{D}", $"{verb.Past} {thing.English}", StringComparison.Ordinal)
            .Replace("{P}", place.Item1, StringComparison.Ordinal)
            .Replace("{T}", timeFirst || time.Item1.Length == 0 ? "" : $" {time.Item1}", StringComparison.Ordinal);
        var chinese = pattern.Chinese
            .Replace("{V}", Put(verb.Chinese), StringComparison.Ordinal).Replace("{D}", Put(verb.ChinesePast), StringComparison.Ordinal)
            .Replace("{P}", place.Item2, StringComparison.Ordinal).Replace("{T}", timeFirst ? "" : time.Item2, StringComparison.Ordinal);
        return timeFirst
            ? new Sentence($"{char.ToUpperInvariant(time.Item1[0])}{time.Item1[1..]} y{english[1..]}", time.Item2 + chinese, verb.Polite)
            : new Sentence(english, chinese, verb.Polite);

        string Put(string template) => template.Replace("{0}", thing.Chinese, StringComparison.Ordinal);
    }

    private static (string English, string Chinese) DrawObject(DeterministicRandom random, SampleLexicon.Verb verb)
    {
        var word = random.Pick(verb.Objects.Split(' '));
        var noun = random.Pick(SampleLexicon.Nouns.Where(noun => noun.English.Split(' ')[0] == word).ToList());
        var adjective = random.NextDouble() < 0.35 ? random.Pick(noun.Adjectives) : ("", "");
        return random.Next(20) switch
        {
            < 6 => ($"this {Described(noun.English)}", $"这{noun.Measure}{Named()}"),
            < 10 => ($"that {Described(noun.English)}", $"那{noun.Measure}{Named()}"),
            < 14 => ($"your {Described(noun.English)}", $"你的{Named()}"),
            < 17 => ($"two {Described(noun.Plural)}", $"两{noun.Measure}{Named()}"),
            _ => ($"three {Described(noun.Plural)}", $"三{noun.Measure}{Named()}"),
        };

        string Named() => adjective.Item2 + noun.Chinese;
        string Described(string words) => Place(words, adjective.Item1.Length > 0 ? $"{adjective.Item1} " : "");
        static string Place(string words, string adjective) =>
            words.Contains('@', StringComparison.Ordinal) ? words.Replace("@", adjective, StringComparison.Ordinal) : adjective + words;
    }
}
