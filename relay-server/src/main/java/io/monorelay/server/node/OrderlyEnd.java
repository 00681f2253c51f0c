package io.monorelay.server.node;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.relay.MessagePath;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.config.DrainSettings;
import io.monorelay.server.http.Readiness;
import io.monorelay.server.link.Links;
import io.monorelay.server.ws.LoopContext;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node ends: what it has accepted is stored and acknowledged, its peers are told, and what it is made of is closed
 * from the outside to the inside. Any thread that may block; every step is bounded in time.
 */
final class OrderlyEnd {
    private static final Logger LOG = LoggerFactory.getLogger(OrderlyEnd.class);

    /** What the store has to answer within when the relay stops. */
    private static final Duration SETTLE_GRACE = Duration.ofSeconds(3);

    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

    /**
     * What ends.
     *
     * @param loops filled with all event loops before the node serves
     * @param admin closed late, so that the end can be watched; null where there is none
     */
    record Parts(
            Readiness readiness,
            Channel listener,
            Outward outward,
            Links links,
            MessagePath path,
            EventLoopGroup group,
            Map<EventLoop, LoopContext> loops,
            KeptLog kept,
            AccessRules access,
            @Nullable AdminPort admin) {}

    private final Parts parts;
    private volatile DrainSettings settings;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    OrderlyEnd(DrainSettings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
    }

    /** Lets the peers go within the time that the settings give them, then closes. Returns when all has ended. */
    @MayBlock
    void drain() throws InterruptedException {
        if (!draining.compareAndSet(false, true)) {
            ended.await();
            return;
        }
        DrainSettings now = settings;
        LOG.info(
                "draining within {} ms", now.readinessDelay().plus(now.period()).toMillis());
        parts.readiness().notReady(Readiness.Reason.DRAINING);
        if (!ended.await(now.readinessDelay().toMillis(), TimeUnit.MILLISECONDS)) {
            listenNoMore();
            disperse(now);
        }
        close();
        ended.await();
    }

    /** From now on peers would be let go so. */
    void letPeersGoAs(DrainSettings wanted) {
        settings = wanted;
    }

    private void disperse(DrainSettings now) {
        Inbound.Drain drain = new Inbound.Drain(
                now.period().toMillis(),
                now.alternatives().stream().map(URI::toString).toList());
        onEachLoop(
                now.period().plus(CLOSE_GRACE),
                (context, done) -> context.liveness().disperse(drain, done));
    }

    /** Closes at once, unless that has begun already. */
    @MayBlock
    void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try {
            closeAll();
        } finally {
            ended.countDown();
        }
    }

    private void closeAll() {
        parts.readiness().notReady(Readiness.Reason.STOPPING);
        listenNoMore();
        parts.outward().close();
        hangUp();
        settle();
        sayGoodbye();
        closeLoops(parts.group(), parts.loops());
        AdminPort admin = parts.admin();
        if (admin != null) {
            admin.close();
        }
        parts.kept().close();
        parts.access().close();
    }

    /** Returns when the node has ended. */
    @MayBlock
    void await() throws InterruptedException {
        ended.await();
    }

    @MayBlock
    private void listenNoMore() {
        parts.listener().close().awaitUninterruptibly(CLOSE_GRACE.toMillis());
    }

    /** Nothing more is accepted, and what was is stored and answered. */
    private void settle() {
        MessagePath path = parts.path();
        path.close();
        // Whatever a loop was publishing at that moment has its position now.
        onEachLoop(SETTLE_GRACE, (context, done) -> done.run());
        long last = path.lastPosition();
        onEachLoop(SETTLE_GRACE, (context, done) -> context.commits().await(last, done::run));
    }

    @MayBlock
    private void hangUp() {
        try {
            parts.links().close().toCompletableFuture().get(CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException lateOnes) {
            LOG.debug("links are cut off: {}", lateOnes.toString());
        }
    }

    /** An event loop that shuts down drops its connections at once, so the peers are told before. */
    private void sayGoodbye() {
        onEachLoop(
                CLOSE_GRACE,
                (context, done) -> context.liveness().closeAll(CloseCode.GOING_AWAY, "the relay is going away", done));
    }

    /** What a loop does, which may take a while: it says when it is done. */
    private interface LoopTask {
        void run(LoopContext context, Runnable done);
    }

    /** Returns when all loops have done it, or have had their time for it. */
    @MayBlock
    private void onEachLoop(Duration patience, LoopTask task) {
        CountDownLatch busy = new CountDownLatch(parts.loops().size());
        parts.loops().forEach((loop, context) -> {
            try {
                loop.execute(() -> task.run(context, busy::countDown));
            } catch (RejectedExecutionException closedMeanwhile) {
                busy.countDown();
            }
        });
        try {
            // What is left by then is cut off, and whoever asked for the haste finds its interrupt.
            busy.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the event loops, also those of a node that could not be started. */
    @MayBlock
    static void closeLoops(EventLoopGroup group, Map<EventLoop, LoopContext> loops) {
        group.shutdownGracefully(CLOSE_GRACE.toMillis() / 10, CLOSE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_DEADLINE.toMillis());
        loops.values().forEach(context -> context.fanout().release());
    }
}
