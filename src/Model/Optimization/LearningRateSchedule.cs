using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Optimization;

/// <summary>The learning rate of each step. Every schedule rises linearly over the warm-up steps to its peak.</summary>
public static class LearningRateSchedule
{
    /// <param name="step">1 for the first step.</param>
    /// <param name="totalSteps">Steps of the phase: where linear and cosine end, one step before they would reach 0.</param>
    /// <exception cref="ArgumentException">No such schedule, or a schedule that needs a rate has none.</exception>
    public static double RateAt(OptimizerSpec spec, int dModel, long step, long totalSteps)
    {
        var warmup = Math.Max(1, spec.EffectiveWarmupSteps);
        if (spec.Schedule == "inverse_sqrt") return InverseSquareRoot(spec.LearningRate, dModel, step, warmup);

        var peak = spec.LearningRate ?? throw new ArgumentException($"Schedule '{spec.Schedule}' has no learning_rate. Give one.", nameof(spec));
        if (step < warmup) return peak * step / warmup;
        // 1 at the end of the warm-up, above 0 at the last step, which would otherwise be wasted.
        var left = Math.Clamp((totalSteps - step + 1.0) / (totalSteps - warmup + 1.0), 0, 1);
        return spec.Schedule switch
        {
            "constant" => peak,
            "linear" => peak * left,
            "cosine" => peak * (1 - Math.Cos(Math.PI * left)) / 2,
            _ => throw new ArgumentException($"No schedule '{spec.Schedule}'. Known: inverse_sqrt, constant, linear, cosine.", nameof(spec)),
        };
    }

    /// <summary>Equation 3 of "Attention Is All You Need"; with a peak, the same curve scaled to have it at the end of the warm-up.</summary>
    private static double InverseSquareRoot(double? peak, int dModel, long step, long warmup) => peak is { } rate
        ? rate * Math.Min((double)step / warmup, Math.Sqrt((double)warmup / step))
        : Math.Pow(dModel, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(warmup, -1.5));
}
