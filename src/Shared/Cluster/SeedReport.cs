using Akka.Actor;
using DistTrain.Shared.Network;

namespace DistTrain.Shared.Cluster;

/// <summary>What there is at the addresses at which a coordinator should answer and does not, with the remedy, for a person.</summary>
public static class SeedReport
{
    /// <summary>Dials each seed.</summary>
    /// <returns>One sentence for each.</returns>
    public static async Task<string> Of(IEnumerable<Address> seeds, TimeProvider clock, CancellationToken stop = default) =>
        string.Join(" ", await Task.WhenAll(seeds.Select(async seed => Describe(seed, await PortDial.Try(seed.Host, seed.Port ?? 0, clock, stop)))));

    /// <summary>One sentence about one seed.</summary>
    public static string Describe(Address seed, DialOutcome outcome) => outcome switch
    {
        DialOutcome.Refused => $"Nothing listens on {seed.Host}:{seed.Port}: start the coordinator there, or correct the port.",
        DialOutcome.Unanswered => $"{seed.Host}:{seed.Port} does not answer: check the name or address, the network and the firewall.",
        _ => $"A program listens on {seed.Host}:{seed.Port} but does not answer as a coordinator: it may be starting or stopped, it may still be " +
            "counting a process "
            + $"that had this one's address and was killed, its --host may not be '{seed.Host}', or it may not reach the --host of this process.",
    };
}
