using CsCheck;
using DistTrain.Model.Decoding.Recomputed;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Decoding.Recomputed;

public class OutputLayerTests
{
    [Fact]
    public void Project_OfAnySize_IsTheProduct() => Gen.Select(Gen.Int[4, 300], Gen.Int[1, 70], Gen.Int[1, 23]).Sample((vocabulary, width, rows) =>
        {
            using var scope = NewDisposeScope();
            var (weight_VD, x_RD) = (rand(vocabulary, width).sub_(0.5), rand(rows, width).sub_(0.5));
            using var output = new OutputLayer(weight_VD);
            Assert.InRange(output.MostRows, rows, int.MaxValue);
            output.Project(x_RD);
            var expected = x_RD.mm(weight_VD.t());
            for (var row = 0; row < rows; row++) Close.Assert($"row {row}", expected[row].ToArray(), output.Logits(row));
    }, iter: 60, threads: 1);
}
