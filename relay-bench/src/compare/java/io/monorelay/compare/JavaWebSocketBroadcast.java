package io.monorelay.compare;

import java.net.InetSocketAddress;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket with its own broadcast, as in its examples; one worker. */
public final class JavaWebSocketBroadcast extends WebSocketServer {
    private static final int WORKERS = 1;
    private static final int BACKLOG = 4096;

    private JavaWebSocketBroadcast(InetSocketAddress address) {
        super(address, WORKERS);
        setReuseAddr(true);
        setTcpNoDelay(true);
        setMaxPendingConnections(BACKLOG);
        setConnectionLostTimeout(0);
    }

    /** Serves on the port that is given, on loopback, until the process ends. */
    public static void main(String[] arguments) {
        new JavaWebSocketBroadcast(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]))).start();
    }

    @Override
    public void onMessage(WebSocket connection, String message) {
        broadcast(message);
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {
        // Whoever is connected gets what is broadcast.
    }

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {
        // It has been forgotten by then.
    }

    @Override
    public void onError(WebSocket connection, Exception failure) {
        System.err.println(failure);
    }

    @Override
    public void onStart() {
        // The port says so.
    }
}
