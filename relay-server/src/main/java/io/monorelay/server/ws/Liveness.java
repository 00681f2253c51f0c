package io.monorelay.server.ws;

import io.monorelay.protocol.CloseCode;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Watches the WebSockets of one event loop with one timer for all: pings, and closes those that are silent. Owned by
 * that loop.
 */
public final class Liveness {
    private final EventLoop loop;
    private final ArrayList<WebSocketHandler> connections = new ArrayList<>();

    public Liveness(EventLoop loop) {
        this.loop = loop;
        loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** How many WebSockets are open on this loop. */
    public int size() {
        assert loop.inEventLoop();
        return connections.size();
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
    }

    /** Closes every WebSocket of this loop. */
    public void closeAll(CloseCode code, String reason) {
        assert loop.inEventLoop();
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).close(code, reason);
        }
    }

    private void tick() {
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).onSecond();
        }
    }
}
