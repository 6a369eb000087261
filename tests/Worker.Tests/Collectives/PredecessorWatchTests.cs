using DistTrain.Worker.Collectives;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Worker.Tests.Collectives;

public class PredecessorWatchTests
{
    private static readonly RingOptions Options = new()
    {
        LeastSilence = TimeSpan.FromSeconds(4),
        SilenceLimit = TimeSpan.FromSeconds(20),
        WorkLimit = TimeSpan.FromSeconds(100),
    };

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _told = [];
    private readonly PredecessorWatch _watch;

    public PredecessorWatchTests() => _watch = new PredecessorWatch(Options, _clock,
        (waited, pulse) => _told.Add($"slow after {waited.TotalSeconds}, at work in {pulse.Step}"),
        waited => _told.Add($"on after {waited.TotalSeconds}"));

    [Theory]
    [InlineData(0, 20)]
    [InlineData(WaitLimit.Enough, 4)]
    public void Silent_AfterSoManyShortWaits_ThrowsAtTheLimit(int waits, int seconds)
    {
        Wait(waits);
        _watch.Begin();
        for (var i = 1; i < seconds; i++) _watch.Silent();
        _watch.Heard();
        for (var i = 1; i < seconds; i++) _watch.Silent();
        Assert.Contains($"sent nothing for {seconds} s", Assert.Throws<LinkException>(_watch.Silent).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Silent_ThisProcessWasStoppedMeanwhile_CountsThatAsOnePart()
    {
        _watch.Begin();
        _clock.Advance(TimeSpan.FromHours(1));
        _watch.Silent();
        _watch.Heard();
    }

    [Fact]
    public void Pulse_AtWorkWithoutProgress_IsTakenUpToTheLimit()
    {
        Begin(waited: 99);
        _watch.Pulse(AtWork(step: 12, idle: 500));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("has been at work in step 12 for 501 s without a sign of progress",
            Assert.Throws<LinkException>(() => _watch.Pulse(AtWork(step: 12, idle: 501))).Message);
    }

    [Fact]
    public void Pulse_AtWorkWithProgress_IsTakenForEver()
    {
        Begin(waited: 100_000);
        _watch.Pulse(AtWork(step: 12, idle: 99));
    }

    [Fact]
    public void Pulse_WaitsItself_IsGivenUpOnlyAtTwiceTheLimit()
    {
        Begin(waited: 199);
        _watch.Pulse(Waits(idle: 199));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("waits in step 3, bucket 2, hop 1, ", Assert.Throws<LinkException>(() => _watch.Pulse(Waits(idle: 200))).Message,
            StringComparison.Ordinal);
        Assert.Empty(_told);
    }

    [Fact]
    public void Pulse_OfTheLargestNumber_IsNoOverflow()
    {
        Begin(waited: 1);
        _watch.Pulse(AtWork(step: 1, idle: 0) with { Checksum = ulong.MaxValue });
    }

    [Fact]
    public void Pulse_AtWorkLongerThanUsual_IsToldOnceInAWait()
    {
        Wait(WaitLimit.Enough);
        for (var incident = 0; incident < 2; incident++)
        {
            Begin(waited: 1);
            _watch.Pulse(AtWork(step: 12, idle: 50));
            _clock.Advance(TimeSpan.FromSeconds(1));
            _watch.Pulse(AtWork(step: 12, idle: 1));
            Assert.Equal(2 * incident, _told.Count);
            _watch.Pulse(AtWork(step: 12, idle: 51));
            _watch.Pulse(AtWork(step: 12, idle: 52));
            _clock.Advance(TimeSpan.FromSeconds(1));
            _watch.End(isFirst: true);
            Assert.Equal(["slow after 2, at work in 12", "on after 3"], _told.Skip(2 * incident));
        }
    }

    [Fact]
    public void IdleSince_AfterAPulse_IsWhatThePredecessorSays()
    {
        Begin(waited: 10);
        Assert.Equal(10, Idle());
        _watch.Pulse(Waits(idle: 30));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(32, Idle());
        _watch.Begin();
        Assert.Equal(0, Idle());
    }

    private double Idle() => _clock.GetElapsedTime(_watch.IdleSince).TotalSeconds;

    private void Begin(int waited)
    {
        _watch.Begin();
        _clock.Advance(TimeSpan.FromSeconds(waited));
    }

    private void Wait(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _watch.Begin();
            _clock.Advance(TimeSpan.FromMilliseconds(5));
            _watch.End(isFirst: true);
        }
    }

    private static FrameHeader AtWork(long step, int idle) => new(FrameKind.AtWork, 1, 1, step, Checksum: (ulong)idle * 1000);

    private static FrameHeader Waits(int idle) => new(FrameKind.Pulse, 1, 1, 3, 2, 1, Checksum: (ulong)idle * 1000);
}
