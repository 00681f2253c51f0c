package io.monorelay.fanout;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Page;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replays of one event loop: asks the store for their pages, sends these, and tells each replay when it can go on.
 * Owned by the loop; what it asks of the store is asked on other threads.
 */
final class Replays {
    static final int MAX_PAGE_MESSAGES = 1024;
    static final long FIRST_BACK_OFF_MILLIS = 100;
    static final long MAX_BACK_OFF_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    // fixed after construction
    private final EventLoop loop;
    private final LoopFanout fanout;
    private final FanoutSource source;
    private final PageTurns turns;
    private final PageWriter writer;
    private final RelayMetrics metrics;
    private final int pageBytes;

    // owned by the event loop
    private final Map<Origin, Replay> byOrigin = new HashMap<>();
    private final List<Replay> afterDelivery = new ArrayList<>(0);

    Replays(
            EventLoop loop,
            LoopFanout fanout,
            FanoutSource source,
            ByteBufAllocator allocator,
            FanoutLimits limits,
            RelayMetrics metrics) {
        this.loop = loop;
        this.fanout = fanout;
        this.source = source;
        this.metrics = metrics;
        writer = new PageWriter(allocator, metrics, source.log().fates());
        pageBytes = limits.pageBytes();
        turns = new PageTurns(loop, limits, this::ask, fanout::closeTooSlow);
    }

    /** Lets a new subscriber, which takes no batches yet, have what it missed. */
    void start(Subscriber subscriber, Resume resume) {
        metrics.traffic().increment(Traffic.REPLAYS_STARTED);
        begin(new Replay(this, subscriber, resume, fanout.endFor(subscriber)));
    }

    /**
     * Lets a subscriber have from the store what it has not taken; it takes no more batches for now.
     *
     * @param batch the one that it was to go on with
     */
    void fellOff(Subscriber subscriber, Batch batch) {
        metrics.traffic().increment(Traffic.SLOW_PEERS_FALLEN_BEHIND);
        long has = subscriber.through;
        Replay replay = new Replay(this, subscriber, new Resume(has, Selection.BROADCASTS), has);
        for (Batch next = batch; next != null; next = next.next) {
            next.eachFrom(subscriber.peer, has, replay::published);
        }
        begin(replay);
    }

    private void begin(Replay replay) {
        replay.subscriber().replay = replay;
        byOrigin.put(replay.peer(), replay);
        replay.startWhenIdle();
        if (replay.stillWaitsForPeer()) {
            fanout.retry(replay.subscriber());
        }
    }

    void leave(Replay replay) {
        byOrigin.remove(replay.peer(), replay);
        afterDelivery.remove(replay);
        turns.leave(replay);
    }

    /** The fan-out has come by that message. */
    void passed(FreshMessage message) {
        if (byOrigin.isEmpty()) {
            return;
        }
        Replay replay = byOrigin.get(message.origin());
        if (replay != null) {
            replay.published(message.position());
        }
    }

    /** The fan-out has come further. */
    void delivered() {
        if (afterDelivery.isEmpty()) {
            return;
        }
        List<Replay> now = List.copyOf(afterDelivery);
        afterDelivery.clear();
        now.forEach(Replay::goOn);
    }

    /** How many bytes of pages are on their way to peers. */
    long bytes() {
        return turns.bytes();
    }

    // what a replay asks for

    void queueUp(Replay replay) {
        turns.queueUp(replay);
    }

    void awaitDurable(long position, Replay replay) {
        source.commits().await(position, replay::goOn);
    }

    void goOnAfterDelivery(Replay replay) {
        afterDelivery.add(replay);
    }

    long takeBatches(Replay replay) {
        return fanout.takeBatches(replay.subscriber());
    }

    long lastPosition() {
        return fanout.lastPosition();
    }

    long passedThrough() {
        return fanout.position();
    }

    long durableThrough() {
        return source.mark().position();
    }

    /** Up to where a far peer is sent what the store has: the fan-out has been there, and knows whose messages these are. */
    long readableThrough() {
        return Math.min(source.mark().position(), fanout.position());
    }

    /** The peer has everything before the first batch that is kept for it, if there is any. */
    void finish(Replay replay) {
        if (replay.subscriber().cursor == null) {
            meetLiveEnd(replay);
        } else {
            // Not from within whatever has told of it, which may be a visit of this very peer or of another.
            loop.execute(() -> takeKept(replay));
        }
    }

    private void takeKept(Replay replay) {
        if (!replay.isHeld()) {
            replay.goOn();
        } else if (!replay.subscriber().left) {
            meetLiveEnd(replay);
        }
    }

    private void meetLiveEnd(Replay replay) {
        byOrigin.remove(replay.peer(), replay);
        metrics.traffic().increment(Traffic.REPLAYS_FINISHED);
        fanout.metLiveEnd(replay.subscriber());
    }

    /** Asks for the next page, if there is one to ask for. */
    private boolean ask(Replay replay) {
        HistoryQuery query = replay.nextQuery(MAX_PAGE_MESSAGES, pageBytes);
        if (query == null) {
            replay.goOn();
            return false;
        }
        long wait = replay.peer().payForPage();
        if (wait != 0) {
            metrics.traffic().increment(Traffic.PAGES_POSTPONED);
            loop.schedule(replay::goOn, Math.min(wait, MAX_BACK_OFF_MILLIS), TimeUnit.MILLISECONDS);
            return false;
        }
        source.readers().ask(store -> store.read(query), loop, new PageAnswer(replay));
        return true;
    }

    private final class PageAnswer implements StoreReaders.Answer<Page> {
        private final Replay replay;

        PageAnswer(Replay replay) {
            this.replay = replay;
        }

        /** A failure with one peer, such as no memory left for its page, is the end of that peer and of nothing else. */
        @Override
        @SuppressWarnings("checkstyle:IllegalCatch")
        public void onAnswer(Page page) {
            turns.answered();
            if (!replay.subscriber().left) {
                try {
                    send(page, replay);
                } catch (RuntimeException | OutOfMemoryError failure) {
                    fanout.closeBroken(replay.subscriber(), failure);
                }
            }
            turns.giveOut();
        }

        @Override
        public void onFailure(StoreException failure) {
            turns.answered();
            LOG.debug("no history for {}", replay.peer(), failure);
            long wait = FIRST_BACK_OFF_MILLIS << Math.min(replay.failures(), 10);
            replay.failed();
            loop.schedule(replay::goOn, Math.min(wait, MAX_BACK_OFF_MILLIS), TimeUnit.MILLISECONDS);
            turns.giveOut();
        }
    }

    private void send(Page page, Replay replay) {
        if (replay.lastMissing(page) >= replay.first()) {
            metrics.drops().increment(Drop.REMOVED_BEFORE_REPLAY);
            if (!replay.peer().format().canStateGaps()) {
                fanout.closeTooSlow(replay.subscriber());
                return;
            }
        }
        ByteBuf frames = writer.write(page, replay);
        replay.movedTo(page.next());
        if (frames == null) {
            replay.goOn();
        } else {
            write(frames, replay);
        }
    }

    private void write(ByteBuf frames, Replay replay) {
        int bytes = frames.capacity();
        turns.sent(replay, bytes);
        // What it took before is not what it stalls on, if it does.
        replay.subscriber().lastTaken = -1;
        replay.peer().writeReplies();
        replay.peer().writeAndFlush(frames, written -> {
            turns.gone(replay, bytes);
            replay.goOn();
        });
        fanout.enforceBudget();
    }
}
