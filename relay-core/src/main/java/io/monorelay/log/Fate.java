package io.monorelay.log;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of a message of late.
 *
 * @param refused why it was not accepted; empty when it was
 * @param position where it is in the order of this relay; 0 when it was refused
 * @param time when it came
 * @param sender who signed it, or is said to have
 * @param from the number of the peer that it came from; 0 for one without a lasting connection, and for other relays
 * @param sent how many peers were sent it, over WebSockets and event streams
 * @param late how many of those took it later than the others of their event loop, because they read slowly
 * @param named the numbers of some of those
 * @param again how many times it came again
 */
public record Fate(
        MessageId id,
        Optional<Fault> refused,
        long position,
        Instant time,
        NodeKey sender,
        long from,
        long sent,
        long late,
        List<Long> named,
        long again) {
    public Fate {
        named = List.copyOf(named);
    }
}
