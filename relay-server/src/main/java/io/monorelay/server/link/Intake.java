package io.monorelay.server.link;

import io.monorelay.log.Origin;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.relay.Publisher;
import io.monorelay.relay.Receipt;
import io.monorelay.store.CommitQueue;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What comes to this node over one link: each message takes the way of anybody's publication, and when it is durable, and
 * everything before it is, the relay's position moves on. What cannot be taken now is tried again, in order; while too
 * many have yet to become durable, the link is not read.
 *
 * <p>Belongs to the loop of the link.
 */
final class Intake {
    /** How many messages may be on their way into the store before the link is not read any more. */
    static final int MAX_ARRIVALS = 256;

    /** Takes a message, and tells its publisher on the loop. */
    interface Door {
        void publish(DecodedMessage message, Publisher publisher);
    }

    /** Stops the link from being read, and lets it be read again. */
    interface Brake {
        void pause();

        void resume();
    }

    // fixed after construction
    private final LinkLoop loop;
    private final CommitQueue commits;
    private final Door door;
    private final Brake brake;
    private final LongConsumer progress;
    private final Counters<Linking> counters;
    private final Origin origin = new Origin() {};

    // owned by the loop
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private boolean paused;
    private boolean retryIsDue;
    private boolean ended;

    /** @param progress told up to which of the relay's positions everything is durable here */
    Intake(
            LinkLoop loop,
            CommitQueue commits,
            Door door,
            Brake brake,
            LongConsumer progress,
            Counters<Linking> counters) {
        this.loop = loop;
        this.commits = commits;
        this.door = door;
        this.brake = brake;
        this.progress = progress;
        this.counters = counters;
    }

    /** A message came, at that position of the relay's log. */
    void take(long position, DecodedMessage message) {
        Arrival arrival = new Arrival(position, message);
        arrivals.addLast(arrival);
        if (retryIsDue) {
            // Behind those that wait, so that they do not overtake each other.
            arrival.waiting = true;
        } else {
            arrival.offer();
        }
        brakeOrGoOn();
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
            progress.accept(through);
        }
        brakeOrGoOn();
    }

    private void brakeOrGoOn() {
        int onTheWay = arrivals.size();
        if (!paused && onTheWay >= MAX_ARRIVALS) {
            paused = true;
            brake.pause();
        } else if (paused && onTheWay <= MAX_ARRIVALS / 2) {
            paused = false;
            brake.resume();
        }
    }

    /** A message that is not yet durable, and its publisher: the relay that delivered it. */
    private final class Arrival implements Publisher {
        private final long position;
        private final DecodedMessage message;
        private boolean waiting;
        private boolean done;

        Arrival(long position, DecodedMessage message) {
            this.position = position;
            this.message = message;
        }

        void offer() {
            door.publish(message, this);
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
        public void onAppended(long ownPosition) {
            // The fan-out has nobody to leave out.
        }

        @Override
        public void onReceipt(Receipt receipt) {
            if (ended) {
                return;
            }
            switch (receipt) {
                case Receipt.Acknowledged known ->
                    done(known.duplicate() ? Linking.RECEIVED_DUPLICATE : Linking.RECEIVED);
                case Receipt.Refused refused -> onRefused(refused.retryAfterMillis());
            }
        }

        private void onRefused(long retryAfterMillis) {
            if (retryAfterMillis > 0) {
                offerLater(this, retryAfterMillis);
            } else {
                done(Linking.RECEIVED_REFUSED);
            }
        }

        private void done(Linking what) {
            counters.increment(what);
            done = true;
            settle();
        }
    }
}
