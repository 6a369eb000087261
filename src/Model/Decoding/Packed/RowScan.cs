using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels.Simd;
using DistTrain.Shared.Text;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// What a search needs of one row of logits, which come some tokens at a time: their log-sum-exp and the largest ones. No row is ever kept whole.
/// </summary>
internal sealed unsafe class RowScan
{
    private float[] _logits = [];
    private int[] _tokens = [];
    private int _places, _count, _never;
    private float _largest;
    private double _sum;

    /// <summary>
    /// The largest logits' tokens, largest first, of equal ones the first first. Padding, BOS and the unknown token are not among them, nor what is
    /// no number.
    /// </summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    public ReadOnlySpan<float> Logits => _logits.AsSpan(0, _count);

    /// <summary>log(sum(exp(logits))) of all that was added. NaN when they are not numbers.</summary>
    public double LogSumExp => _largest + Math.Log(_sum);

    /// <summary>Begins a row.</summary>
    /// <param name="most">How many of the largest are wanted.</param>
    /// <param name="unknown">A further token that is never said; null for none.</param>
    public void Begin(int most, int? unknown)
    {
        if (_logits.Length < most) (_logits, _tokens) = (new float[most], new int[most]);
        (_places, _count, _largest, _sum, _never) = (most, 0, float.NegativeInfinity, 0, unknown ?? -1);
    }

    /// <summary>The logits of further tokens, from <paramref name="first"/> on. They may be changed.</summary>
    public void Add(float* x, int length, int first)
    {
        if (Vector512.IsHardwareAccelerated) Add<Floats512>(x, length, first);
        else Add<Floats256>(x, length, first);
    }

    /// <summary>The same with vectors of a width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add<T>(float* x, int length, int first) where T : struct, IFloats<T>
    {
        // Padding, BOS and the unknown token count for the sum alone.
        var (padding, bos, unknown) = (float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity);
        if (first == 0) (padding, x[SpecialTokens.Pad], bos, x[SpecialTokens.Bos]) = (x[SpecialTokens.Pad], padding, x[SpecialTokens.Bos], bos);
        if (_never >= first && _never < first + length) (unknown, x[_never - first]) = (x[_never - first], unknown);
        var maxima = stackalloc float[3 * T.Count];
        var most = Largest<T>(x, length, maxima);
        Raise(MathF.Max(MathF.Max(most, unknown), MathF.Max(padding, bos)));
        _sum += Exponentials<T>(x, length, _largest) + Math.Exp((double)padding - _largest) + Math.Exp((double)bos - _largest)
            + Math.Exp((double)unknown - _largest);
        // As many logits as there are places are at least as large as that many of the maxima: almost every vector is passed over.
        var least = _count == 0 && 2 * T.Count >= _places ? Below(maxima, 2 * T.Count) : Least;
        if (!(most > least)) return;
        var leasts = T.All(least);
        var at = 0;
        for (; at + T.Count <= length; at += T.Count)
        {
            if (!T.AnyGreater(T.Load(x + at), leasts)) continue;
            for (var lane = at; lane < at + T.Count; lane++) Insert(x[lane], first + lane);
            leasts = T.All(MathF.Max(least, Least));
        }
        for (; at < length; at++) Insert(x[at], first + at);
    }

    /// <summary>Puts better logits in the places of those found, orders them anew, and keeps the best.</summary>
    /// <param name="most">How many are kept.</param>
    public void Replace(Func<int, float> better, int most)
    {
        for (var place = 0; place < _count; place++)
        {
            var exact = better(_tokens[place]);
            _sum += Math.Exp((double)exact - _largest) - Math.Exp((double)_logits[place] - _largest);
            _logits[place] = exact;
        }
        for (var sorted = 1; sorted < _count; sorted++)
            for (var place = sorted; place > 0 && IsBefore(place, place - 1); place--)
                (_logits[place], _logits[place - 1], _tokens[place], _tokens[place - 1]) = (_logits[place - 1], _logits[place], _tokens[place - 1],
                    _tokens[place]);
        // One token may have had nearly all of the sum, and have much less of it now.
        if (_count > 0) _sum = Math.Max(_sum, Math.Exp((double)_logits[0] - _largest));
        _count = Math.Min(_count, most);
    }

    private bool IsBefore(int place, int other) => (_logits[other], _tokens[place]).CompareTo((_logits[place], _tokens[other])) < 0;

    private void Raise(float most)
    {
        if (!(most > _largest)) return;
        _sum *= Math.Exp((double)_largest - most);
        _largest = most;
    }

    /// <summary>Just below the last of the largest that there are places for.</summary>
    private float Below(float* maxima, int number)
    {
        var sorted = new Span<float>(maxima, number);
        sorted.Sort();
        return MathF.BitDecrement(sorted[number - _places]);
    }

    /// <summary>Only what is greater can come among the largest.</summary>
    private float Least => _count < _places ? float.NegativeInfinity : _logits[_places - 1];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(float value, int token)
    {
        if (!(value > Least)) return;
        if (_count < _places) _count++;
        var place = _count - 1;
        for (; place > 0 && value > _logits[place - 1]; place--) (_logits[place], _tokens[place]) = (_logits[place - 1], _tokens[place - 1]);
        (_logits[place], _tokens[place]) = (value, token);
    }

    /// <param name="maxima">Takes those of the places of two vectors, over all whole ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest<T>(float* x, int length, float* maxima) where T : struct, IFloats<T>
    {
        T a = T.All(float.NegativeInfinity), b = a;
        var at = 0;
        for (; at + 2 * T.Count <= length; at += 2 * T.Count) (a, b) = (T.Max(a, T.Load(x + at)), T.Max(b, T.Load(x + at + T.Count)));
        a.Store(maxima);
        b.Store(maxima + T.Count);
        T.Max(a, b).Store(maxima + 2 * T.Count);
        var most = float.NegativeInfinity;
        for (var lane = 0; lane < T.Count; lane++) most = MathF.Max(most, maxima[2 * T.Count + lane]);
        for (; at < length; at++) most = MathF.Max(most, x[at]);
        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Exponentials<T>(float* x, int length, float shift) where T : struct, IFloats<T>
    {
        var minus = T.All(-shift);
        T a = default, b = default;
        var at = 0;
        for (; at + 2 * T.Count <= length; at += 2 * T.Count)
        {
            a = T.Add(a, T.ExpOfNegative(T.Add(T.Load(x + at), minus)));
            b = T.Add(b, T.ExpOfNegative(T.Add(T.Load(x + at + T.Count), minus)));
        }
        double sum = T.Add(a, b).Sum();
        for (; at < length; at++) sum += Math.Exp((double)x[at] - shift);
        return sum;
    }
}
