package io.monorelay.server.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.client.Publication;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.store.Page;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import io.monorelay.store.StoredMessage;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What goes from this node over one link: a reader of the store at a position. It publishes a page of what is durable,
 * a bounded number of messages at a time, and moves on as the relay acknowledges them. What the relay cannot take now is
 * published again when it says; nothing more is read meanwhile.
 *
 * <p>Belongs to the loop of the link.
 */
final class Feed {
    /** How many publications may wait for the relay; it stops reading from a node that waits for more. */
    static final int MAX_OUTSTANDING = 256;

    static final int PAGE_MESSAGES = MAX_OUTSTANDING / 2;
    static final int PAGE_BYTES = 256 * 1024;

    /** How long it waits before it tries again what did not fail by the relay's will, in ms. */
    static final long RETRY_MILLIS = 1_000;

    private static final byte[] OPENING = "{".getBytes(US_ASCII);
    private static final byte[] CLOSING = "}".getBytes(US_ASCII);

    /** Where publications go: an open link. */
    interface Line {
        /** Publishes {@code {"message":…,"signature":…}}; throws IllegalArgumentException when the relay never takes it. */
        CompletionStage<Publication> publish(byte[] text);
    }

    /** The store, as far as it is to be fed. */
    interface Source {
        /** Everything up to this position can be read. */
        long durableThrough();

        /** Runs that on the loop once that position is durable. One waits at a time: the last that said so. */
        void awaitDurable(long position, Runnable then);

        /** Reads what is to be fed after one position and up to another; answers on the loop. */
        void read(long after, long through, StoreReaders.Answer<Page> answer);
    }

    /** A message that the relay has yet to acknowledge. */
    private static final class Item {
        final long position;
        final byte[] text;
        boolean waiting;
        boolean done;

        Item(StoredMessage message) {
            position = message.position();
            text = textOf(message.members());
        }

        private static byte[] textOf(byte[] members) {
            byte[] text = new byte[OPENING.length + members.length + CLOSING.length];
            System.arraycopy(OPENING, 0, text, 0, OPENING.length);
            System.arraycopy(members, 0, text, OPENING.length, members.length);
            System.arraycopy(CLOSING, 0, text, OPENING.length + members.length, CLOSING.length);
            return text;
        }
    }

    // fixed after construction
    private final LinkLoop loop;
    private final Line line;
    private final Source source;
    private final Predicate<StoredMessage> cameFromThere;
    private final LongConsumer progress;
    private final Counters<Linking> counters;

    // owned by the loop
    private final ArrayDeque<Item> outstanding = new ArrayDeque<>();
    private long read;
    private long fed;
    private boolean reading;
    private boolean parked;
    private boolean retryIsDue;
    private boolean ended;

    /**
     * @param cameFromThere whether the relay at the other end has that message for certain
     * @param progress told up to where the relay has everything
     */
    Feed(
            LinkLoop loop,
            Line line,
            Source source,
            Predicate<StoredMessage> cameFromThere,
            LongConsumer progress,
            Counters<Linking> counters) {
        this.loop = loop;
        this.line = line;
        this.source = source;
        this.cameFromThere = cameFromThere;
        this.progress = progress;
        this.counters = counters;
    }

    /** Begins after that position. */
    void start(long after) {
        read = after;
        fed = after;
        goOn();
    }

    /** The link has ended, or another has taken its place. Nothing more happens. */
    void end() {
        ended = true;
        outstanding.clear();
    }

    /** Everything up to this position is with the relay. */
    long fedThrough() {
        return fed;
    }

    // reading

    private void goOn() {
        if (ended || reading || parked || retryIsDue || outstanding.size() > MAX_OUTSTANDING - PAGE_MESSAGES) {
            return;
        }
        long durable = source.durableThrough();
        if (read >= durable) {
            parked = true;
            source.awaitDurable(read + 1, this::onMoreDurable);
        } else {
            reading = true;
            source.read(read, durable, new PageAnswer());
        }
    }

    private void onMoreDurable() {
        parked = false;
        goOn();
    }

    private final class PageAnswer implements StoreReaders.Answer<Page> {
        @Override
        public void onAnswer(Page page) {
            reading = false;
            onPage(page);
        }

        @Override
        public void onFailure(StoreException failure) {
            reading = false;
            loop.after(RETRY_MILLIS, Feed.this::goOn);
        }
    }

    private void onPage(Page page) {
        if (ended) {
            return;
        }
        if (page.removedThrough() > read) {
            counters.increment(Linking.REMOVED_BEFORE_FED);
        }
        read = page.next();
        for (StoredMessage message : page.messages()) {
            if (cameFromThere.test(message)) {
                counters.increment(Linking.NOT_FED_BACK);
            } else {
                Item item = new Item(message);
                outstanding.addLast(item);
                publish(item);
            }
        }
        settle();
    }

    // publishing

    private void publish(Item item) {
        try {
            line.publish(item.text).whenCompleteAsync((publication, failure) -> onAnswer(item, publication), loop);
        } catch (IllegalArgumentException neverTaken) {
            counters.increment(Linking.FED_REFUSED);
            item.done = true;
        }
    }

    /** Without an answer the link has ended, which is said elsewhere too, or had no room for one more. */
    private void onAnswer(Item item, @Nullable Publication answer) {
        if (ended || item.done) {
            return;
        }
        if (answer == null) {
            publishLater(item, RETRY_MILLIS);
            return;
        }
        switch (answer) {
            case Publication.Accepted accepted -> done(item, Linking.FED);
            case Publication.Refused refused -> onRefused(item, refused.retryAfterMillis());
        }
    }

    private void onRefused(Item item, @Nullable Long retryAfterMillis) {
        if (retryAfterMillis == null) {
            done(item, Linking.FED_REFUSED);
        } else {
            publishLater(item, retryAfterMillis);
        }
    }

    private void done(Item item, Linking what) {
        counters.increment(what);
        item.done = true;
        settle();
    }

    private void publishLater(Item item, long millis) {
        counters.increment(Linking.FED_DELAYED);
        item.waiting = true;
        if (!retryIsDue) {
            retryIsDue = true;
            loop.after(millis, this::publishAgain);
        }
    }

    private void publishAgain() {
        retryIsDue = false;
        if (ended) {
            return;
        }
        for (Item item : outstanding) {
            if (item.waiting) {
                item.waiting = false;
                publish(item);
            }
        }
        settle();
    }

    private void settle() {
        Item head = outstanding.peekFirst();
        while (head != null && head.done) {
            outstanding.removeFirst();
            head = outstanding.peekFirst();
        }
        long through = head == null ? read : head.position - 1;
        if (through > fed) {
            fed = through;
            progress.accept(through);
        }
        goOn();
    }
}
