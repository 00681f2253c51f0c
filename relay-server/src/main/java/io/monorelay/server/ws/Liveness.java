package io.monorelay.server.ws;

import io.monorelay.protocol.CloseCode;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the WebSockets of one event loop with one timer for all: pings, and closes those that are silent. Owned by
 * that loop.
 */
public final class Liveness {
    private final EventLoop loop;
    private final ArrayList<WebSocketHandler> connections = new ArrayList<>();
    private @Nullable Runnable whenGone;

    public Liveness(EventLoop loop) {
        this.loop = loop;
        loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    void add(WebSocketHandler connection) {
        assert loop.inEventLoop();
        connection.livenessIndex = connections.size();
        connections.add(connection);
    }

    void remove(WebSocketHandler connection) {
        assert loop.inEventLoop();
        int index = connection.livenessIndex;
        if (index < 0) {
            return;
        }
        connection.livenessIndex = -1;
        WebSocketHandler last = connections.removeLast();
        if (last != connection) {
            connections.set(index, last);
            last.livenessIndex = index;
        }
        tellWhenGone();
    }

    /**
     * Closes every WebSocket of this loop.
     *
     * @param gone run on this loop, once, when none is left
     */
    public void closeAll(CloseCode code, String reason, Runnable gone) {
        assert loop.inEventLoop();
        whenGone = gone;
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).close(code, reason);
        }
        tellWhenGone();
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
