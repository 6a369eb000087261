using CsCheck;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Tests.Decoding.Packed;

public unsafe class RowScanTests
{
    [Fact]
    public void Add_OfLogitsInAnyPieces_FindsTheLargestAndTheLogSumExp() =>
        Gen.Select(Gen.OneOf(Gen.Float[-40, 40].Array[3, 200], Gen.Int[-3, 3].Select(value => (float)value).Array[3, 200]), Gen.Int[1, 70],
            Gen.Int[1, 12], Gen.Int[2, 250]).Sample((logits, piece, most, token) =>
    {
        // None where it lies behind the vocabulary.
        int? unknown = token < logits.Length ? token : null;
        AssertScan<Floats256>(logits, piece, most, unknown);
        AssertScan<Floats512>(logits, piece, most, unknown);
    }, threads: 1);

    private static void AssertScan<T>(float[] logits, int piece, int most, int? unknown) where T : struct, IFloats<T>
    {
        var scan = Scanned<T>(logits, piece, most, unknown);
        var expected = Enumerable.Range(2, logits.Length - 2).Where(token => token != unknown).OrderByDescending(token => logits[token]).Take(most)
            .ToArray();
        Assert.Equal(expected, scan.Tokens.ToArray());
        Assert.Equal(expected.Select(token => logits[token]), scan.Logits.ToArray());
        var largest = logits.Max();
        Close.Assert("log-sum-exp", largest + Math.Log(logits.Sum(logit => Math.Exp((double)logit - largest))), scan.LogSumExp, relative: 1e-6,
            absolute: 1e-6);
    }

    [Fact]
    public void Replace_WithBetterLogits_SortsThemAndMendsTheLogSumExp() =>
        Gen.Select(Gen.Float[-5, 5].Array[10, 60], Gen.Float[-1, 1], Gen.Int[1, 8]).Sample((logits, error, most) =>
        {
            var rounded = logits.Select((logit, token) => token % 2 == 0 ? logit + error : logit).ToArray();
            var scan = Scanned<Floats256>(rounded, 16, most: 8);
            int[] found = [.. scan.Tokens];
            scan.Replace(token => logits[token], most);
            Assert.Equal(found.OrderByDescending(token => logits[token]).ThenBy(token => token).Take(most), scan.Tokens.ToArray());
            var sum = Enumerable.Range(0, logits.Length).Sum(token => Math.Exp((double)(found.Contains(token) ? logits : rounded)[token]));
            Close.Assert("log-sum-exp", Math.Log(sum), scan.LogSumExp, relative: 1e-5, absolute: 1e-5);
    }, threads: 1);

    [Fact]
    public void LogSumExp_OfWhatIsNoNumber_IsNone()
    {
        for (var place = 0; place < 40; place++)
        {
            var logits = new float[40];
            logits[place] = float.NaN;
            Assert.True(double.IsNaN(Scanned<Floats256>(logits, 64, 3).LogSumExp));
            Assert.True(double.IsNaN(Scanned<Floats512>(logits, 64, 3).LogSumExp));
        }
    }

    private static RowScan Scanned<T>(float[] logits, int piece, int most, int? unknown = null) where T : struct, IFloats<T>
    {
        var scan = new RowScan();
        scan.Begin(most, unknown);
        // Padding and BOS come with the first tokens of the vocabulary.
        for (var first = 0; first < logits.Length; first += first == 0 ? Math.Max(2, piece) : piece)
        {
            var part = logits[first..Math.Min(logits.Length, first + (first == 0 ? Math.Max(2, piece) : piece))];
            fixed (float* x = part) scan.Add<T>(x, part.Length, first);
        }
        return scan;
    }
}
