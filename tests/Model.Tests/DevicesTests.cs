namespace DistTrain.Model.Tests;

public class DevicesTests
{
    [Theory]
    [InlineData("auto", 0, 0, "cpu")]
    [InlineData("auto", 2, 0, "cuda:0")]
    [InlineData("auto", 2, 3, "cuda:1")]
    [InlineData("cpu", 2, 1, "cpu")]
    [InlineData("cuda", 1, 0, "cuda:0")]
    [InlineData("cuda", 4, 6, "cuda:2")]
    [InlineData("cuda:3", 4, 1, "cuda:3")]
    public void Choose_WhatThereIs_GivesTheDevice(string asked, int cudaCount, int worker, string expected) =>
        Assert.Equal(expected, Devices.Choose(asked, cudaCount, worker));

    [Theory]
    [InlineData("cuda", 0,
        "device is 'cuda', but libtorch finds no CUDA device here. Give auto or cpu; or build with -p:TorchBackend=cuda, or name a libtorch with " +
        "CUDA in DISTTRAIN_LIBTORCH, on a machine with a driver.")]
    [InlineData("cuda:2", 2, "device is 'cuda:2', but this machine has cuda:0, cuda:1 and cpu. Give one of them, or auto.")]
    [InlineData("tpu", 2, "device is 'tpu', which is no device's name. Give auto, cpu, cuda, or cuda:0, cuda:1 and so on.")]
    [InlineData("cuda:-1", 2, "device is 'cuda:-1', which is no device's name. Give auto, cpu, cuda, or cuda:0, cuda:1 and so on.")]
    public void Choose_WhatThereIsNot_NamesTheDevicesOrTheRemedy(string asked, int cudaCount, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => Devices.Choose(asked, cudaCount)).Message);
}
