package io.monorelay.server.channel;

import io.monorelay.peer.Connection;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the WebSockets and event streams of one event loop with one timer for all, and closes them when the relay ends.
 * Owned by that loop.
 */
public final class Liveness {
    /** A connection that is told of every second. It keeps its own place, so that thousands of them cost no index. */
    public interface Watched extends Connection {
        /** The place of one that is not watched. */
        int NOWHERE = -1;

        /** Called once a second. */
        void onSecond();

        /** What {@link #moveTo} said last, at first {@link #NOWHERE}. */
        int place();

        /** Remembers where it is. */
        void moveTo(int place);

        /** Tells the other side that it should go elsewhere; returns whether there is a way to tell it. */
        boolean askToMove(Inbound.Drain drain);

        /**
         * Takes nothing more from the other side, and closes as {@link #close} does once it has the receipts of what was
         * taken before.
         */
        void dismiss(CloseCode code, String reason);
    }

    private final EventLoop loop;
    private final ArrayList<Watched> connections = new ArrayList<>();
    private @Nullable Runnable whenGone;
    private @Nullable Departures departures;

    public Liveness(EventLoop loop) {
        this.loop = loop;
        loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    public void add(Watched connection) {
        assert loop.inEventLoop();
        connection.moveTo(connections.size());
        connections.add(connection);
        if (departures != null) {
            departures.add(connection);
        }
    }

    /** Takes a connection out; calling it again does nothing. */
    public void remove(Watched connection) {
        assert loop.inEventLoop();
        int index = connection.place();
        if (index == Watched.NOWHERE) {
            return;
        }
        connection.moveTo(Watched.NOWHERE);
        Watched last = connections.removeLast();
        if (index < connections.size()) {
            connections.set(index, last);
            last.moveTo(index);
        }
        tellWhenGone();
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
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).onSecond();
        }
    }
}
