using System.Reflection;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DistTrain.Architecture.Tests;

/// <summary>
/// Namespaces within a project form layers: each knows those below it, and no circle leads back. The list is docs/architecture.md's.
/// </summary>
public partial class LayersTests
{
    private const string Document = "docs/architecture.md", Prefix = "DistTrain.", Root = "(root)";

    public static TheoryData<string> Projects => [.. Layers.Keys];

    /// <summary>By project: from the lowest layer to the highest, the namespaces of each, which do not know each other.</summary>
    private static Dictionary<string, List<string[]>> Layers { get; } = LayerLists().Matches(SourceTree.Read(Document)).ToDictionary(
        list => list.Groups["project"].Value,
        list => LayerLines().Matches(list.Groups["layers"].Value).Select(layer => layer.Groups["names"].Value.Split(", ")).ToList());

    [Fact]
    public void Layers_OfEveryProject_AreListed() =>
        Assert.Equal(["Cli", "Coordinator", "Model", "Shared", "Worker"], Layers.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_OfAProject_AreThoseOfTheList(string project) => Assert.Equal(
        Uses(project).Select(use => use.From).Distinct().Order(StringComparer.Ordinal),
        Layers[project].SelectMany(names => names).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Uses_WithinAProject_LeadToLowerLayersOnly(string project)
    {
        var heights = Layers[project].Index().SelectMany(layer => layer.Item.Select(name => (name, layer.Index))).ToDictionary();
        var wrong =
            from use in Uses(project)
            where use.From != use.To && heights.GetValueOrDefault(use.To, int.MaxValue) >= heights.GetValueOrDefault(use.From, int.MaxValue)
            group $"{use.User} -> {use.Used}" by $"{use.From} -> {use.To}" into edge
            orderby edge.Key
            select $"{edge.Key}: {string.Join(", ", edge.Distinct().Take(6))}";
        Assert.Empty(wrong);
    }

    /// <summary>Of constants, which the compiler puts in place of their names, nothing but the directive tells.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Directives_WithinAProject_NameLowerLayersOnly(string project)
    {
        var heights = Layers[project].Index().SelectMany(layer => layer.Item.Select(name => (name, layer.Index))).ToDictionary();
        Assert.Empty(
            from file in SourceTree.Files($"src/{project}", ".cs")
            let text = File.ReadAllText(file)
            let own = Declared().Match(text).Groups["name"].Value
            where own.StartsWith(Prefix + project, StringComparison.Ordinal)
            from used in Directives().Matches(text).Select(match => match.Groups["name"].Value)
            where used == Prefix + project || used.StartsWith($"{Prefix}{project}.", StringComparison.Ordinal)
            where heights[Layer(project, used)] >= heights[Layer(project, own)]
            select $"{SourceTree.Short(file)}: {used}");
    }

    /// <summary>Which type of a project uses which other, by its members' types and bodies.</summary>
    private static IEnumerable<(string From, string To, string User, string Used)> Uses(string project)
    {
        using var module = ModuleDefinition.ReadModule(Assembly.Load(Prefix + project).Location);
        var types = module.GetTypes().Where(type => Namespace(type).StartsWith(Prefix + project, StringComparison.Ordinal)).ToList();
        return
        [
            .. from type in types
               from used in References(type).SelectMany(Parts).OfType<TypeReference>()
               where used.Scope == module && Namespace(used).StartsWith(Prefix + project, StringComparison.Ordinal)
               select (Layer(project, Namespace(type)), Layer(project, Namespace(used)), Outer(type).Name, Outer(used).Name),
            // A type that uses no other is of a namespace all the same.
            .. types.Select(type => (Layer(project, Namespace(type)), Layer(project, Namespace(type)), Outer(type).Name, Outer(type).Name)),
        ];
    }

    private static string Layer(string project, string name) =>
        name.Length == Prefix.Length + project.Length ? Root : name[(Prefix.Length + project.Length + 1)..];

    private static IEnumerable<TypeReference?> References(TypeDefinition type) =>
        [
            type.BaseType,
            .. type.Interfaces.Select(each => each.InterfaceType),
            .. type.GenericParameters.SelectMany(Constraints),
            .. type.CustomAttributes.SelectMany(Attribute),
            .. type.Fields.Select(field => field.FieldType),
            .. type.Properties.Select(property => property.PropertyType),
            .. type.Methods.SelectMany(Method),
        ];

    private static IEnumerable<TypeReference?> Method(MethodDefinition method) =>
        [
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method.GenericParameters.SelectMany(Constraints),
            .. method.CustomAttributes.SelectMany(Attribute),
            .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
            .. method.HasBody ? method.Body.ExceptionHandlers.Select(handler => handler.CatchType) : [],
            .. method.HasBody ? method.Body.Instructions.SelectMany(Operand) : [],
        ];

    private static IEnumerable<TypeReference?> Operand(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Constraints(GenericParameter parameter) => parameter.Constraints.Select(each => each.ConstraintType);

    private static IEnumerable<TypeReference?> Attribute(CustomAttribute attribute) =>
        [attribute.AttributeType, .. attribute.ConstructorArguments.Select(argument => argument.Value as TypeReference)];

    /// <summary>A type that is made of others, such as an array or a generic one: these.</summary>
    private static IEnumerable<TypeReference?> Parts(TypeReference? type) => type switch
    {
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };

    private static TypeReference Outer(TypeReference type) => type.DeclaringType is { } declaring ? Outer(declaring) : type;

    private static string Namespace(TypeReference type) => Outer(type).Namespace;

    [GeneratedRegex(@"^- \*\*(?<project>\w+)\*\*:.*\n(?<layers>(  \d+\. .*\n)+)", RegexOptions.Multiline)]
    private static partial Regex LayerLists();

    [GeneratedRegex(@"^  \d+\. `(?<names>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex LayerLines();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"^using (?:static )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Directives();
}
