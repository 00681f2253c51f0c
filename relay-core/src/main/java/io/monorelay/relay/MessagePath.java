package io.monorelay.relay;

import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
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
 *   <li>admit: is its time within the window, and its sender one whose messages are taken?
 *   <li>seen: does the log have it already? Then that is the answer, and its signature is not verified again.
 *   <li>verify: did its sender sign it?
 *   <li>append: claim a position, make sure that no other thread was first, publish.
 *   <li>acknowledge: when the store has it.
 * </ol>
 *
 * <p>Any thread may call; none waits for another, nor for the store.
 */
public final class MessagePath {
    /** What a refused publisher is told when the log is full, in ms: readers need about that long for a full ring. */
    static final long RETRY_AFTER_MILLIS = 100;

    /** The same when the relay stops: one that starts again at once needs about that long. */
    static final long RETRY_AFTER_STOP_MILLIS = 2_000;

    /**
     * What is asked of a message before anything is proven.
     *
     * @param window how far its time may be from now
     * @param senders whose messages are taken
     */
    public record Admission(TimeWindow window, SenderPolicy senders) {}

    // fixed after construction
    private final TimeWindow window;
    private final SenderPolicy senders;
    private final MessageVerifier verifier;
    private final SeenCache seen;
    private final MessageLog log;
    private final KeyDirectory directory;
    private final RelayMetrics metrics;

    // any thread
    private volatile boolean closed;

    /** One that takes the messages of every sender. */
    public MessagePath(
            TimeWindow window,
            MessageVerifier verifier,
            SeenCache seen,
            MessageLog log,
            KeyDirectory directory,
            RelayMetrics metrics) {
        this(new Admission(window, SenderPolicy.EVERYBODY), verifier, seen, log, directory, metrics);
    }

    public MessagePath(
            Admission admission,
            MessageVerifier verifier,
            SeenCache seen,
            MessageLog log,
            KeyDirectory directory,
            RelayMetrics metrics) {
        window = admission.window();
        senders = admission.senders();
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

    /** From now on new messages are refused. One that another thread is publishing at this moment may still pass. */
    public void close() {
        closed = true;
    }

    /** Takes a message as far as it gets, on the thread of its publisher, which is called back. */
    public void publish(DecodedMessage message, Publisher publisher) {
        MessageId id = verifier.idOf(message);
        try {
            window.check(message);
            publishWhenever(message, id, publisher);
        } catch (ProtocolException fault) {
            publisher.onReceipt(refused(message, fault, id, publisher));
        }
    }

    /** The same for a message of any age, which {@link LatePath} knows not to be stored. */
    void publishWhenever(DecodedMessage message, MessageId id, Publisher publisher) {
        try {
            if (senders.refuses(message.sender())) {
                throw new ProtocolException(
                        Fault.ACCESS_DENIED, "field \"sender\": this relay takes no messages of that node");
            }
            long earlier = seen.positionOf(id);
            if (earlier != SeenCache.UNSEEN) {
                duplicate(id, earlier, message.receiver(), publisher);
            } else if (closed) {
                String info = "the relay is stopping; try again later";
                publisher.onReceipt(refused(Fault.STOPPING, info, id, RETRY_AFTER_STOP_MILLIS));
            } else {
                append(verifier.verify(message, id), publisher);
            }
        } catch (ProtocolException fault) {
            publisher.onReceipt(refused(message, fault, id, publisher));
        }
    }

    private void append(VerifiedMessage message, Publisher publisher) {
        MessageId id = message.id();
        long position = log.tryClaim(message.membersLength());
        if (position == MessageLog.FULL) {
            String info = "the relay is busy; try again";
            publisher.onReceipt(refused(Fault.LOG_FULL, info, id, RETRY_AFTER_MILLIS));
            return;
        }
        FreshMessage fresh = seen.admit(message, position, publisher.origin());
        if (fresh == null) {
            log.abandon(position);
            duplicate(id, seen.positionOf(id), message.receiver(), publisher);
            return;
        }
        log.publish(fresh);
        metrics.outcomes().increment(Outcome.ACCEPTED);
        publisher.onAppended(fresh);
        publisher.commits().await(position, () -> publisher.onReceipt(receipt(fresh, publisher)));
    }

    private Receipt receipt(FreshMessage fresh, Publisher publisher) {
        MessageId id = fresh.message().id();
        Reach reach = reachOf(fresh.message().receiver());
        boolean duplicate = fresh.storedAt() != fresh.position();
        return new Acknowledged(
                id, fresh.storedAt(), reach, duplicate, publisher.commits().durability());
    }

    /** The first of these messages may not be durable yet, and then it may turn out that the store had one before. */
    void duplicate(MessageId id, long position, @Nullable NodeKey receiver, Publisher publisher) {
        metrics.outcomes().increment(Outcome.DUPLICATE);
        log.fates().cameAgain(position);
        publisher.commits().await(position, () -> {
            long known = seen.positionOf(id);
            long first = known == SeenCache.UNSEEN ? position : known;
            publisher.onReceipt(new Acknowledged(
                    id, first, reachOf(receiver), true, publisher.commits().durability()));
        });
    }

    /**
     * Answers a publisher whose message is not even looked at now.
     *
     * @param retryAfterMillis when it is worth trying again, in ms
     */
    public void turnAway(DecodedMessage message, Fault fault, String info, long retryAfterMillis, Publisher publisher) {
        publisher.onReceipt(refused(fault, info, idOf(message), retryAfterMillis));
    }

    MessageId idOf(DecodedMessage message) {
        return verifier.idOf(message);
    }

    /** Whether the log has had that message lately; of one from long ago only the store can tell. */
    boolean wasSeen(MessageId id) {
        return seen.positionOf(id) != SeenCache.UNSEEN;
    }

    private Reach reachOf(@Nullable NodeKey receiver) {
        if (receiver == null) {
            return Reach.EVERYBODY;
        }
        return directory.isOnline(receiver) ? Reach.ONLINE : Reach.STORED;
    }

    private Receipt refused(DecodedMessage message, ProtocolException fault, MessageId id, Publisher publisher) {
        log.fates().refused(message, id, publisher.origin(), fault.fault());
        return refused(fault.fault(), fault.info(), id, 0);
    }

    Receipt refused(Fault fault, String info, @Nullable MessageId id, long retryAfterMillis) {
        metrics.outcomes().increment(Outcome.REFUSED);
        metrics.faults().increment(fault);
        return new Refused(fault, info, id, retryAfterMillis);
    }
}
