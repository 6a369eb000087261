using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DistTrain.Cli.Nodes;
using DistTrain.Coordinator.Options;
using DistTrain.Shared.Cluster;
using DistTrain.TestSupport;
using DistTrain.Worker;

namespace DistTrain.Cli.Tests.Nodes;

/// <summary>
/// What the options of a process say of themselves holds: they have the default that their comments name, can be set, and refuse what is outside the
/// range that is told.
/// </summary>
public partial class ProcessOptionsTests
{
    /// <summary>The end of the name of a list's first item.</summary>
    private const string Item = ":0";

    private static readonly Dictionary<Type, string> Sources = new()
    {
        [typeof(CoordinatorOptions)] = "src/Coordinator/Options/CoordinatorOptions.cs",
        [typeof(WorkerOptions)] = "src/Worker/WorkerOptions.cs",
        [typeof(ClusterOptions)] = "src/Shared/Cluster/ClusterOptions.cs",
    };

    /// <summary>By the option's name; the form of a name is that of <c>--set</c>.</summary>
    public static TheoryData<bool, string> Settings =>
        [
            .. Of(typeof(CoordinatorOptions)).Select(name => new TheoryDataRow<bool, string>(true, name)),
            .. Of(typeof(WorkerOptions)).Select(name => new TheoryDataRow<bool, string>(false, name)),
        ];

    /// <summary>Values outside what the comments allow.</summary>
    public static TheoryData<bool, string, string> Outside =>
        [
            .. from setting in Settings
               let options = setting.Data
               from value in ValuesOutside(Comment(options.Item1, options.Item2))
               select new TheoryDataRow<bool, string, string>(options.Item1, options.Item2, value),
        ];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Comment_OfEachOption_TellsItsDefault(bool ofCoordinator, string name) =>
        Assert.Matches(@"<value>[\s\S]*Default( for \w+)?: [\s\S]*</value>", Comment(ofCoordinator, name));

    [Theory]
    [MemberData(nameof(Settings))]
    public void Bind_EachOption_HasTheValueThatWasSet(bool ofCoordinator, string name)
    {
        var property = Property(ofCoordinator, name);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var value = type == typeof(int) ? "17" : "some-text";

        var bound = Value(Bound(ofCoordinator, name, value), name);

        var one = name.EndsWith(Item, StringComparison.Ordinal) ? Assert.Single(((IEnumerable)bound!).Cast<object>()) : bound;
        Assert.Equal(value, Convert.ToString(one, CultureInfo.InvariantCulture));
    }

    [Theory]
    [MemberData(nameof(Outside))]
    public void Problems_OfAValueThatTheCommentDoesNotAllow_NameTheValue(bool ofCoordinator, string name, string value) =>
        Assert.Contains(Problems(Bound(ofCoordinator, name, value)), problem => problem.Contains(value, StringComparison.Ordinal));

    [Fact]
    public void Outside_IsOfEveryKindOfRange() =>
        Assert.Superset(new HashSet<string> { "DataPort", "Threads", "Database", "ExpectedWorkers", "Cluster:Port" },
            Outside.Select(row => row.Data.Item2).ToHashSet());

    private static IEnumerable<string> ValuesOutside(string comment)
    {
        var told = ValueOf().Match(comment).Groups["told"].Value;
        if (Range().Match(told) is { Success: true } range)
        {
            yield return Number(range.Groups["low"].Value, -1);
            yield return Number(range.Groups["high"].Value, +1);
        }
        if (Least().Match(told) is { Success: true } least) yield return Number(least.Groups["low"].Value, -1);
        // What a device may be is known where devices are.
        if (Words().IsMatch(told) && !told.Contains("Devices", StringComparison.Ordinal)) yield return "some-text";
    }

    private static string Number(string told, int more) =>
        (int.Parse(told, CultureInfo.InvariantCulture) + more).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Of(Type options, string prefix = "") =>
        from property in options.GetProperties()
        where property.CanWrite
        from name in Sources.ContainsKey(property.PropertyType) ? Of(property.PropertyType, $"{prefix}{property.Name}:")
            : property.PropertyType.IsAssignableTo(typeof(IEnumerable)) && property.PropertyType != typeof(string) ? [prefix + property.Name + Item]
            : (IEnumerable<string>)[prefix + property.Name]
        select name;

    private static object Bound(bool ofCoordinator, string name, string value) => ofCoordinator
        ? NodeConfiguration.Bind<CoordinatorOptions>(null, [$"{name}={value}"], [])
        : NodeConfiguration.Bind<WorkerOptions>(null, [$"{name}={value}"], []);

    private static IEnumerable<string> Problems(object options) =>
        options is CoordinatorOptions coordinator ? coordinator.Problems() : ((WorkerOptions)options).Problems();

    private static PropertyInfo Property(bool ofCoordinator, string name) => Parts(name).Aggregate(
        (PropertyInfo?)null, (outer, part) => (outer?.PropertyType ?? Root(ofCoordinator)).GetProperty(part))!;

    private static object? Value(object options, string name) => Parts(name).Aggregate(
        (object?)options, (outer, part) => outer!.GetType().GetProperty(part)!.GetValue(outer));

    /// <summary>The comment that stands before the property in its file.</summary>
    private static string Comment(bool ofCoordinator, string name)
    {
        var property = Property(ofCoordinator, name);
        var source = File.ReadAllText(Path.Combine(Repository.Root, Sources[property.DeclaringType!]));
        return Regex.Match(source, $@"(?<comment>(?:^ *///.*\n)+) *public [\w<>?]+ {property.Name} ", RegexOptions.Multiline).Groups["comment"].Value;
    }

    private static Type Root(bool ofCoordinator) => ofCoordinator ? typeof(CoordinatorOptions) : typeof(WorkerOptions);

    private static IEnumerable<string> Parts(string name) => name.Split(':').Where(part => part != "0");

    [GeneratedRegex(@"<value>(?<told>[\s\S]*?)</value>")]
    private static partial Regex ValueOf();

    [GeneratedRegex(@"(?<low>\d+) to (?<high>\d+)")]
    private static partial Regex Range();

    [GeneratedRegex(@"At least (?<low>\d+)")]
    private static partial Regex Least();

    [GeneratedRegex(@"<c>[\w-]+</c>[\s\S]*or <c>")]
    private static partial Regex Words();
}
