using DistTrain.Model.Kernels.Simd;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<T, TElement>
{
    public override void CrossEntropy(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3)
    {
        var (rows, width) = ((int)labels_C.numel(), Shape(logits_CV).Width);
        T* logits = Pointer(logits_CV);
        long* labels = (long*)Address(labels_C);
        float* statistics = Floats(statistics_C3);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++) CrossEntropy(logits + (long)row * width, labels[row], statistics + 3 * row, width);
        });
    }

    public override void CrossEntropyBackward(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3, float smoothing, Tensor? weights_C)
    {
        var (rows, width) = ((int)labels_C.numel(), Shape(logits_CV).Width);
        T* logits = Pointer(logits_CV);
        long* labels = (long*)Address(labels_C);
        float* statistics = Floats(statistics_C3);
        var weights = weights_C is null ? null : Floats(weights_C);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
                CrossEntropyBackward(logits + (long)row * width, labels[row], statistics[3 * row], smoothing,
                    weights == null ? 1 : weights[row], width);
        });
        ClearRowsBehind(logits_CV, rows);
    }

    public override void CrossEntropyWithBackward(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3, float smoothing)
    {
        var (rows, width) = ((int)labels_C.numel(), Shape(logits_CV).Width);
        T* logits = Pointer(logits_CV);
        long* labels = (long*)Address(labels_C);
        float* statistics = Floats(statistics_C3);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                T* x = logits + (long)row * width;
                float* of = statistics + 3 * row;
                CrossEntropy(x, labels[row], of, width);
                CrossEntropyBackward(x, labels[row], *of, smoothing, 1, width);
            }
        });
        ClearRowsBehind(logits_CV, rows);
    }

    private static void CrossEntropy(T* x, long label, float* statistics, int width)
    {
        var most = Lanes.Of(float.NegativeInfinity);
        var total = default(Lanes);
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var value = Load(x + at, width - at);
            total += value;
            most = Lanes.Max(most, width - at >= Lanes.Count ? value : value.First(width - at, float.NegativeInfinity));
        }
        var largest = most.Largest();
        var exponentials = default(Lanes);
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var exponential = VectorMath.Exp(Load(x + at, width - at) - Lanes.Of(largest));
            exponentials += width - at >= Lanes.Count ? exponential : exponential.First(width - at, 0);
        }
        statistics[0] = largest + MathF.Log(exponentials.Sum());
        statistics[1] = TElement.Read(x[label]) - statistics[0];
        statistics[2] = total.Sum() / width - statistics[0];
    }

    private static void CrossEntropyBackward(T* x, long label, float logSum, float smoothing, float weight, int width)
    {
        var (shift, even, by) = (Lanes.Of(logSum), Lanes.Of(smoothing / width), Lanes.Of(weight));
        var ofLabel = (MathF.Exp(TElement.Read(x[label]) - logSum) - smoothing / width - (1 - smoothing)) * weight;
        for (var at = 0; at < width; at += Lanes.Count) Store((VectorMath.Exp(Load(x + at, width - at) - shift) - even) * by, x + at, width - at);
        x[label] = TElement.Write(ofLabel);
    }
}
