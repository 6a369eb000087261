using System.Net;
using System.Net.Sockets;
using DistTrain.Worker.Collectives;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Tests.Collectives;

/// <summary>Members that keep the others waiting: stopped, wedged, or only slow.</summary>
public class RingWaitTests
{
    private const int Slow = 4103, GoesOn = 4104;

    /// <summary>Signs of life come ten times a second; limits that a test is not about are far away.</summary>
    private static readonly RingOptions Pulsing = Loopback.Quick with { LeastSilence = TimeSpan.FromSeconds(0.4) };

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Sum_MemberIsStopped_EveryOtherMemberNamesIt(int size)
    {
        using var loopback = new Loopback(size);
        var options = Pulsing with { SilenceLimit = TimeSpan.FromSeconds(1.5) };
        var others = Enumerable.Range(0, size).Where(rank => rank != 1).Select(rank => Loopback.OnThread(() =>
        {
            using var ring = loopback.Connect(rank, options);
            ring.BeginStep(7);
            return Assert.Throws<RingBrokenException>(() => ring.Sum(new float[10]));
        })).ToList();
        using var stopped = await Loopback.OnThread(() => new RawMember(loopback, 1));

        var broken = await Task.WhenAll(others).WaitAsync(Limit);

        Assert.All(broken, e =>
        {
            Assert.Equal(("w1", 7L, 0), (e.Peer, e.Step, e.Bucket));
            Assert.Contains("sent nothing for 1.5 s (its process is stopped, or its host is gone)", e.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Sum_MemberIsWedged_EveryOtherMemberNamesItAndItsStep(int size)
    {
        using var loopback = new Loopback(size);
        using var over = new ManualResetEventSlim();
        var waiting = size - 1;
        var broken = await loopback.Run(ring =>
        {
            ring.BeginStep(12);
            ring.Sum([1f]);
            if (ring.Rank == 1)
            {
                over.Wait();
                return null;
            }
            var e = Assert.Throws<RingBrokenException>(() => ring.Sum(new float[10]));
            if (Interlocked.Decrement(ref waiting) == 0) over.Set();
            return e;
        }, Pulsing with { WorkLimit = TimeSpan.FromSeconds(1.5) });
        Assert.All(broken.Where((_, rank) => rank != 1), e =>
        {
            Assert.Equal(("w1", 12L, 1), (e!.Peer, e.Step, e.Bucket));
            Assert.Matches(@"has been at work in step 12 for [\d.,]+ s without a sign of progress", e.Message);
        });
    }

    [Fact]
    public async Task Sum_WedgedMemberLeavesMuchUntaken_IsNamedAsWellByTheOneThatSends()
    {
        using var loopback = new Loopback(3);
        using var over = new ManualResetEventSlim();
        var waiting = 2;
        var broken = await loopback.Run(ring =>
        {
            if (ring.Rank == 1)
            {
                over.Wait();
                return null;
            }
            var e = Assert.Throws<RingBrokenException>(() => ring.Sum(new float[6_000_000]));
            if (Interlocked.Decrement(ref waiting) == 0) over.Set();
            return e;
        }, Pulsing with { WorkLimit = TimeSpan.FromSeconds(1.5) });
        Assert.Equal(["w1", null, "w1"], broken.Select(e => e?.Peer));
    }

    [Fact]
    public async Task Sum_SlowMember_IsWaitedForLongerThanItMayBeSilentAndToldByItsSuccessorOnce()
    {
        using var loopback = new Loopback(3);
        var logs = loopback.Members.Select(_ => new Lines()).ToList();
        var sums = await Task.WhenAll(loopback.Members.Select((_, rank) => Loopback.OnThread(() =>
        {
            using var ring = loopback.Connect(rank, Pulsing with { SilenceLimit = TimeSpan.FromSeconds(2) }, log: logs[rank]);
            ring.BeginStep(5);
            ring.Sum([1f]);
            if (rank == 1) Assert.True(logs[2].HasSome.Wait(Limit));
            var values = new[] { 1f, 1f, 1f };
            ring.Sum(values);
            return values[0];
        }))).WaitAsync(2 * Limit);

        Assert.Equal([3f, 3f, 3f], sums);
        Assert.Empty(logs[0].Written);
        Assert.Empty(logs[1].Written);
        Assert.Equal([Slow, GoesOn], logs[2].Written.Select(line => line.Number));
        Assert.All(logs[2].Written, line => Assert.Contains("orker w1 ", line.Text, StringComparison.Ordinal));
        Assert.All(logs[2].Written, line => Assert.Contains("at step 5, bucket 1, hop 0, ", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sum_MemberInLongWorkShowsProgress_IsWaitedFor()
    {
        using var loopback = new Loopback(3);
        var sums = await loopback.Run(ring =>
        {
            using var never = new ManualResetEventSlim();
            if (ring.Rank == 1)
                for (var i = 0; i < 25; i++)
                {
                    never.Wait(TimeSpan.FromMilliseconds(100));
                    ring.Alive();
                }
            var values = new[] { 1f };
            ring.Sum(values);
            return values[0];
        }, Pulsing with { WorkLimit = TimeSpan.FromSeconds(1.5) });
        Assert.Equal([3f, 3f, 3f], sums);
    }

    [Fact]
    public void Drain_NobodyAnswersWhatIsSent_SaysSo()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var outgoing = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        outgoing.Connect(listener.LocalEndPoint!);
        using var untaken = listener.Accept();
        using var sender = new LinkSender(outgoing, Pulsing, () => new FrameHeader(FrameKind.AtWork, 1, 1), "w1", () => { });
        sender.Offer(MemoryOffer.None);

        var failure = Assert.Throws<LinkException>(() => sender.Drain(() => TimeSpan.FromSeconds(0.5)));

        Assert.StartsWith("took nothing for 0.5 s", failure.Message, StringComparison.Ordinal);
        Assert.Same(failure, sender.Failure);
    }

    private sealed class Lines : ILogger
    {
        private readonly List<(int Number, string Text)> _written = [];

        public ManualResetEventSlim HasSome { get; } = new();

        public IReadOnlyList<(int Number, string Text)> Written
        {
            get { lock (_written) return [.. _written]; }
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> text)
        {
            lock (_written) _written.Add((id.Id, text(state, exception)));
            HasSome.Set();
        }
    }
}
