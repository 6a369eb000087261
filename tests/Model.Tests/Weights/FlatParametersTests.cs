using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Model.Optimization;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Weights;

public class FlatParametersTests
{
    [Fact]
    public void Slices_CoverTheBufferWithoutGapsInTheModulesOrder()
    {
        using var parameters = Small.Model();
        var end = 0;
        foreach (var (slice, (name, parameter)) in parameters.Slices.Zip(parameters.Model.named_parameters()))
        {
            Assert.Equal((name, end, (int)parameter.numel()), (slice.Name, slice.Offset, slice.Length));
            Assert.Equal(parameter.shape, slice.Shape);
            end += slice.Length;
        }
        Assert.Equal(parameters.Values.Length, end);
        Assert.Equal(parameters.Gradients.Length, end);
    }

    [Fact]
    public void Values_AreTheModulesOwn_InBothDirections()
    {
        using var model = new Transformer(Small.Options);
        Initialization.Initialize(model, 1);
        var before = model.named_parameters().SelectMany(named => named.parameter.ToArray()).ToArray();
        using var parameters = new FlatParameters(model);
        Assert.Equal(before, parameters.Values.ToArray());

        parameters.ChangeValues().Host.Span.Fill(0.25f);
        Assert.All(model.named_parameters(), named => Assert.All(named.parameter.ToArray(), value => Assert.Equal(0.25f, value)));
        using (no_grad()) model.OutputWeight_VD.fill_(2);
        Assert.Equal(2, parameters.ValueBuffer.Host.Span[0]);
    }

    [Fact]
    public void Gradients_OfABackward_AreWhatAutogradGivesWithoutFlatBuffers()
    {
        using var scope = NewDisposeScope();
        using var plain = new Transformer(Small.Options);
        Initialization.Initialize(plain, 1);
        using var parameters = Small.Model();
        foreach (var model in new[] { plain, parameters.Model })
        {
            var pairs = PaddedPairs.From(Small.SomePairs.Sources, Small.SomePairs.Targets);
            model.Decode(pairs.TargetInput_GT, model.Encode(pairs.Source_BS), pairs.Source_BS).pow(3).sum().backward();
        }
        Assert.Equal(plain.named_parameters().SelectMany(named => named.parameter.grad!.ToArray()), parameters.Gradients.ToArray());
    }

    [Fact]
    public void Gradients_OfSeveralBackwards_AddUpUntilTheyAreZeroed()
    {
        using var parameters = Small.Model();
        var objective = new SupervisedObjective(parameters, 0.1);
        objective.Backward(Small.SomePairs, seed: 0);
        var once = parameters.Gradients.ToArray();
        objective.Backward(Small.SomePairs, seed: 0);
        Close.Assert("twice", [.. once.Select(value => 2 * value)], parameters.Gradients);
        parameters.ZeroGradients();
        Assert.All(parameters.Gradients.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void ModelAndBuffers_MadeInsideADisposeScope_OutliveIt()
    {
        FlatParameters parameters;
        using (NewDisposeScope()) parameters = Small.Model();
        using (parameters)
        {
            new SupervisedObjective(parameters, 0.1).Backward(Small.SomePairs, seed: 0);
            Assert.Contains(parameters.Gradients.ToArray(), value => value != 0);
        }
    }

    [Fact]
    public void Hash_OfEqualValues_IsEqual_AndOneBitChangesIt()
    {
        using var parameters = Small.Model();
        using var same = Small.Model();
        Assert.Equal(parameters.Hash(), same.Hash());
        Assert.Equal(32, same.Hash().Length);
        same.ChangeValues().Host.Span[^1] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(same.Values[^1]) ^ 1);
        Assert.NotEqual(parameters.Hash(), same.Hash());
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Values_ChangedInAnyWay_AreWhatTheNextPassMultipliesBy(string way)
    {
        using var parameters = Small.Model(precision: Precision.Mixed);
        var objective = new SupervisedObjective(parameters, 0.1);
        using var optimizer = new AdamOptimizer(parameters, new OptimizerSpec());
        using var average = new WeightAverage(parameters, 0.5);
        objective.Backward(Small.SomePairs, seed: 0);
        optimizer.Step(0.1, 1);
        var before = objective.Evaluate(Small.SomePairs).Loss;
        var file = Path.GetTempFileName();
        try
        {
            ChangeBy(way, parameters, objective, optimizer, average, file);
        }
        finally
        {
            File.Delete(file);
        }
        using var same = Small.Model(precision: Precision.Mixed);
        parameters.Values.ToArray().CopyTo(same.ChangeValues().Host.Span);
        var expected = new SupervisedObjective(same, 0.1).Evaluate(Small.SomePairs).Loss;
        Assert.Equal(expected, objective.Evaluate(Small.SomePairs).Loss);
        Assert.NotEqual(before, expected);
    }

    public static TheoryData<string> Changes => ["span", "buffer", "update", "average", "file"];

    private static void ChangeBy(string way, FlatParameters parameters, SupervisedObjective objective, AdamOptimizer optimizer,
        WeightAverage average, string file)
    {
        switch (way)
        {
            case "span":
                foreach (ref var value in parameters.ChangeValues().Host.Span) value *= 2;
                break;
            case "buffer":
                parameters.ChangeValues().Host.Span.Fill(0.01f);
                parameters.ChangeValues().ToDevice();
                break;
            case "update":
                objective.Backward(Small.SomePairs, seed: 0);
                optimizer.Step(0.1, 1);
                break;
            case "average":
                average.Exchange();
                break;
            case "file":
                using (var other = Small.Model(seed: 2)) ModelFile.Save(file, other, Small.Options);
                ModelFile.LoadInto(file, parameters);
                break;
        }
    }
}
