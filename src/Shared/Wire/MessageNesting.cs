using System.Runtime.Serialization;
using Akka.Actor;

namespace DistTrain.Shared.Wire;

/// <summary>
/// How deep messages that carry messages may be nested. Akka decodes the inner one within the decoding of the outer one, before it looks at
/// whom they are for: without an end, a few kilobytes would overflow the stack, which ends the process.
/// </summary>
internal static class MessageNesting
{
    [ThreadStatic]
    private static int _depth;

    /// <summary>Decodes a message that may carry another one.</summary>
    /// <exception cref="SerializationException">It is the innermost of more than <see cref="Limits.MessageNesting"/>.</exception>
    public static T Bounded<T>(ActorSystem system, Func<T> decode)
    {
        if (_depth == Limits.MessageNesting)
            throw RefusedMessages.Told(system,
                new SerializationException($"A message is dropped: more than {Limits.MessageNesting} are nested in one another."));
        _depth++;
        try
        {
            return decode();
        }
        finally
        {
            _depth--;
        }
    }
}
