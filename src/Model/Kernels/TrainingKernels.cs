using DistTrain.Shared.Jobs;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>
/// What a training step computes besides products of matrices, each in one pass over memory. Tensors are contiguous and of the kernels'
/// compute type; vectors of parameters, statistics and gradients of parameters are float32, and so is all arithmetic. Results do not
/// depend on the number of threads.
/// </summary>
/// <remarks>
/// Shapes: R rows (positions of all sequences), D d_model, F any width, H heads, E = D / H, N = sequences x heads, T queries, S keys,
/// C positions with a label, V vocabulary. The gradient of X is called dX; gradients of parameters are added to.
/// </remarks>
internal abstract class TrainingKernels
{
    public abstract ScalarType Type { get; }

    /// <summary>Where all tensors are.</summary>
    public abstract Device Device { get; }

    /// <summary>
    /// Of the logits of a loss, about how many exist at once. Fewer would be nearer to the processor, but the gradient of the output projection
    /// is added up once for so many; other devices want large products more than near memory.
    /// </summary>
    /// <value>0: as many as is fast on the device.</value>
    public long LogitsAtOnce { get => field > 0 ? field : Device.type == DeviceType.CPU ? 1 << 22 : 1 << 26; init; }

    /// <summary>y = x, rounded to the compute type.</summary>
    /// <param name="x">Float32.</param>
    public abstract void Convert(Tensor x, Tensor y);

    /// <summary>sum += x.</summary>
    /// <param name="sum">Float32.</param>
    public abstract void AddTo(Tensor x, Tensor sum);

    /// <summary>sum_W += the sum of the rows of x.</summary>
    /// <param name="first">The first of the W columns of x that are summed.</param>
    public abstract void AddRowsTo(Tensor x_RF, Tensor sum_W, int first = 0);

    /// <summary>y = table[token] scale + the token's position's vector, and 0 in rows behind the last token's.</summary>
    /// <param name="tokens_R">int64.</param>
    /// <param name="positions_TD">Float32: row r stands at position r modulo T.</param>
    public abstract void Embed(Tensor table_VD, Tensor tokens_R, Tensor positions_TD, float scale, Tensor y_RD);

    public abstract void EmbedBackward(Tensor dy_RD, Tensor tokens_R, float scale, Tensor dTable_VD);

    /// <summary>Row i of y is row rows[i] of x; rows behind are 0.</summary>
    /// <param name="rows_L">int64.</param>
    public abstract void GatherRows(Tensor x_RD, Tensor rows_L, Tensor y_LD);

    /// <summary>The way back: row rows[i] of y becomes row i of x, where no two places are the same. All others stay as they are.</summary>
    public abstract void ScatterRows(Tensor x_LD, Tensor rows_L, Tensor y_RD);

    /// <summary>y = dropout(x). Both may be one tensor. Its gradient: the same of dy.</summary>
    /// <param name="mask">Of a rate above 0.</param>
    public abstract void Drop(Tensor x_RF, DropoutMask mask, Tensor y_RF);

    /// <summary>y = x + dropout(y + bias).</summary>
    public abstract void AddResidual(Tensor y_RD, Tensor bias_D, DropoutMask mask, Tensor x_RD);

    /// <summary>y = (x - mean) / deviation gain + bias, in each row.</summary>
    /// <param name="statistics_R2">Gets each row's mean and reciprocal deviation.</param>
    public abstract void Normalize(Tensor x_RD, Tensor gain_D, Tensor bias_D, Tensor y_RD, Tensor statistics_R2);

    /// <param name="dx_RD">May be the same tensor as <paramref name="dy_RD"/>, when not added to.</param>
    /// <param name="add">The gradient is added to what is in <paramref name="dx_RD"/>.</param>
    public abstract void NormalizeBackward(Tensor dy_RD, Tensor x_RD, Tensor statistics_R2, Tensor gain_D, Tensor dx_RD, bool add, Tensor dGain_D,
        Tensor dBias_D);

    /// <summary>x = x + bias; y = activation(x). For relu both may be one tensor.</summary>
    public abstract void Activate(Tensor x_RF, Tensor bias_F, Activation activation, Tensor y_RF);

    /// <summary>Turns the gradient of the activation's output into that of its input.</summary>
    /// <param name="x_RF">What <see cref="Activate"/> left in x.</param>
    public abstract void ActivateBackward(Tensor dy_RF, Tensor x_RF, Activation activation, Tensor dBias_F);

    /// <summary>
    /// context = dropout(softmax(Q K^T scale)) V over the visible keys of each query, the heads side by side (equation 1, section 3.2.2).
    /// </summary>
    /// <param name="context_RD">Rows behind those of the sequences become 0.</param>
    /// <param name="logSums_NT">Float32. Gets the logarithm of each query's sum of exponentials.</param>
    public abstract void Attend(AttentionInput input, Tensor context_RD, Tensor logSums_NT);

    /// <summary>Fills the columns that <see cref="Attend"/> read with their gradients. Rows behind those of the sequences become 0.</summary>
    /// <param name="dQuery_RF">Shaped as the rows of the projection, as are the others; all three may be one tensor.</param>
    public abstract void AttendBackward(AttentionInput input, Tensor dContext_RD, Tensor logSums_NT, Tensor dQuery_RF, Tensor dKey_RF,
        Tensor dValue_RF);

    /// <summary>Log-probabilities of the labels, and means over the vocabulary.</summary>
    /// <param name="logits_CV">May have rows behind those of the labels: they are left alone, and become 0 where gradients are made.</param>
    /// <param name="labels_C">int64.</param>
    /// <param name="statistics_C3">Gets the log of the sum of exponentials, the label's log-probability and the mean log-probability.</param>
    public abstract void CrossEntropy(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3);

    /// <summary>
    /// Replaces logits by the gradient of sum_c weight_c ((1 - s) nll_c + s mean_v nll_cv): weight (softmax - (1 - s) onehot - s / V).
    /// </summary>
    /// <param name="statistics_C3">Of <see cref="CrossEntropy"/>.</param>
    /// <param name="weights_C">Float32; null: 1.</param>
    public abstract void CrossEntropyBackward(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3, float smoothing, Tensor? weights_C);

    /// <summary><see cref="CrossEntropy"/> and <see cref="CrossEntropyBackward"/> while a row is in the nearest cache.</summary>
    public abstract void CrossEntropyWithBackward(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3, float smoothing);

    /// <summary>The Euclidean norm of a flat buffer. Waits for the device.</summary>
    /// <param name="values">Float32, as those of the operations below.</param>
    public abstract double Norm(Tensor values);

    /// <summary>Changes flat buffers as <see cref="AdamCoefficients"/> says, then sets the gradients to zero for the next step.</summary>
    /// <param name="rounded">Gets the new values in the compute type. Null: they are wanted in float32 only.</param>
    public abstract void Adam(AdamCoefficients coefficients, Tensor gradients, Tensor firstMoment, Tensor secondMoment, Tensor values,
        Tensor? rounded);

    /// <summary>average += rate (values - average).</summary>
    public abstract void MoveAverage(Tensor values, float rate, Tensor average);
}
