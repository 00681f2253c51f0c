package io.monorelay.server.channel;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.server.channel.Liveness.Watched;
import io.netty.channel.EventLoop;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Lets the connections of one event loop go, each at a random moment within the time that there is, so that they do not
 * all turn up elsewhere at once. Nodes that were named an alternative move by themselves in the first half of that time,
 * and are dismissed in the second. Owned by that loop.
 */
final class Departures {
    private static final int STEP_MILLIS = 10;

    private record Departure(Watched connection, long nanos) {}

    private final EventLoop loop;
    private final Inbound.Drain drain;
    private final long endNanos;
    private final PriorityQueue<Departure> next = new PriorityQueue<>(Comparator.comparingLong(Departure::nanos));

    Departures(EventLoop loop, Inbound.Drain drain) {
        this.loop = loop;
        this.drain = drain;
        endNanos = nanoTime() + TimeUnit.MILLISECONDS.toNanos(drain.withinMillis());
        loop.scheduleAtFixedRate(this::letGo, 0, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    void add(Watched connection) {
        long now = nanoTime();
        long left = Math.max(endNanos - now, 0);
        boolean moves = connection.askToMove(drain) && !drain.alternatives().isEmpty();
        long first = moves ? left / 2 : 0;
        long wait = first + (long) ((left - first) * ThreadLocalRandom.current().nextDouble());
        next.add(new Departure(connection, now + wait));
    }

    private void letGo() {
        long now = nanoTime();
        Departure head = next.peek();
        while (head != null && head.nanos() - now <= 0) {
            next.poll();
            head.connection().dismiss(CloseCode.SERVICE_RESTART, "the relay is going away");
            head = next.peek();
        }
    }

    private long nanoTime() {
        return loop.ticker().nanoTime();
    }
}
