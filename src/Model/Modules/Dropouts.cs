using DistTrain.Model.Batches;
using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// The dropouts of one pass through the model, numbered in the order in which the pass comes to them. The number is that of the place in the
/// model, whatever the rates are and whatever else was computed.
/// </summary>
internal sealed class Dropouts
{
    private Tensor? _source_R, _target_R, _keys_R;
    private int _sites;

    /// <summary>Begins a pass.</summary>
    /// <param name="seed">Null: nothing is dropped.</param>
    /// <param name="place">Brings keys to where the dropouts compute.</param>
    public void Begin(PaddedPairs pairs, long? seed, Func<Tensor, Tensor> place)
    {
        (_source_R, _target_R) = (Keys(pairs.Source_BS), Keys(pairs.TargetInput_GT));

        Tensor? Keys(Tensor tokens_BT)
        {
            if (seed is null) return null;
            var sequences = (int)tokens_BT.size(0) / pairs.Examples.Count;
            return place(
                RowKeys.Of(seed.Value, pairs.Examples, sequences, (int)tokens_BT.size(1), ProductRows.Rounded((int)tokens_BT.numel())));
        }
    }

    /// <summary>What follows is dropped from the source's rows. A pass begins with them.</summary>
    public void EnterSource() => (_keys_R, _sites) = (_source_R, 0);

    /// <summary>What follows is dropped from the target's rows.</summary>
    public void EnterTarget() => _keys_R = _target_R;

    /// <summary>The mask of the next dropout.</summary>
    public DropoutMask Next(double rate)
    {
        var site = _sites++;
        return _keys_R is null || rate == 0 ? default : new DropoutMask(_keys_R, site, rate);
    }
}
