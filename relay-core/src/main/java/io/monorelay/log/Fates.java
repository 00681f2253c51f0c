package io.monorelay.log;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FateRing.Tally;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What became of the messages of late: of those that were accepted, by their positions, and of fewer that were refused.
 * Any thread; none waits for another, and nothing is allocated for a message. It is told more than it keeps: what is known
 * of a message goes when the ring comes round to its place.
 */
public final class Fates {
    /** One refused message is kept for so many accepted ones: floods of them are to cost little. */
    private static final int ACCEPTED_FOR_REFUSED = 16;

    private static final int MOST_MESSAGES = 1 << 20;
    private static final Fault[] FAULTS = Fault.values();

    private final @Nullable FateRing accepted;
    private final @Nullable FateRing refused;
    private final AtomicLong refusals = new AtomicLong();
    private final InstantSource clock;

    /**
     * @param messages how many accepted messages are kept account of, rounded up to a power of two; 0 for none
     */
    public Fates(int messages, InstantSource clock) {
        this.clock = clock;
        if (messages == 0) {
            accepted = null;
            refused = null;
        } else {
            int capacity = Math.max(powerOfTwo(Math.min(messages, MOST_MESSAGES)), ACCEPTED_FOR_REFUSED);
            accepted = new FateRing(capacity);
            refused = new FateRing(capacity / ACCEPTED_FOR_REFUSED);
        }
    }

    private static int powerOfTwo(int least) {
        return 1 << (Integer.SIZE - Integer.numberOfLeadingZeros(least - 1));
    }

    /** Keeps account of nothing. */
    public static Fates none() {
        return new Fates(0, InstantSource.system());
    }

    /** Whether it keeps account of anything. */
    public boolean areKept() {
        return accepted != null;
    }

    // what happens to messages

    /** It was accepted. Before anything else is told about it. */
    void accepted(FreshMessage fresh) {
        FateRing ring = accepted;
        if (ring != null) {
            VerifiedMessage message = fresh.message();
            ring.write(
                    fresh.position(),
                    message.id(),
                    message.sender(),
                    fresh.origin().id(),
                    clock.millis());
        }
    }

    /** It was refused. */
    public void refused(DecodedMessage message, MessageId id, Origin origin, Fault fault) {
        FateRing ring = refused;
        if (ring != null) {
            long number = refusals.incrementAndGet();
            ring.write(number, id, message.sender(), origin.id(), clock.millis());
            ring.add(number, Tally.SENT, fault.ordinal());
        }
    }

    /** The accepted message at that position came again. */
    public void cameAgain(long position) {
        FateRing ring = accepted;
        if (ring != null && position > 0) {
            ring.add(position, Tally.AGAIN, 1);
        }
    }

    /** So many peers were sent it. */
    public void sent(long position, long peers) {
        FateRing ring = accepted;
        if (ring != null) {
            ring.add(position, Tally.SENT, peers);
        }
    }

    /** A peer took it late, or reads on from the store. */
    public void late(long position, long peer) {
        FateRing ring = accepted;
        if (ring != null) {
            ring.add(position, Tally.LATE, 1);
            ring.name(position, peer);
        }
    }

    // who asks

    /** What became of the message with that id; null when it is none of those of late. Reads all records. */
    public @Nullable Fate of(MessageId id) {
        Fate fate = of(id, accepted, false);
        return fate == null ? of(id, refused, true) : fate;
    }

    private static @Nullable Fate of(MessageId id, @Nullable FateRing ring, boolean isRefused) {
        long number = ring == null ? 0 : ring.find(id);
        if (ring == null || number == 0) {
            return null;
        }
        Instant time = Instant.ofEpochMilli(ring.epochMillis(number));
        NodeKey sender = ring.sender(number);
        long from = ring.from(number);
        long sent = ring.tally(number, Tally.SENT);
        long late = ring.tally(number, Tally.LATE);
        long again = ring.tally(number, Tally.AGAIN);
        List<Long> names = names(ring, number);
        if (!ring.has(number)) {
            return null;
        }
        return isRefused
                ? new Fate(id, Optional.of(FAULTS[(int) sent]), 0, time, sender, from, 0, 0, List.of(), 0)
                : new Fate(id, Optional.empty(), number, time, sender, from, sent, late, names, again);
    }

    private static List<Long> names(FateRing ring, long number) {
        List<Long> names = new ArrayList<>();
        for (int i = 0; i < FateRing.NAMED; i++) {
            if (ring.named(number, i) != 0) {
                names.add(ring.named(number, i));
            }
        }
        return names;
    }
}
