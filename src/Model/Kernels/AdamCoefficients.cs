namespace DistTrain.Model.Kernels;

/// <summary>
/// One step of Adam with decoupled weight decay: g = scale gradient; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// p = keep p - rate m / (sqrt(v) root + epsilon).
/// </summary>
/// <param name="Rate">Of learning, with the first moment's correction.</param>
/// <param name="RootCorrection">1 / sqrt(1 - b2^t).</param>
internal readonly record struct AdamCoefficients(
    float Scale, float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Rate, float RootCorrection, float Epsilon, float Keep);
