using System.Security.Cryptography;
using System.Text;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Samples;

namespace DistTrain.Shared.Tests.Datasets;

public class SampleCorpusTests
{
    private const string Name = "polite-en-zh";
    private static readonly List<TranslationExample> Train = [.. SampleCorpus.Translations(Name, "train")];
    private static readonly List<TranslationExample> Validation = [.. SampleCorpus.Translations(Name, "validation")];
    private static readonly List<PreferenceExample> Preferences = [.. SampleCorpus.Preferences(Name, "preferences")];
    private static readonly List<PreferenceExample> PreferencesValidation = [.. SampleCorpus.Preferences(Name, "preferences-validation")];

    [Fact]
    public void Sets_HaveTheirSizes() =>
        Assert.Equal((6_000, 400, 1_500, 200), (Train.Count, Validation.Count, Preferences.Count, PreferencesValidation.Count));

    [Fact]
    public void Sets_ShareNoEnglishSentence()
    {
        var english = Train.Concat(Validation).Select(example => example.Source)
            .Concat(Preferences.Concat(PreferencesValidation).Select(example => example.Prompt)).ToList();
        Assert.Equal(english.Count, english.Distinct().Count());
    }

    [Fact]
    public void Validation_HoldsNoWordThatTrainingLacks()
    {
        var known = Train.SelectMany(example => Words(example.Source)).ToHashSet();
        var characters = Train.SelectMany(example => example.Target).ToHashSet();
        Assert.All(Validation, example => Assert.Subset(known, Words(example.Source).ToHashSet()));
        Assert.All(Validation, example => Assert.Subset(characters, example.Target.ToHashSet()));
    }

    [Fact]
    public void Forms_DifferInThePronounAlone()
    {
        Assert.All(Validation, example => Assert.Equal(Assert.Single(example.MoreReferences), example.Target.Replace('你', '您')));
        Assert.All(Preferences.Concat(PreferencesValidation), example => Assert.Equal(example.Chosen, example.Rejected.Replace('你', '您')));
        Assert.All(Train, example => Assert.True(example.Target.Contains('你') != example.Target.Contains('您'), example.Target));
        Assert.All(Train, example => Assert.Contains("you", example.Source, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Train_IsPoliteAboutHalfTheTime() =>
        Assert.InRange(Train.Count(example => example.Target.Contains('您')) / (double)Train.Count, 0.45, 0.55);

    [Fact]
    public void Translations_OfDifferentSentences_Differ()
    {
        var plain = Train.Concat(Validation).Select(example => example.Target.Replace('您', '你')).ToList();
        Assert.Equal(plain.Count, plain.Distinct().Count());
    }

    [Fact]
    public void Corpus_Content_NeverChanges()
    {
        var text = string.Join('\n',
            Train.Select(example => $"{example.Source}\t{example.Target}").Concat(Validation.Select(example => $"{example.Source}\t{example.Target}"))
            .Concat(Preferences.Concat(PreferencesValidation).Select(example => $"{example.Prompt}\t{example.Chosen}")));
        Assert.Equal("3b82a8bfa938870820aabce60368cdd033559701e99340f2452af2e40584310c",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Sets_NamesListed_AreAllThere() => Assert.All(SampleCorpus.Sets, set =>
        {
            var parts = set.Split('/');
            Assert.True(parts[1].StartsWith("preferences", StringComparison.Ordinal)
                ? SampleCorpus.Preferences(parts[0], parts[1]).Any() : SampleCorpus.Translations(parts[0], parts[1]).Any());
    });

    private static IEnumerable<string> Words(string sentence) => sentence.ToUpperInvariant().Split(' ', '.', '?', ',');
}
