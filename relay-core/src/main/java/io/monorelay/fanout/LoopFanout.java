package io.monorelay.fanout;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the log to the peers of one event loop, in <em>passes</em>: a pass turns what is new in the log into one
 * batch for each format, then gives each peer that batch with one write and one flush.
 *
 * <p>Pacing: a message after a quiet spell starts a pass at once. From then on the next pass waits for {@value
 * #PACE_FACTOR} times as long as the last one took, at most the flush interval, so that a busy relay sends more
 * messages with each flush, and one with few peers waits for hardly anything. After a pass with {@value
 * #FULL_PASS_MESSAGES} messages or more its own time counts as waiting.
 *
 * <p>A peer whose last batch has not gone out keeps its cursor and is passed over. Batches that somebody has yet to
 * take are kept within a budget of bytes; a peer whose next batch has to be let go reads on from the store, or is told
 * of the gap, or is closed, as the limits say.
 *
 * <p>A peer that was away is sent what it missed in a {@link Replay}, before it takes part.
 *
 * <p>Everything here belongs to the event loop.
 */
public final class LoopFanout {
    private static final Logger LOG = LoggerFactory.getLogger(LoopFanout.class);
    private static final int PACE_FACTOR = 8;

    /** So many messages are worth their flush: waiting for still more would hardly make them cheaper. */
    private static final int FULL_PASS_MESSAGES = 32;

    /** How long slow peers are left alone at least, however short the flush interval is. */
    private static final long MIN_RETRY_NANOS = 1_000_000;

    // fixed after construction
    private final EventLoop loop;
    private final MessageLog log;
    private final LogReader reader;
    private final LogReader.Sink sink = this::take;
    private final Runnable pass = this::pass;
    private final FanoutLimits limits;
    private final RelayMetrics metrics;
    private final LongSupplier nanoClock;
    private final BatchChain[] chains;
    private final Visits visits;
    private final Replays replays;
    private final Laggards laggards;
    private final @Nullable NodeKey streamed;

    // owned by the event loop
    private final ArrayList<Subscriber> subscribers = new ArrayList<>();
    private final Map<NodeKey, Subscriber> byKey = new HashMap<>();
    private long notBefore;
    private boolean batchIsFull;
    private boolean retryScheduled;

    /**
     * @param nanoClock elapsed time in nanoseconds, for pacing
     */
    public LoopFanout(
            EventLoop loop,
            FanoutSource source,
            ByteBufAllocator allocator,
            FanoutLimits limits,
            RelayMetrics metrics,
            LongSupplier nanoClock) {
        this.loop = loop;
        this.limits = limits;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        this.streamed = source.streamed();
        this.notBefore = nanoClock.getAsLong();
        FrameFormat[] formats = FrameFormat.values();
        chains = new BatchChain[formats.length];
        for (FrameFormat format : formats) {
            chains[format.ordinal()] = new BatchChain(format, allocator);
        }
        visits = new Visits(chains, this::position);
        replays = new Replays(loop, this, source, allocator, limits, metrics);
        laggards = new Laggards(limits, chains, subscribers, replays, this::leave, metrics);
        log = source.log();
        reader = log.addReader(loop, this::passWhenDue);
    }

    /** Lets the peer take part from the next message on. */
    public Subscriber join(Peer peer) {
        Subscriber subscriber = add(peer);
        chainOf(subscriber).subscribed();
        return subscriber;
    }

    /** Lets the peer take part from the next message on, and sends it before that what the store has for it. */
    public Subscriber joinReplaying(Peer peer, Resume resume) {
        Subscriber subscriber = add(peer);
        replays.start(subscriber, resume);
        return subscriber;
    }

    private Subscriber add(Peer peer) {
        assert loop.inEventLoop();
        Subscriber subscriber = new Subscriber(peer, subscribers.size());
        subscribers.add(subscriber);
        return subscriber;
    }

    /** Sends messages for that key to this subscriber, which has proven to hold it. */
    public void index(NodeKey key, Subscriber subscriber) {
        assert loop.inEventLoop();
        byKey.put(key, subscriber);
    }

    /** Takes that back. */
    public void unindex(NodeKey key, Subscriber subscriber) {
        assert loop.inEventLoop();
        byKey.remove(key, subscriber);
    }

    /** Takes a peer out; calling it again does nothing. */
    public void leave(Subscriber subscriber) {
        assert loop.inEventLoop();
        if (subscriber.left) {
            return;
        }
        subscriber.left = true;
        Subscriber last = subscribers.removeLast();
        if (last != subscriber) {
            subscribers.set(subscriber.index, last);
            last.index = subscriber.index;
        }
        if (subscriber.takesBatches()) {
            chainOf(subscriber).unsubscribed(subscriber);
        }
        Replay replay = subscriber.replay;
        if (replay != null) {
            replays.leave(replay);
        }
        NodeKey key = subscriber.peer.key();
        if (key != null) {
            unindex(key, subscriber);
        }
    }

    /** The position up to which messages were delivered; one that joins now gets all after it. */
    public long position() {
        assert loop.inEventLoop();
        return reader.position();
    }

    /** The position of the last message in the log: a peer that comes from another loop may have got all up to it there. */
    public long lastPosition() {
        return log.lastPosition();
    }

    /** How many peers take part. */
    public int size() {
        return subscribers.size();
    }

    /**
     * Sends the replies gathered for a peer: at once, or with the next pass when one is coming anyway.
     */
    public void flushReplies(Peer peer) {
        assert loop.inEventLoop();
        if (!peer.hasReplies() || !reader.isParked()) {
            return;
        }
        if (peer.isIdle()) {
            peer.writeReplies();
            peer.flush();
        } else {
            scheduleRetry();
        }
    }

    /** Lets go of all batches. Nothing may be called after it. */
    public void release() {
        for (BatchChain chain : chains) {
            chain.release();
        }
    }

    /** Always by way of the loop's queue, so that its channels get their turn however busy the log is. */
    private void passWhenDue() {
        long wait = notBefore - nanoClock.getAsLong();
        if (wait > 0) {
            loop.schedule(pass, wait, TimeUnit.NANOSECONDS);
        } else {
            loop.execute(pass);
        }
    }

    private void pass() {
        assert loop.inEventLoop();
        long start = nanoClock.getAsLong();
        long before = reader.position();
        batchIsFull = false;
        try {
            reader.read(sink);
            deliver();
        } finally {
            long end = nanoClock.getAsLong();
            long pause = Math.min((end - start) * PACE_FACTOR, limits.flushIntervalNanos());
            boolean full = reader.position() - before >= FULL_PASS_MESSAGES;
            notBefore = (full ? start : end) + pause;
            parkOrGoOn();
        }
    }

    private void parkOrGoOn() {
        if (batchIsFull) {
            loop.execute(pass);
        } else if (!reader.park()) {
            passWhenDue();
        }
    }

    private boolean take(FreshMessage message) {
        replays.passed(message);
        NodeKey receiver = message.message().receiver();
        if (receiver == null) {
            for (BatchChain chain : chains) {
                appendForAll(message, chain);
            }
            return !batchIsFull;
        }
        if (receiver.equals(streamed)) {
            appendForAll(message, chains[FrameFormat.EVENTS.ordinal()]);
        }
        appendForReceiver(message, receiver);
        return !batchIsFull;
    }

    private void appendForAll(FreshMessage message, BatchChain chain) {
        if (chain.subscribers() == 0) {
            return;
        }
        if (chain.format().carries(message.message().form())) {
            chain.append(message);
            batchIsFull |= chain.open().isFull(limits.maxBatchBytes());
        } else {
            metrics.drops().add(Drop.COMPACT_FORM_FOR_V1, chain.subscribers());
        }
    }

    private void appendForReceiver(FreshMessage message, NodeKey receiver) {
        Subscriber target = byKey.get(receiver);
        if (target == null || target.peer.is(message.origin()) || !target.takesBatches()) {
            return;
        }
        BatchChain chain = chainOf(target);
        if (chain.format().carries(message.message().form())) {
            chain.appendFor(target, message);
            batchIsFull |= chain.open().isFull(limits.maxBatchBytes());
        } else {
            metrics.drops().increment(Drop.COMPACT_FORM_FOR_V1);
        }
    }

    /** Gives every peer what it can take, then lets go of what all have taken. */
    private void deliver() {
        visits.start();
        for (BatchChain chain : chains) {
            chain.linkOpen();
        }
        // Backwards, so that one that leaves meanwhile moves only those that have had their turn.
        for (int i = subscribers.size() - 1; i >= 0; i--) {
            visitIsolated(subscribers.get(i));
        }
        for (BatchChain chain : chains) {
            chain.settle();
        }
        finishVisits();
        replays.delivered();
        laggards.enforceBudget();
    }

    private void finishVisits() {
        long delivered = visits.delivered();
        if (delivered != 0) {
            metrics.traffic().add(Traffic.DELIVERIES, delivered);
        }
        if (visits.someoneWaits()) {
            scheduleRetry();
        }
    }

    /** A failure with one peer, such as no memory left for its replies, is the end of that peer and of nothing else. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void visitIsolated(Subscriber subscriber) {
        try {
            visits.visit(subscriber);
        } catch (RuntimeException | OutOfMemoryError failure) {
            closeBroken(subscriber, failure);
        }
    }

    void closeBroken(Subscriber subscriber, Throwable failure) {
        LOG.error("closing {}", subscriber.peer, failure);
        metrics.faults().increment(Fault.INTERNAL);
        leave(subscriber);
        subscriber.peer.close(CloseCode.INTERNAL_ERROR, "a fault of the relay");
    }

    void scheduleRetry() {
        if (!retryScheduled) {
            retryScheduled = true;
            long wait = Math.max(limits.flushIntervalNanos(), MIN_RETRY_NANOS);
            loop.schedule(this::retry, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void retry() {
        retryScheduled = false;
        deliver();
    }

    // what the replays ask for

    /** The position up to which the batches that were given out have everything for that subscriber. */
    long endFor(Subscriber subscriber) {
        return Math.max(position(), chainOf(subscriber).lastAppended());
    }

    /** Whether no messages are gathered now that have not been given out. */
    boolean isBetweenBatches(Subscriber subscriber) {
        return chainOf(subscriber).open().isEmpty();
    }

    /** From now on batches are kept for a replaying subscriber; the first has what comes after the position returned. */
    long takeBatches(Subscriber subscriber) {
        chainOf(subscriber).subscribed();
        return endFor(subscriber);
    }

    /** The subscriber has everything before the first batch that is kept for it, and takes that. */
    void metLiveEnd(Subscriber subscriber) {
        subscriber.replay = null;
        BatchChain chain = chainOf(subscriber);
        // A batch that is still gathered is taken whole, with all others, and that is to come.
        if (subscriber.cursor != null && chain.open().isEmpty()) {
            visits.start();
            visitIsolated(subscriber);
            chain.releaseDone();
            finishVisits();
        }
    }

    void closeTooSlow(Subscriber subscriber) {
        laggards.close(subscriber);
    }

    void enforceBudget() {
        laggards.enforceBudget();
    }

    /** How many bytes slow peers occupy. */
    long totalBytes() {
        return laggards.bytes();
    }

    private BatchChain chainOf(Subscriber subscriber) {
        return chains[subscriber.peer.format().ordinal()];
    }
}
