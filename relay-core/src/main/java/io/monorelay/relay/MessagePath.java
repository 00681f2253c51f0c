package io.monorelay.relay;

import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.Outcome;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.relay.Receipt.Acknowledged;
import io.monorelay.relay.Receipt.Reach;
import io.monorelay.relay.Receipt.Refused;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message from decoded bytes into the log. Its stages, in order:
 *
 * <ol>
 *   <li>admit: is its time within the window?
 *   <li>seen: does the log have it already? Then that is the answer, and its signature is not verified again.
 *   <li>verify: did its sender sign it?
 *   <li>append: claim a position, make sure that no other thread was first, publish.
 * </ol>
 *
 * <p>Any thread may call; none waits for another.
 */
public final class MessagePath {
    /** What a refused publisher is told when the log is full, in ms: readers need about that long for a full ring. */
    static final long RETRY_AFTER_MILLIS = 100;

    private final TimeWindow window;
    private final MessageVerifier verifier;
    private final SeenCache seen;
    private final MessageLog log;
    private final KeyDirectory directory;
    private final RelayMetrics metrics;

    public MessagePath(
            TimeWindow window,
            MessageVerifier verifier,
            SeenCache seen,
            MessageLog log,
            KeyDirectory directory,
            RelayMetrics metrics) {
        this.window = window;
        this.verifier = verifier;
        this.seen = seen;
        this.log = log;
        this.directory = directory;
        this.metrics = metrics;
    }

    /** The last position that a message has. */
    public long lastPosition() {
        return log.lastPosition();
    }

    /** Takes a message that came in by {@code origin} as far as it gets. */
    public Receipt publish(DecodedMessage message, Origin origin) {
        @Nullable MessageId id = null;
        try {
            window.check(message);
            id = verifier.idOf(message);
            long earlier = seen.positionOf(id);
            if (earlier != SeenCache.UNSEEN) {
                return duplicate(id, earlier, message.receiver());
            }
            return append(verifier.verify(message, id), origin);
        } catch (ProtocolException fault) {
            return refused(fault.fault(), fault.info(), id, 0);
        }
    }

    private Receipt append(VerifiedMessage message, Origin origin) {
        long position = log.tryClaim(message.membersLength());
        if (position == MessageLog.FULL) {
            return refused(Fault.LOG_FULL, "the relay is busy; try again", message.id(), RETRY_AFTER_MILLIS);
        }
        FreshMessage fresh = seen.admit(message, position, origin);
        if (fresh == null) {
            log.abandon(position);
            return duplicate(message.id(), seen.positionOf(message.id()), message.receiver());
        }
        log.publish(fresh);
        metrics.outcomes().increment(Outcome.ACCEPTED);
        return new Acknowledged(message.id(), position, reachOf(message.receiver()), false);
    }

    private Receipt duplicate(MessageId id, long position, @Nullable NodeKey receiver) {
        metrics.outcomes().increment(Outcome.DUPLICATE);
        return new Acknowledged(id, position, reachOf(receiver), true);
    }

    private Reach reachOf(@Nullable NodeKey receiver) {
        if (receiver == null) {
            return Reach.EVERYBODY;
        }
        return directory.isOnline(receiver) ? Reach.ONLINE : Reach.AWAY;
    }

    private Receipt refused(Fault fault, String info, @Nullable MessageId id, long retryAfterMillis) {
        metrics.outcomes().increment(Outcome.REFUSED);
        metrics.faults().increment(fault);
        return new Refused(fault, info, id, retryAfterMillis);
    }
}
