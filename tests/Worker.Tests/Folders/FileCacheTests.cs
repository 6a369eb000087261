using DistTrain.TestSupport.Processes;
using DistTrain.Worker.Folders;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Worker.Tests.Folders;

public sealed class FileCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FileCache _cache;

    public FileCacheTests() => _cache = Open();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trim_WithinTheLimit_DeletesNothing()
    {
        Use("data/a.tokens", 500);
        Use("data/b.tokens", 500);

        _cache.Trim();

        Assert.True(Has("data/a.tokens") && Has("data/b.tokens"));
    }

    [Fact]
    public void Trim_BeyondTheLimit_DeletesWhatWasUsedTheLongestAgo()
    {
        Use("data/a.tokens", 400);
        Use("jobs/toy-1/checkpoints/pretrain-00000001/model", 400, entry: "jobs/toy-1");
        Use("data/b.tokens", 400);
        _cache.Hold("data/a.tokens", Stop).Dispose();

        _cache.Trim();

        Assert.Equal((true, false, true), (Has("data/a.tokens"), Has("jobs/toy-1"), Has("data/b.tokens")));
    }

    [Fact]
    public void Trim_WhatAnotherUses_Stays()
    {
        Use("data/a.tokens", 600);
        Use("data/b.tokens", 600);
        var other = Open();
        using (other.Hold("data/a.tokens", Stop)) using (other.Hold("data/b.tokens", Stop)) _cache.Trim();
        Assert.True(Has("data/a.tokens") && Has("data/b.tokens"));

        using (other.Hold("data/a.tokens", Stop)) _cache.Trim();

        Assert.Equal((true, false), (Has("data/a.tokens"), Has("data/b.tokens")));
    }

    [Fact]
    public void Trim_WhatADeadProcessWasFetching_IsGone()
    {
        _folder.Write("incoming/dead/a.tokens", "half");
        using (var incoming = _cache.Receive(Stop))
        {
            File.WriteAllText(Path.Combine(incoming.Path, "b.tokens"), "half");
            Open().Trim();
            Assert.True(File.Exists(Path.Combine(incoming.Path, "b.tokens")));
        }

        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder.Path, "incoming")));
    }

    private FileCache Open() => new(new CacheOptions { Folder = _folder.Path, Bytes = 1000 }, _clock);

    private void Use(string file, int bytes, string? entry = null)
    {
        _folder.Write(file, new string('x', bytes));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _cache.Hold(entry ?? file, Stop).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    private bool Has(string entry) => Path.Exists(Path.Combine(_folder.Path, entry));
}
