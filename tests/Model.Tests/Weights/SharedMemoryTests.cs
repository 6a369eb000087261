using System.Runtime.InteropServices;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Weights;

public class SharedMemoryTests
{
    [Fact]
    public void TryOpen_MemoryOfABuffer_ShowsWhatTheBufferHolds()
    {
        using var buffer = new FlatBuffer(1000, CPU, shared: true);
        using var view = View(buffer);
        Assert.Equal(OperatingSystem.IsLinux(), view is not null);
        if (view is null) return;
        var seen = MemoryMarshal.Cast<byte, float>(view.Bytes(0, (int)view.Length));
        Assert.Equal(new float[1000], seen.ToArray());

        for (var i = 0; i < 1000; i++) buffer.Host.Span[i] = i;
        buffer.Values.mul_(2);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => 2f * i), seen.ToArray());
        Assert.Equal([10f, 12f], MemoryMarshal.Cast<byte, float>(view.Bytes(5 * sizeof(float), 2 * sizeof(float))).ToArray());
    }

    [Fact]
    public void Bytes_AfterTheOwnerLetGo_AreStillThere()
    {
        var buffer = new FlatBuffer(10, CPU, shared: true);
        buffer.Host.Span.Fill(3);
        using var view = View(buffer);
        var memory = buffer.Shared;
        buffer.Dispose();
        if (view is null || memory is null) return;
        Assert.Equal(Enumerable.Repeat(3f, 10), MemoryMarshal.Cast<byte, float>(view.Bytes(0, 40)).ToArray());
    }

    [Theory]
    [InlineData("another process's name")]
    [InlineData("another length")]
    [InlineData("a path that is not there")]
    [InlineData("a file")]
    public void TryOpen_AnythingElse_IsNotMappedAndSaysWhy(string what)
    {
        using var memory = SharedMemory.TryCreate(4096);
        if (memory is null) return;
        var (path, name, length) = what switch
        {
            "another process's name" => (memory.Path, memory.Name + "0", memory.Length),
            "another length" => (memory.Path, memory.Name, memory.Length + 1),
            "a path that is not there" => ("/proc/0/fd/3", memory.Name, memory.Length),
            _ => ("/proc/self/exe", memory.Name, memory.Length),
        };
        Assert.Null(SharedView.TryOpen(path, name, length, out var why));
        Assert.NotEmpty(why);
    }

    [Fact]
    public void SetLength_ByAnybody_IsRefusedAndWhatIsMappedStays()
    {
        using var memory = SharedMemory.TryCreate(4096);
        if (memory is null) return;
        using var view = SharedView.TryOpen(memory.Path, memory.Name, memory.Length, out _)!;
        using var file = File.OpenHandle(memory.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        foreach (var length in new[] { 0, 8192 }) Assert.ThrowsAny<SystemException>(() => RandomAccess.SetLength(file, length));
        Assert.Equal(new byte[4096], view.Bytes(0, 4096).ToArray());
    }

    [Fact]
    public void FlatParameters_OnTheCpu_ShareTheirGradientsAlone()
    {
        using var model = new Transformer(Small.Options);
        using var parameters = new FlatParameters(model);
        Assert.Equal(OperatingSystem.IsLinux(), parameters.GradientBuffer.Shared is not null);
        Assert.Null(parameters.ValueBuffer.Shared);
    }

    private static SharedView? View(FlatBuffer buffer) =>
        buffer.Shared is { } memory ? SharedView.TryOpen(memory.Path, memory.Name, memory.Length, out _) : null;
}
