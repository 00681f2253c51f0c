package io.monorelay.relay;

import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way of messages that may be older than the time window, because whoever publishes them could not before: a node's
 * own, and those of relays that are trusted. The window is there because ids are remembered for so long only. So the
 * store is asked for the id of an older one before it takes the way of every message.
 *
 * <p>Any thread may call; none waits for another, nor for the store.
 */
public final class LatePath {
    /** How many ids may be asked for at a time; whoever comes with one more is told to try again. */
    static final int MAX_QUESTIONS = 256;

    /** When that is worth it, in ms. */
    static final long RETRY_AFTER_MILLIS = 100;

    private final MessagePath path;
    private final TimeWindow window;
    private final StoreReaders readers;
    private final long oldestSeconds;
    private final AtomicInteger questions = new AtomicInteger();

    /**
     * @param retention how long messages are kept; of those that are nearly as old the store can no longer tell whether
     *     it had them, and they are refused
     */
    public LatePath(MessagePath path, TimeWindow window, StoreReaders readers, Duration retention) {
        this.path = path;
        this.window = window;
        this.readers = readers;
        // A message may be stored before the time that it bears, and is then removed so much earlier.
        this.oldestSeconds = retention.minus(window.width()).toSeconds();
    }

    /** Whether a message is too old for anybody but those who may publish such. */
    public boolean isLate(DecodedMessage message) {
        return window.ageSeconds(message) > window.width().toSeconds();
    }

    /**
     * Takes a message as far as it gets. Its publisher is called back now or later, on its own thread.
     *
     * @param owner runs what belongs on that thread, on which this is called
     */
    public void publish(DecodedMessage message, Publisher publisher, Executor owner) {
        if (!isLate(message) || window.ageSeconds(message) > oldestSeconds) {
            path.publish(message, publisher);
            return;
        }
        MessageId id = path.idOf(message);
        if (path.wasSeen(id)) {
            path.publishWhenever(message, id, publisher);
        } else if (questions.incrementAndGet() > MAX_QUESTIONS) {
            questions.decrementAndGet();
            String info = "the relay is busy with other old messages; try again";
            publisher.onReceipt(path.refused(Fault.STORE_UNAVAILABLE, info, id, RETRY_AFTER_MILLIS));
        } else {
            long sentAt = message.timeEpochSecond();
            readers.ask(store -> store.positionOf(id, sentAt), owner, new Answer(message, id, publisher));
        }
    }

    /** What the store says of one id, on the thread of the publisher. */
    private final class Answer implements StoreReaders.Answer<OptionalLong> {
        private final DecodedMessage message;
        private final MessageId id;
        private final Publisher publisher;

        Answer(DecodedMessage message, MessageId id, Publisher publisher) {
            this.message = message;
            this.id = id;
            this.publisher = publisher;
        }

        @Override
        public void onAnswer(OptionalLong earlier) {
            questions.decrementAndGet();
            if (earlier.isPresent()) {
                path.duplicate(id, earlier.getAsLong(), message.receiver(), publisher);
            } else {
                path.publishWhenever(message, id, publisher);
            }
        }

        @Override
        public void onFailure(StoreException failure) {
            questions.decrementAndGet();
            String info = "an old message cannot be looked up now; try again";
            publisher.onReceipt(path.refused(Fault.STORE_UNAVAILABLE, info, id, RETRY_AFTER_MILLIS));
        }
    }
}
