using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistTrain.Shared.Text;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>What a search needs of one row of logits, which come some tokens at a time: their log-sum-exp and the largest ones. No row is ever kept whole.</summary>
internal sealed unsafe class RowScan
{
    private float[] logits = [];
    private int[] tokens = [];
    private int places, count, never;
    private float largest;
    private double sum;

    /// <summary>The largest logits' tokens, largest first, of equal ones the first first. Padding, BOS and the unknown token are not among them, nor what is no number.</summary>
    public ReadOnlySpan<int> Tokens => tokens.AsSpan(0, count);

    public ReadOnlySpan<float> Logits => logits.AsSpan(0, count);

    /// <summary>log(sum(exp(logits))) of all that was added. NaN when they are not numbers.</summary>
    public double LogSumExp => largest + Math.Log(sum);

    /// <summary>Begins a row.</summary>
    /// <param name="most">How many of the largest are wanted.</param>
    /// <param name="unknown">A further token that is never said; null for none.</param>
    public void Begin(int most, int? unknown)
    {
        if (logits.Length < most) (logits, tokens) = (new float[most], new int[most]);
        (places, count, largest, sum, never) = (most, 0, float.NegativeInfinity, 0, unknown ?? -1);
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
        if (never >= first && never < first + length) (unknown, x[never - first]) = (x[never - first], unknown);
        var maxima = stackalloc float[3 * T.Count];
        var most = Largest<T>(x, length, maxima);
        Raise(MathF.Max(MathF.Max(most, unknown), MathF.Max(padding, bos)));
        sum += Exponentials<T>(x, length, largest) + Math.Exp((double)padding - largest) + Math.Exp((double)bos - largest) + Math.Exp((double)unknown - largest);
        // As many logits as there are places are at least as large as that many of the maxima: almost every vector is passed over.
        var least = count == 0 && 2 * T.Count >= places ? Below(maxima, 2 * T.Count) : Least;
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
        for (var place = 0; place < count; place++)
        {
            var exact = better(tokens[place]);
            sum += Math.Exp((double)exact - largest) - Math.Exp((double)logits[place] - largest);
            logits[place] = exact;
        }
        for (var sorted = 1; sorted < count; sorted++)
            for (var place = sorted; place > 0 && IsBefore(place, place - 1); place--)
                (logits[place], logits[place - 1], tokens[place], tokens[place - 1]) = (logits[place - 1], logits[place], tokens[place - 1], tokens[place]);
        // One token may have had nearly all of the sum, and have much less of it now.
        if (count > 0) sum = Math.Max(sum, Math.Exp((double)logits[0] - largest));
        count = Math.Min(count, most);
    }

    private bool IsBefore(int place, int other) => (logits[other], tokens[place]).CompareTo((logits[place], tokens[other])) < 0;

    private void Raise(float most)
    {
        if (!(most > largest)) return;
        sum *= Math.Exp((double)largest - most);
        largest = most;
    }

    /// <summary>Just below the last of the largest that there are places for.</summary>
    private float Below(float* maxima, int number)
    {
        var sorted = new Span<float>(maxima, number);
        sorted.Sort();
        return MathF.BitDecrement(sorted[number - places]);
    }

    /// <summary>Only what is greater can come among the largest.</summary>
    private float Least => count < places ? float.NegativeInfinity : logits[places - 1];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(float value, int token)
    {
        if (!(value > Least)) return;
        if (count < places) count++;
        var place = count - 1;
        for (; place > 0 && value > logits[place - 1]; place--) (logits[place], tokens[place]) = (logits[place - 1], tokens[place - 1]);
        (logits[place], tokens[place]) = (value, token);
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
