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
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ReplyEncoder;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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
 * take are kept within a budget of bytes; a peer whose next batch has to be let go is told of the gap, where its
 * format can say so, and is closed where not.
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
    private final LogReader reader;
    private final LogReader.Sink sink = this::take;
    private final Runnable pass = this::pass;
    private final FanoutLimits limits;
    private final RelayMetrics metrics;
    private final LongSupplier nanoClock;
    private final BatchChain[] chains;
    private final Laggards laggards;

    // owned by the event loop
    private final ArrayList<Subscriber> subscribers = new ArrayList<>();
    private final Map<NodeKey, Subscriber> byKey = new HashMap<>();
    private long notBefore;
    private boolean batchIsFull;
    private boolean someoneWaits;
    private boolean retryScheduled;
    private long delivered;

    /**
     * @param nanoClock elapsed time in nanoseconds, for pacing
     */
    public LoopFanout(
            EventLoop loop,
            MessageLog log,
            ByteBufAllocator allocator,
            FanoutLimits limits,
            RelayMetrics metrics,
            LongSupplier nanoClock) {
        this.loop = loop;
        this.limits = limits;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        this.notBefore = nanoClock.getAsLong();
        FrameFormat[] formats = FrameFormat.values();
        chains = new BatchChain[formats.length];
        for (FrameFormat format : formats) {
            chains[format.ordinal()] = new BatchChain(format, allocator);
        }
        laggards = new Laggards(limits.laggardBytes(), chains, subscribers, this::leave, metrics);
        reader = log.addReader(loop, this::passWhenDue);
    }

    /** Lets the peer take part from the next message on. */
    public Subscriber join(Peer peer) {
        assert loop.inEventLoop();
        Subscriber subscriber = new Subscriber(peer, subscribers.size());
        subscribers.add(subscriber);
        chainOf(subscriber).subscribed();
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
        chainOf(subscriber).unsubscribed(subscriber);
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
        NodeKey receiver = message.message().receiver();
        if (receiver == null) {
            appendForAll(message);
        } else {
            appendForReceiver(message, receiver);
        }
        return !batchIsFull;
    }

    private void appendForAll(FreshMessage message) {
        for (BatchChain chain : chains) {
            if (chain.subscribers() == 0) {
                continue;
            }
            if (chain.format().carries(message.message().form())) {
                chain.append(message);
                batchIsFull |= chain.open().isFull(limits.maxBatchBytes());
            } else {
                metrics.drops().add(Drop.COMPACT_FORM_FOR_V1, chain.subscribers());
            }
        }
    }

    private void appendForReceiver(FreshMessage message, NodeKey receiver) {
        Subscriber target = byKey.get(receiver);
        if (target == null || target.peer.is(message.origin())) {
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
        delivered = 0;
        someoneWaits = false;
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
        laggards.enforceBudget();
        if (delivered != 0) {
            metrics.traffic().add(Traffic.DELIVERIES, delivered);
        }
        if (someoneWaits) {
            scheduleRetry();
        }
    }

    /** A failure with one peer, such as no memory left for its replies, is the end of that peer and of nothing else. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void visitIsolated(Subscriber subscriber) {
        try {
            visit(subscriber);
        } catch (RuntimeException | OutOfMemoryError failure) {
            LOG.error("closing {}", subscriber.peer, failure);
            metrics.faults().increment(Fault.INTERNAL);
            leave(subscriber);
            subscriber.peer.close(CloseCode.INTERNAL_ERROR, "a fault of the relay");
        }
    }

    private void visit(Subscriber subscriber) {
        BatchChain chain = chainOf(subscriber);
        Batch open = chain.open();
        Peer peer = subscriber.peer;
        if (subscriber.gapFrom != 0) {
            visitSkipping(subscriber, open);
            return;
        }
        if (subscriber.cursor == null && !open.isEmpty() && subscriber.lastTaken != open.sequence) {
            chain.moveTo(subscriber, open);
        }
        if (subscriber.cursor == null && !peer.hasReplies()) {
            return;
        }
        if (!peer.isIdle()) {
            someoneWaits = true;
            return;
        }
        peer.writeReplies();
        takeNext(subscriber, chain);
        peer.flush();
        catchUp(subscriber, chain);
    }

    private void catchUp(Subscriber subscriber, BatchChain chain) {
        while (subscriber.cursor != null && subscriber.peer.isIdle()) {
            takeNext(subscriber, chain);
            subscriber.peer.flush();
        }
        someoneWaits |= subscriber.cursor != null;
    }

    private void takeNext(Subscriber subscriber, BatchChain chain) {
        Batch batch = subscriber.cursor;
        if (batch == null) {
            return;
        }
        if (subscriber.peer.lastPublished() < batch.first() && subscriber.lastAddressed < batch.first()) {
            writeWhole(batch, subscriber.peer);
        } else {
            writeAround(batch, subscriber);
        }
        subscriber.lastTaken = batch.sequence;
        chain.moveTo(subscriber, batch.next);
    }

    private void writeWhole(Batch batch, Peer peer) {
        if (batch.count() > 0) {
            peer.write(batch.frames.retainedDuplicate());
            delivered += batch.count();
        }
    }

    /** Writes the batch without the subscriber's own messages, and with those that are for it alone. */
    private void writeAround(Batch batch, Subscriber subscriber) {
        int from = 0;
        for (Batch.Addressed entry : batch.addressed()) {
            if (entry.target() == subscriber) {
                writeFrames(batch, from, entry.beforeFrame(), subscriber.peer);
                from = entry.beforeFrame();
                subscriber.peer.write(entry.frame().retainedDuplicate());
                delivered++;
            }
        }
        writeFrames(batch, from, batch.count(), subscriber.peer);
    }

    private void writeFrames(Batch batch, int from, int to, Peer peer) {
        int start = from;
        for (int frame = from; frame < to; frame++) {
            if (batch.isFrom(frame, peer)) {
                writeSlice(batch, start, frame, peer);
                start = frame + 1;
            }
        }
        writeSlice(batch, start, to, peer);
    }

    private void writeSlice(Batch batch, int from, int to, Peer peer) {
        if (from < to) {
            int start = batch.start(from);
            peer.write(batch.frames.retainedSlice(start, batch.end(to - 1) - start));
            delivered += to - from;
        }
    }

    private void visitSkipping(Subscriber subscriber, Batch open) {
        Peer peer = subscriber.peer;
        if (!peer.isIdle()) {
            someoneWaits = true;
            return;
        }
        long to = open.isEmpty() ? reader.position() : open.first() - 1;
        peer.reply(ReplyEncoder.gap(new Inbound.Gap(subscriber.gapFrom, to, "slow")));
        subscriber.gapFrom = 0;
        visit(subscriber);
    }

    private void scheduleRetry() {
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

    /** How many bytes slow peers occupy. */
    long totalBytes() {
        return laggards.bytes();
    }

    private BatchChain chainOf(Subscriber subscriber) {
        return chains[subscriber.peer.format().ordinal()];
    }
}
