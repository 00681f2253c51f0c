package io.monorelay.server.link;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.relay.Publisher;
import io.monorelay.relay.Receipt;
import io.monorelay.store.CommitQueue;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes to this node over one link: each message takes the way of anybody's publication, and when it is durable, and
 * everything before it is, the relay's position moves on. What cannot be taken now is tried again, in order; while too
 * many have yet to become durable, the link is not read. A message that is only announced has its place among the
 * others, and waits there for what becomes of it.
 *
 * <p>Belongs to the loop of the link.
 */
final class Intake {
    /** How many messages may be on their way into the store before the link is not read any more. */
    static final int MAX_ARRIVALS = 256;

    /** How many may have their place, most of them without a message, before the link is not read any more. */
    static final int MAX_PLACES = 16_384;

    /** Takes a message, and tells its publisher on the loop. */
    interface Door {
        void publish(DecodedMessage message, Publisher publisher);
    }

    /** Stops the link from being read, and lets it be read again. */
    interface Brake {
        void pause();

        void resume();
    }

    /** Told how far it is. */
    interface Progress {
        /** Everything up to that position of the relay's is durable here. */
        void through(long position);

        /** That message is durable here. */
        default void stored(MessageId id) {}

        /** A message is not accepted, for good. */
        default void refused(Fault fault) {}
    }

    /** A message that was announced: one of these is called, once. */
    interface Expected {
        /** It is durable here, by whatever way it came. */
        void known();

        /** It has been fetched. */
        void came(DecodedMessage fetched);

        /** The relay has it no more. */
        void missing();
    }

    // fixed after construction
    private final LinkLoop loop;
    private final CommitQueue commits;
    private final Door door;
    private final Brake brake;
    private final Progress progress;
    private final Counters<Linking> counters;
    private final Origin origin = new Origin() {};

    // owned by the loop
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private int onTheWay;
    private long newest;
    private boolean paused;
    private boolean retryIsDue;
    private boolean ended;

    Intake(LinkLoop loop, CommitQueue commits, Door door, Brake brake, Progress progress, Counters<Linking> counters) {
        this.loop = loop;
        this.commits = commits;
        this.door = door;
        this.brake = brake;
        this.progress = progress;
        this.counters = counters;
    }

    /** A message came, at that position of the relay's log. */
    void take(long position, DecodedMessage message) {
        place(position).came(message);
    }

    /** A message was announced, at that position of the relay's log. */
    Expected expect(long position) {
        counters.increment(Linking.ANNOUNCED);
        Arrival arrival = place(position);
        brakeOrGoOn();
        return arrival;
    }

    private Arrival place(long position) {
        Arrival arrival = new Arrival(position);
        newest = position;
        if (!ended) {
            arrivals.addLast(arrival);
        }
        return arrival;
    }

    /** Whether a message at that position is one that was announced before. */
    boolean isBehind(long position) {
        return position <= newest;
    }

    /** The link has ended. What has not become durable comes again over the next one. */
    void end() {
        ended = true;
        arrivals.clear();
    }

    private void offerLater(Arrival arrival, long millis) {
        counters.increment(Linking.RECEIVED_DELAYED);
        arrival.waiting = true;
        if (!retryIsDue) {
            retryIsDue = true;
            loop.after(millis, this::offerAgain);
        }
    }

    private void offerAgain() {
        retryIsDue = false;
        // A copy, since those that are durable at once leave while the others are offered.
        for (Arrival arrival : List.copyOf(arrivals)) {
            if (arrival.waiting && !retryIsDue && !ended) {
                arrival.waiting = false;
                arrival.offer();
            }
        }
    }

    private void settle() {
        long through = -1;
        Arrival head = arrivals.peekFirst();
        while (head != null && head.done) {
            through = head.position;
            arrivals.removeFirst();
            head = arrivals.peekFirst();
        }
        if (through >= 0) {
            progress.through(through);
        }
        brakeOrGoOn();
    }

    private void brakeOrGoOn() {
        int places = arrivals.size();
        if (!paused && (onTheWay >= MAX_ARRIVALS || places >= MAX_PLACES)) {
            paused = true;
            brake.pause();
        } else if (paused && onTheWay <= MAX_ARRIVALS / 2 && places <= MAX_PLACES / 2) {
            paused = false;
            brake.resume();
        }
    }

    /** A message that is not yet durable, and its publisher: the relay that delivered it. */
    private final class Arrival implements Publisher, Expected {
        private final long position;
        private @Nullable DecodedMessage message;
        private boolean waiting;
        private boolean done;

        Arrival(long position) {
            this.position = position;
        }

        @Override
        public void came(DecodedMessage fetched) {
            if (ended || done) {
                return;
            }
            message = fetched;
            onTheWay++;
            if (retryIsDue) {
                // Behind those that wait, so that they do not overtake each other.
                waiting = true;
            } else {
                offer();
            }
            brakeOrGoOn();
        }

        @Override
        public void known() {
            // One that has come has its own receipt.
            if (message == null && !ended && !done) {
                done();
            }
        }

        @Override
        public void missing() {
            if (message == null && !ended && !done) {
                counters.increment(Linking.FETCHED_IN_VAIN);
                done();
            }
        }

        void offer() {
            DecodedMessage offered = message;
            if (offered != null) {
                door.publish(offered, this);
            }
        }

        @Override
        public Origin origin() {
            return origin;
        }

        @Override
        public CommitQueue commits() {
            return commits;
        }

        @Override
        public void onAppended(FreshMessage own) {
            // The fan-out has nobody to leave out.
        }

        @Override
        public void onReceipt(Receipt receipt) {
            if (ended) {
                return;
            }
            switch (receipt) {
                case Receipt.Acknowledged known -> onStored(known);
                case Receipt.Refused refused -> onRefused(refused.fault(), refused.retryAfterMillis());
            }
        }

        private void onStored(Receipt.Acknowledged known) {
            arrived(known.duplicate() ? Linking.RECEIVED_DUPLICATE : Linking.RECEIVED);
            progress.stored(known.id());
        }

        private void onRefused(Fault fault, long retryAfterMillis) {
            if (retryAfterMillis > 0) {
                offerLater(this, retryAfterMillis);
            } else {
                arrived(Linking.RECEIVED_REFUSED);
                progress.refused(fault);
            }
        }

        private void arrived(Linking what) {
            counters.increment(what);
            onTheWay--;
            done();
        }

        private void done() {
            message = null;
            done = true;
            settle();
        }
    }
}
