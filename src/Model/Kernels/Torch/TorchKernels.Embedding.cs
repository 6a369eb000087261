using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

internal sealed partial class TorchKernels
{
    public override void Embed(Tensor table_VD, Tensor tokens_R, Tensor positions_TD, float scale, Tensor y_RD)
    {
        using var scope = NewDisposeScope();
        var (rows, length, width) = (tokens_R.numel(), positions_TD.shape[0], positions_TD.shape[1]);
        var entries_BTD = Floats(table_VD[tokens_R.view(-1)]).view(-1, length, width);
        y_RD.narrow(0, 0, rows).view(-1, length, width).copy_(entries_BTD.mul(Number.Of(scale)).Add(positions_TD));
        ClearRowsBehind(y_RD, rows);
    }

    public override void EmbedBackward(Tensor dy_RD, Tensor tokens_R, float scale, Tensor dTable_VD)
    {
        using var scope = NewDisposeScope();
        dTable_VD.index_add_(0, tokens_R.view(-1), Floats(dy_RD.narrow(0, 0, tokens_R.numel())), alpha: Number.Of(scale));
    }
}
