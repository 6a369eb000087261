using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model;

/// <summary>
/// Numbers as arguments of torch's operators. Of a C# value TorchSharp makes an object of the native heap, which its finalizer frees as soon as
/// nobody refers to it any more: that can be while the operator still reads it, which then fails or computes with whatever the memory holds by now. A
/// number made here lives until the thread has made several more.
/// </summary>
public static class Number
{
    /// <summary>More than any operator takes.</summary>
    private const int Held = 16;

    [ThreadStatic]
    private static Scalar[]? _held;

    [ThreadStatic]
    private static int _made;

    public static Scalar Of(double value) => Hold(value.ToScalar());

    public static Scalar Of(long value) => Hold(value.ToScalar());

    /// <summary>0, 1, ..., <paramref name="count"/> - 1.</summary>
    public static Tensor Range(long count, ScalarType type, Device? device = null) => arange(Of(0), Of(count), Of(1), type, device);

    /// <summary>x + y. TorchSharp's own sum makes the factor 1 of y anew each time.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Of(1));

    /// <summary>Adds y to x, in place.</summary>
    public static Tensor Add(this Tensor x, Tensor y) => x.add_(y, Of(1));

    /// <summary>Adds a number to each element, in place.</summary>
    public static Tensor Add(this Tensor x, double number) => x.add_(Of(number), Of(1));

    private static Scalar Hold(Scalar number)
    {
        _held ??= new Scalar[Held];
        _held[_made++ & (Held - 1)] = number;
        return number;
    }
}
