package io.monorelay.fanout;

import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Whose turn it is to have a page read from the store: first come, first served. Few pages are read at a time, and none
 * while those that are on their way to peers take up the bytes that there are for pages. A peer that does not take its
 * page is left alone, unless that keeps others from theirs for too long. Owned by the event loop.
 */
final class PageTurns {
    /** How many pages are asked for at a time at most. */
    static final int MAX_READING = 16;

    /** For how long at most a peer may take nothing of its page while others have to wait for it. */
    static final long MAX_STALL_NANOS = TimeUnit.SECONDS.toNanos(10);

    // fixed after construction
    private final EventLoop loop;
    private final Predicate<Replay> asker;
    private final Consumer<Subscriber> closer;
    private final long maxBytes;
    private final int pageBytes;

    // owned by the event loop
    private final LinkedHashSet<Replay> waiting = new LinkedHashSet<>();
    private final LinkedHashMap<Replay, Long> sentAtNanos = new LinkedHashMap<>();
    private int reading;
    private long bytes;
    private boolean watching;

    /**
     * @param asker asks for the page of a replay whose turn it is; returns false when there is none to ask for
     * @param closer closes a peer that has stalled
     */
    PageTurns(EventLoop loop, FanoutLimits limits, Predicate<Replay> asker, Consumer<Subscriber> closer) {
        this.loop = loop;
        this.asker = asker;
        this.closer = closer;
        maxBytes = limits.replayBytes();
        pageBytes = limits.pageBytes();
    }

    /** How many bytes are on their way to peers. */
    long bytes() {
        return bytes;
    }

    void queueUp(Replay replay) {
        waiting.add(replay);
        giveOut();
    }

    /** A page that was asked for has come, or is not coming; {@link #giveOut} is to follow. */
    void answered() {
        reading--;
    }

    /** A page of so many bytes is on its way to the peer. */
    void sent(Replay replay, int pageLength) {
        bytes += pageLength;
        sentAtNanos.put(replay, loop.ticker().nanoTime());
    }

    /** It has arrived there, or its connection has failed. */
    void gone(Replay replay, int pageLength) {
        bytes -= pageLength;
        sentAtNanos.remove(replay);
        giveOut();
    }

    /** The replay wants no more turns; what is on its way still counts until it is gone. */
    void leave(Replay replay) {
        waiting.remove(replay);
        sentAtNanos.remove(replay);
    }

    /** Gives turns to those who wait, as many as there are. */
    void giveOut() {
        while (!waiting.isEmpty() && reading < MAX_READING && hasRoom()) {
            Replay next = waiting.removeFirst();
            reading++;
            if (!asker.test(next)) {
                reading--;
            }
        }
        if (!waiting.isEmpty() && !hasRoom()) {
            watchStalled();
        }
    }

    private boolean hasRoom() {
        boolean isFirst = reading == 0 && bytes == 0;
        return isFirst || bytes + (reading + 1L) * pageBytes <= maxBytes;
    }

    private void watchStalled() {
        Map.Entry<Replay, Long> oldest = sentAtNanos.firstEntry();
        if (watching || oldest == null) {
            return;
        }
        watching = true;
        long age = loop.ticker().nanoTime() - oldest.getValue();
        loop.schedule(this::closeStalled, MAX_STALL_NANOS - age, TimeUnit.NANOSECONDS);
    }

    private void closeStalled() {
        watching = false;
        long now = loop.ticker().nanoTime();
        Map.Entry<Replay, Long> oldest = sentAtNanos.firstEntry();
        while (oldest != null && !waiting.isEmpty() && now - oldest.getValue() >= MAX_STALL_NANOS) {
            leave(oldest.getKey());
            closer.accept(oldest.getKey().subscriber());
            oldest = sentAtNanos.firstEntry();
        }
        giveOut();
    }
}
