package io.monorelay.server.channel;

import io.monorelay.server.channel.MemoryBudget.Way;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop hold. A connection with which something is left over, a frame that has come in
 * part or an answer that is not taken, is put on a list; now and then the loop adds up what those on the list hold, and
 * takes off who holds nothing. So a connection that keeps up is never looked at, and the sum cannot drift.
 *
 * <p>When all loops together hold more than the budget, each closes those of its own that hold most until its part of
 * the excess is gone.
 *
 * <p>Owned by the loop, but for {@link #held}.
 */
public final class HeldMemory {
    /** A connection as far as it holds something. Used on its loop alone. */
    public interface Holder {
        /** How many bytes it holds now. */
        long heldBytes(Way way);

        /** Who has the greatest weight is closed first: by the bytes, and more for who has held them longer. */
        default long weight(Way way) {
            return heldBytes(way);
        }

        /** Ends it, since too much is held: what it holds is gone at once, or nearly. */
        void giveUp(Way way);

        /** Whether it is on the list. */
        boolean isListed();

        /** Remembers that. */
        void list(boolean listed);
    }

    /** Who is closed changes what it weighs, so all are weighed before. */
    private record Weighed(Holder holder, long weight) {}

    private static final Logger LOG = LoggerFactory.getLogger(HeldMemory.class);

    private static final long MIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Looking takes no more than this part of the loop's time. */
    private static final int PAUSE_FACTOR = 50;

    /** The least that may come before the loop looks again, whatever the pause. */
    private static final long MIN_ROOM_BYTES = 1 << 20;

    /** This part of the limit is made free beside the excess, so that not every byte that comes closes somebody. */
    private static final int SPARE_FRACTION = 16;

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    // fixed after construction
    private final EventLoop loop;
    private final MemoryBudget budget;
    private final LongSupplier shared;
    private final Runnable lookNow = this::lookNow;
    private final Runnable lookAgain = this::lookAgain;

    // owned by the event loop
    private final ArrayList<Holder> holders = new ArrayList<>();
    private boolean lookIsDue;
    private boolean lookIsNow;
    private long touchedBytes;
    private long roomBytes = MIN_ROOM_BYTES;
    private long quietUntilNanos;

    // written by the event loop, read by any thread
    private volatile long inbound;
    private volatile long outbound;

    /** @param shared how many bytes several connections of the loop hold together, outbound; asked on the loop */
    public HeldMemory(EventLoop loop, MemoryBudget budget, LongSupplier shared) {
        this.loop = loop;
        this.budget = budget;
        this.shared = shared;
        this.quietUntilNanos = loop.ticker().nanoTime();
        budget.add(this);
    }

    /** How many bytes the connections of this loop held when it looked last. Any thread. */
    long held(Way way) {
        return switch (way) {
            case INBOUND -> inbound;
            case OUTBOUND -> outbound;
        };
    }

    /**
     * Something is left over with that connection.
     *
     * @param bytes how many may have come to it since this was called before
     */
    public void touched(Holder holder, long bytes) {
        assert loop.inEventLoop();
        if (!holder.isListed()) {
            holder.list(true);
            holders.add(holder);
        }
        touchedBytes += bytes;
        if (touchedBytes > roomBytes && !lookIsNow) {
            lookIsNow = true;
            loop.execute(lookNow);
        }
        if (!lookIsDue) {
            lookIsDue = true;
            loop.schedule(lookAgain, MIN_PAUSE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void lookNow() {
        lookIsNow = false;
        look();
    }

    private void lookAgain() {
        long start = loop.ticker().nanoTime();
        lookIsDue = look();
        if (lookIsDue) {
            long pause = PAUSE_FACTOR * (loop.ticker().nanoTime() - start);
            loop.schedule(lookAgain, Math.clamp(pause, MIN_PAUSE_NANOS, MAX_PAUSE_NANOS), TimeUnit.NANOSECONDS);
        }
    }

    /** Returns whether there is something to look at again. */
    private boolean look() {
        touchedBytes = 0;
        long ofSeveral = shared.getAsLong();
        addUp(ofSeveral);
        relieve(Way.INBOUND);
        relieve(Way.OUTBOUND);
        setRoom();
        return !holders.isEmpty() || ofSeveral != 0;
    }

    private void addUp(long ofSeveral) {
        long in = 0;
        long out = ofSeveral;
        for (int i = holders.size() - 1; i >= 0; i--) {
            Holder holder = holders.get(i);
            long holdsIn = holder.heldBytes(Way.INBOUND);
            long holdsOut = holder.heldBytes(Way.OUTBOUND);
            if (holdsIn == 0 && holdsOut == 0) {
                takeOff(i, holder);
            }
            in += holdsIn;
            out += holdsOut;
        }
        found(Way.INBOUND, in);
        found(Way.OUTBOUND, out);
    }

    private void found(Way way, long bytes) {
        switch (way) {
            case INBOUND -> inbound = bytes;
            case OUTBOUND -> outbound = bytes;
        }
    }

    private void takeOff(int index, Holder holder) {
        holder.list(false);
        Holder last = holders.removeLast();
        if (index < holders.size()) {
            holders.set(index, last);
        }
    }

    /** So much may come before there could be too much, when it comes to all loops alike. */
    private void setRoom() {
        long room = Long.MAX_VALUE;
        for (Way way : Way.values()) {
            room = Math.min(room, (budget.limit(way) - budget.held(way)) / (2L * budget.loops()));
        }
        roomBytes = Math.max(room, MIN_ROOM_BYTES);
    }

    private void relieve(Way way) {
        long limit = budget.limit(way);
        long held = budget.held(way);
        if (held <= limit) {
            return;
        }
        double part = (double) held(way) / held;
        long tooMuch = (long) (part * (held - limit + limit / SPARE_FRACTION));
        List<Weighed> worst = new ArrayList<>(holders.size());
        holders.forEach(holder -> worst.add(new Weighed(holder, holder.weight(way))));
        worst.sort(Comparator.comparingLong(Weighed::weight).reversed());
        int closed = 0;
        long freed = 0;
        while (closed < worst.size() && freed < tooMuch && worst.get(closed).weight() > 0) {
            Holder holder = worst.get(closed).holder();
            freed += holder.heldBytes(way);
            holder.giveUp(way);
            closed++;
        }
        // For the other loops at once, so that they do not make room for the same bytes.
        found(way, held(way) - freed);
        tell(way, held, closed);
    }

    private void tell(Way way, long held, int closed) {
        long now = loop.ticker().nanoTime();
        if (now - quietUntilNanos >= 0) {
            quietUntilNanos = now + QUIET_NANOS;
            LOG.warn(
                    "{} bytes are held {}, which is more than the {} that there are for that: closed {} connections",
                    held,
                    way == Way.INBOUND ? "of what has come in part" : "for those who do not take them",
                    budget.limit(way),
                    closed);
        }
    }
}
