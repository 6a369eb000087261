using System.Collections;
using System.Reflection;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Tests.Wire;

/// <summary>Makes a message of any kind with every property filled, each value another, and two items in every list.</summary>
internal sealed class SomeValue
{
    private int _number;

    public object Of(Type type)
    {
        var known = Nullable.GetUnderlyingType(type) ?? type;
        _number++;
        if (known == typeof(string)) return $"text {_number} \"\u4f60\ud83d\ude00\n";
        if (known == typeof(JobId)) return new JobId($"job-{_number}");
        if (known == typeof(WorkerId)) return new WorkerId($"Worker_{_number}.a");
        if (known == typeof(int)) return _number;
        if (known == typeof(long)) return (1L << 40) + _number;
        if (known == typeof(double)) return _number + 0.1;
        if (known == typeof(bool)) return true;
        if (known == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(8)).AddTicks(_number);
        if (known.IsEnum) return Enum.GetValues(known).GetValue(1)!;
        if (known.IsGenericType && known.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(known.GetGenericArguments()[0]);
        if (known == typeof(IReadOnlyDictionary<string, double>)) return new Dictionary<string, double> { ["a"] = _number, ["b"] = -0.5 };
        var constructor = known.GetConstructors(BindingFlags.Public | BindingFlags.Instance).MaxBy(candidate => candidate.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType))]);
    }

    private IList List(Type item)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        list.Add(Of(item));
        list.Add(Of(item));
        return list;
    }
}
