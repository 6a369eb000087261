using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DistTrain.Shared.Network;

/// <summary>Hosts and ports as people write them: names, IPv4, and IPv6 with brackets or without. What is printed has brackets.</summary>
public static class HostPort
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("[]:/@ ");

    /// <summary>A host in its one form: an IPv6 address in brackets, so that a port can follow; anything else as it is.</summary>
    public static string Host(string text) => AddressOf(text) is { AddressFamily: AddressFamily.InterNetworkV6 } address ? $"[{address}]" : text;

    /// <summary><c>10.0.0.1:4053</c>, <c>node-1:4053</c>, <c>[::1]:4053</c>.</summary>
    public static string Text(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{Host(host)}:{port}");

    /// <summary>
    /// The address that a host is written as; null for a name, and for an address with a port, which the system would drop without a word.
    /// </summary>
    public static IPAddress? AddressOf(string host) => !host.Contains("]:", StringComparison.Ordinal) && IPAddress.TryParse(host, out var address)
        ? address : null;

    /// <summary>True for the addresses that mean all of a machine's: one listens there, but nobody can dial them.</summary>
    public static bool IsUnspecified(string host) =>
        AddressOf(host) is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>Reads a host and a port from 1 to 65535.</summary>
    public static bool TryParse(string text, out string host, out int port)
    {
        var colon = text.LastIndexOf(':');
        (host, port) = ("", 0);
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535)
            return false;
        host = Host(text[..colon]);
        // More colons are those of an IPv6 address. Where nothing but :: is left before the port, the port was left out.
        return !IsUnspecified(host) && (AddressOf(host) is not null || !host.AsSpan().ContainsAny(NotInNames));
    }
}
