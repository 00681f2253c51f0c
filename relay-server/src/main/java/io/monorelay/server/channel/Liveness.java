package io.monorelay.server.channel;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop. Its WebSockets and event streams are watched with one timer for all, and closed when
 * the relay ends. Owned by that loop.
 */
public final class Liveness {
    /**
     * Where the loop, or the whole process, has stood still, the seconds that were missed come all at once, before what
     * has come meanwhile is read: they are no silence of the other side.
     */
    private static final long SHORTEST_SECOND_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** A connection that is told of every second. */
    public interface Watched extends Live {
        /** Called once a second in which the relay has been running. */
        void onSecond();

        /** Tells the other side that it should go elsewhere; returns whether there is a way to tell it. */
        boolean askToMove(Inbound.Drain drain);

        /**
         * Takes nothing more from the other side, and closes as {@link #close} does once it has the receipts of what was
         * taken before.
         */
        void dismiss(CloseCode code, String reason);
    }

    private final EventLoop loop;
    private final HeldMemory memory;
    private final Places<Watched> connections = new Places<>();
    private final Places<Live> requests = new Places<>();
    private @Nullable Runnable whenGone;
    private @Nullable Departures departures;
    private long lastTickNanos;

    /** Of a loop whose connections may hold what they like. */
    public Liveness(EventLoop loop) {
        this(loop, new HeldMemory(loop, MemoryBudget.unlimited(), () -> 0));
    }

    /** @param memory of the same loop */
    public Liveness(EventLoop loop, HeldMemory memory) {
        this.loop = loop;
        this.memory = memory;
        lastTickNanos = loop.ticker().nanoTime();
        loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** The loop that owns this. Any thread. */
    public EventLoop loop() {
        return loop;
    }

    /** What the connections of the loop hold. */
    public HeldMemory memory() {
        return memory;
    }

    public void add(Watched connection) {
        assert loop.inEventLoop();
        connections.add(connection);
        if (departures != null) {
            departures.add(connection);
        }
    }

    /** Takes a connection out; calling it again does nothing. */
    public void remove(Watched connection) {
        assert loop.inEventLoop();
        if (connections.remove(connection)) {
            tellWhenGone();
        }
    }

    /** Adds a connection that is no more than listed: it has its own deadlines, and ends with its loop. */
    public void addRequests(Live connection) {
        assert loop.inEventLoop();
        requests.add(connection);
    }

    /** Takes out what {@link #addRequests} has added; calling it again does nothing. */
    public void removeRequests(Live connection) {
        assert loop.inEventLoop();
        requests.remove(connection);
    }

    /** Shows every connection of this loop; each may be closed as it is shown. */
    public void forEach(Consumer<Live> viewer) {
        assert loop.inEventLoop();
        for (int i = connections.size() - 1; i >= 0; i--) {
            viewer.accept(connections.get(i));
        }
        for (int i = requests.size() - 1; i >= 0; i--) {
            viewer.accept(requests.get(i));
        }
    }

    /**
     * Closes every connection that is watched.
     *
     * @param gone run on this loop, once, when none is left
     */
    public void closeAll(CloseCode code, String reason, Runnable gone) {
        assert loop.inEventLoop();
        tell(gone);
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).close(code, reason);
        }
        tellWhenGone();
    }

    /**
     * Tells every connection that is watched to go elsewhere, and those that do not go by themselves are dismissed within
     * that time, each at a moment of its own; also those that come meanwhile.
     *
     * @param gone run on this loop, once, when none is left
     */
    public void disperse(Inbound.Drain drain, Runnable gone) {
        assert loop.inEventLoop();
        tell(gone);
        Departures begun = new Departures(loop, drain);
        for (int i = connections.size() - 1; i >= 0; i--) {
            begun.add(connections.get(i));
        }
        departures = begun;
        tellWhenGone();
    }

    private void tell(Runnable gone) {
        Runnable before = whenGone;
        whenGone = before == null
                ? gone
                : () -> {
                    before.run();
                    gone.run();
                };
    }

    private void tellWhenGone() {
        Runnable gone = whenGone;
        if (gone != null && connections.isEmpty()) {
            whenGone = null;
            gone.run();
        }
    }

    private void tick() {
        long now = loop.ticker().nanoTime();
        if (now - lastTickNanos < SHORTEST_SECOND_NANOS) {
            return;
        }
        lastTickNanos = now;
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).onSecond();
        }
    }
}
