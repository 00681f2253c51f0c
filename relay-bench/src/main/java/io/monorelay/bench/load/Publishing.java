package io.monorelay.bench.load;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one node publishes, which may be nothing: in an open loop when it is due, in a closed one as soon as an earlier
 * message was answered. Belongs to the event loop of its node, but for what says otherwise.
 */
final class Publishing {
    /** Messages that are due and cannot be sent yet, beyond which none is kept; those were due, and never published. */
    private static final int MAX_WAITING = 1 << 20;

    private static final long SIGNING_MILLIS = 1;

    /** The link of the node. */
    interface Wire {
        boolean isOpen();

        /** Its answer is passed on to the publishing later, be it that the link ended before. */
        void send(Outgoing message);
    }

    // fixed after construction
    private final int publisher;
    private final EventLoop loop;
    private final Queue<byte[]> ready;
    private final Run run;
    private final Account account;
    private final Wire wire;
    private final int window;

    // owned by the event loop
    private final ArrayDeque<Long> due = new ArrayDeque<>();
    private final PriorityQueue<Outgoing> again = new PriorityQueue<>(Comparator.comparingInt(Outgoing::sequence));
    private boolean closedLoop;
    private int sequence;
    private int outstanding;
    private boolean pumpScheduled;

    Publishing(int publisher, EventLoop loop, Run run, Account account, Wire wire) {
        this.publisher = publisher;
        this.loop = loop;
        this.run = run;
        this.account = account;
        this.wire = wire;
        ready = run.supply().of(publisher);
        window = run.plan().pace().window();
    }

    /** A message is due at that time. Any thread may call. */
    void due(long nanos) {
        loop.execute(() -> onDue(nanos));
    }

    /** From now on there is always a message due; or no more. Any thread may call. */
    void closedLoop(boolean on) {
        loop.execute(() -> {
            closedLoop = on;
            pump();
        });
    }

    private void onDue(long nanos) {
        run.tally().on(Event.DUE);
        if (due.size() < MAX_WAITING) {
            due.add(nanos);
            pump();
        }
    }

    /** The link is open: what was lost with an earlier one goes first. */
    void onOpen() {
        pump();
    }

    void onAccepted(Outgoing message) {
        outstanding--;
        account.onAccepted();
        run.tally().on(Event.ACCEPTED);
        Tally.record(run.tally().answers(), message.dueNanos());
        pump();
    }

    /** @param afterMillis when the relay takes messages again, at the earliest */
    void onRefused(long afterMillis) {
        outstanding--;
        run.tally().on(Event.REFUSED);
        if (closedLoop) {
            pumpAfter(afterMillis);
        } else {
            pump();
        }
    }

    /** The link ended before the message was answered: it is sent again, since the relay may have it or not. */
    void onLost(Outgoing message) {
        outstanding--;
        again.add(message);
    }

    private void pump() {
        assert loop.inEventLoop();
        while (outstanding < window && wire.isOpen()) {
            Outgoing next = again.isEmpty() ? nextDue() : again.remove();
            if (next == null) {
                return;
            }
            outstanding++;
            wire.send(next);
        }
    }

    private @Nullable Outgoing nextDue() {
        if (due.isEmpty() && !closedLoop) {
            return null;
        }
        byte[] text = ready.poll();
        if (text == null) {
            run.tally().on(Event.NOT_SIGNED_IN_TIME);
            pumpAfter(SIGNING_MILLIS);
            return null;
        }
        Long planned = due.poll();
        Outgoing next = new Outgoing(sequence++, text, planned == null ? System.nanoTime() : planned);
        run.dueTimes().set(publisher, next.sequence(), next.dueNanos());
        run.tally().on(Event.PUBLISHED);
        return next;
    }

    private void pumpAfter(long millis) {
        if (!pumpScheduled) {
            pumpScheduled = true;
            loop.schedule(this::onTimer, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void onTimer() {
        pumpScheduled = false;
        pump();
    }
}
