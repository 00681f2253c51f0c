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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the log to the peers of one event loop. What is new in the log becomes frames in batches, one chain of them
 * for each format; a peer is a cursor in a chain, and is given what comes after it with one flush.
 *
 * <p>Turns: the peers are divided into cohorts. In a turn of the loop one cohort is visited, so that sockets are read
 * between one turn and the next, however many peers there are. Each turn first takes what is new in the log, so that
 * nobody's messages are older than the time since its last flush.
 *
 * <p>Pacing: a message after a quiet spell starts a turn for all at once. From then on a cohort's turn comes again when
 * its {@link Pace} says so.
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

    /**
     * A turn that would be due within this part of its period follows at once on another one: together they find the
     * readers of their sockets awake.
     */
    private static final int EARLY_FRACTION = 4;

    /** How often slow peers are looked at, at most and at least. */
    private static final long MIN_RETRY_NANOS = 1_000_000;

    private static final long MAX_RETRY_NANOS = 8_000_000;

    // fixed after construction
    private final EventLoop loop;
    private final MessageLog log;
    private final LogReader reader;
    private final LogReader.Sink sink = this::take;
    private final Runnable turn = this::turn;
    private final Runnable retry = this::retry;
    private final FanoutLimits limits;
    private final Pace pace;
    private final RelayMetrics metrics;
    private final LongSupplier nanoClock;
    private final BatchChain[] chains;
    private final Cohorts cohorts;
    private final Visits visits;
    private final Replays replays;
    private final Laggards laggards;
    private final @Nullable NodeKey streamed;

    // owned by the event loop
    private final Map<NodeKey, Subscriber> byKey = new HashMap<>();
    private int size;
    private long gatheredBytes;
    private long gatherToBytes;
    private long gatherToPosition;
    private boolean isBehind;
    private boolean follows;
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
        this.pace = new Pace(limits.flushIntervalNanos());
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        this.streamed = source.streamed();
        log = source.log();
        FrameFormat[] formats = FrameFormat.values();
        chains = new BatchChain[formats.length];
        for (FrameFormat format : formats) {
            MessageFrames writer = new MessageFrames(format, limits.compression());
            chains[format.ordinal()] = new BatchChain(writer, allocator, limits.batchBytes(), log.fates());
        }
        cohorts = new Cohorts(limits.turnPeers());
        visits = new Visits(chains, limits.batchBytes());
        replays = new Replays(loop, this, source, allocator, limits, metrics);
        laggards = new Laggards(limits, chains, cohorts, replays, this::leave, metrics);
        reader = log.addReader(loop, this::turnWhenDue);
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
        Cohort cohort = cohorts.withPlace(nanoClock.getAsLong());
        if (cohort.isEmpty()) {
            cohort.given(position(), gatheredBytes);
        }
        Subscriber subscriber = new Subscriber(peer, cohort, position());
        cohort.add(subscriber);
        size++;
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
        subscriber.cohort.remove(subscriber);
        size--;
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

    /** The position up to which messages were taken from the log; one that joins now gets all after it. */
    public long position() {
        assert loop.inEventLoop();
        return reader.position();
    }

    /** The position of the last message in the log: a peer that comes from another loop may have got all up to it there. */
    public long lastPosition() {
        return log.lastPosition();
    }

    /** How many messages of the log are to be taken yet. Any thread. */
    public long lag() {
        return log.lastPosition() - reader.position();
    }

    /** How many peers take part. */
    public int size() {
        return size;
    }

    /**
     * Sends the replies gathered for a peer: at once, or with its next turn when one is coming anyway.
     */
    public void flushReplies(Subscriber subscriber) {
        assert loop.inEventLoop();
        Peer peer = subscriber.peer;
        if (!peer.hasReplies()) {
            return;
        }
        if (!reader.isParked()) {
            subscriber.cohort.hasNews = true;
        } else if (peer.isIdle()) {
            peer.writeReplies();
            peer.flush();
            peer.noteUntaken();
        } else {
            retry(subscriber);
        }
    }

    /** Passes on to the account of messages how many were sent each so far. */
    public void account() {
        assert loop.inEventLoop();
        for (BatchChain chain : chains) {
            chain.account();
        }
    }

    /** How many bytes of messages there were up to the position where it is. */
    public long bytesPassed() {
        assert loop.inEventLoop();
        return gatheredBytes;
    }

    /** Lets go of all batches. Nothing may be called after it. */
    public void release() {
        for (BatchChain chain : chains) {
            chain.release();
        }
    }

    /** Always by way of the loop's queue, so that its channels get their turn however busy the log is. */
    private void turnWhenDue() {
        long wait = cohorts.untilFirstTurn(nanoClock.getAsLong());
        if (wait > 0) {
            loop.schedule(turn, wait, TimeUnit.NANOSECONDS);
        } else {
            loop.execute(turn);
        }
    }

    private void turn() {
        assert loop.inEventLoop();
        boolean followed = follows;
        follows = false;
        try {
            gather();
            Cohort next = cohorts.mostUrgent();
            if (next == null) {
                letGoOfGiven();
            } else if (followed || waitOf(next) <= 0) {
                follows = true;
                deliver(next);
            }
        } finally {
            parkOrGoOn();
        }
    }

    private void parkOrGoOn() {
        Cohort next = cohorts.mostUrgent();
        follows = follows && next != null && waitOf(next) <= next.period / EARLY_FRACTION;
        if (next != null) {
            // Scheduled also when it is due, for the loop sees to its sockets before what is scheduled.
            loop.schedule(turn, follows ? 0 : Math.max(waitOf(next), 0), TimeUnit.NANOSECONDS);
        } else if (isBehind) {
            loop.schedule(turn, 0, TimeUnit.NANOSECONDS);
        } else if (!reader.park()) {
            turnWhenDue();
        }
    }

    private long waitOf(Cohort cohort) {
        return isFull() ? 0 : cohort.dueAt - nanoClock.getAsLong();
    }

    /** Whether no more is taken from the log until those who keep up were given what was. */
    private boolean isFull() {
        return gatheredBytes - cohorts.givenBytes(gatheredBytes) >= limits.maxBatchBytes()
                || position() - cohorts.givenThrough(position()) >= Batch.MAX_MESSAGES;
    }

    /** Takes what is new in the log. */
    private void gather() {
        if (isFull()) {
            return;
        }
        gatherToBytes = cohorts.givenBytes(gatheredBytes) + limits.maxBatchBytes();
        gatherToPosition = cohorts.givenThrough(position()) + Batch.MAX_MESSAGES;
        isBehind = false;
        if (reader.read(sink)) {
            cohorts.haveNews();
        }
    }

    private boolean take(FreshMessage message) {
        replays.passed(message);
        NodeKey receiver = message.message().receiver();
        if (receiver == null) {
            for (BatchChain chain : chains) {
                appendForAll(message, chain);
            }
        } else {
            if (receiver.equals(streamed)) {
                appendForAll(message, chains[FrameFormat.EVENTS.ordinal()]);
            }
            appendForReceiver(message, receiver);
        }
        gatheredBytes += message.message().membersLength();
        isBehind = gatheredBytes >= gatherToBytes || message.position() >= gatherToPosition;
        return !isBehind;
    }

    private void appendForAll(FreshMessage message, BatchChain chain) {
        if (chain.subscribers() == 0) {
            return;
        }
        if (chain.format().carries(message.message().form())) {
            chain.append(message);
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
        } else {
            metrics.drops().increment(Drop.COMPACT_FORM_FOR_V1);
        }
    }

    /** Gives every peer of a cohort what it can take, then lets go of what all have taken. */
    private void deliver(Cohort cohort) {
        long start = nanoClock.getAsLong();
        long messages = position() - cohort.givenThrough();
        long bytes = gatheredBytes - cohort.givenBytes();
        cohort.hasNews = false;
        cohort.someoneWaits = false;
        visits.startTurn(cohort, position());
        visitAll(cohort);
        cohort.given(position(), gatheredBytes);
        letGoOfGiven();
        finishVisits(cohort);
        replays.delivered();
        laggards.enforceBudget();
        cohort.period = pace.period((nanoClock.getAsLong() - start) * cohorts.count(), messages, bytes);
        cohort.dueAt = start + cohort.period;
    }

    private void letGoOfGiven() {
        long givenToAll = cohorts.givenThrough(position());
        for (BatchChain chain : chains) {
            chain.settle(givenToAll);
        }
    }

    private void visitAll(Cohort cohort) {
        // Backwards, so that one that leaves meanwhile moves only those that have been visited.
        for (int i = cohort.size() - 1; i >= 0; i--) {
            visitIsolated(cohort.subscriber(i));
        }
    }

    private void finishVisits(Cohort cohort) {
        long delivered = visits.delivered();
        if (delivered != 0) {
            metrics.traffic().add(Traffic.DELIVERIES, delivered);
        }
        if (visits.someoneWaits()) {
            cohort.someoneWaits = true;
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

    /** Looks after a while whether that subscriber can go on. */
    void retry(Subscriber subscriber) {
        subscriber.cohort.someoneWaits = true;
        scheduleRetry();
    }

    private void scheduleRetry() {
        if (!retryScheduled) {
            retryScheduled = true;
            long wait = Math.clamp(limits.flushIntervalNanos(), MIN_RETRY_NANOS, MAX_RETRY_NANOS);
            loop.schedule(retry, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void retry() {
        retryScheduled = false;
        for (Cohort cohort : cohorts) {
            if (cohort.someoneWaits) {
                cohort.someoneWaits = false;
                visits.startRound(position());
                visitAll(cohort);
                finishVisits(cohort);
            }
        }
        for (BatchChain chain : chains) {
            chain.releaseDone();
        }
        laggards.enforceBudget();
    }

    // what the replays ask for

    /** The position up to which the batches that were given out have everything for that subscriber. */
    long endFor(Subscriber subscriber) {
        return Math.max(position(), chainOf(subscriber).lastAppended());
    }

    /** From now on batches are kept for a replaying subscriber; the first has what comes after the position returned. */
    long takeBatches(Subscriber subscriber) {
        chainOf(subscriber).subscribed();
        subscriber.through = endFor(subscriber);
        return subscriber.through;
    }

    /** The subscriber has everything before the first batch that is kept for it, and takes that. */
    void metLiveEnd(Subscriber subscriber) {
        subscriber.replay = null;
        if (subscriber.cursor != null) {
            visits.startRound(position());
            visitIsolated(subscriber);
            chainOf(subscriber).releaseDone();
            finishVisits(subscriber.cohort);
            laggards.enforceBudget();
        }
    }

    void closeTooSlow(Subscriber subscriber) {
        laggards.close(subscriber);
    }

    void enforceBudget() {
        laggards.enforceBudget();
    }

    /** How many bytes are kept that slow peers share. */
    public long sharedBytes() {
        assert loop.inEventLoop();
        return laggards.bytes() - replays.bytes();
    }

    /** How many bytes slow peers occupy. */
    long totalBytes() {
        return laggards.bytes();
    }

    private BatchChain chainOf(Subscriber subscriber) {
        return chains[subscriber.peer.format().ordinal()];
    }
}
