package io.monorelay.bench.yardstick;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Original nodes that read so many bytes a second and no more, whatever there is to read. What they read they throw away,
 * so that they cost next to nothing; all are served by one thread.
 */
final class Laggards implements AutoCloseable {
    private static final int TURNS_A_SECOND = 10;
    private static final int TURN_MILLIS = 1000 / TURNS_A_SECOND;
    private static final int TURNS_BETWEEN_PONGS = 10 * TURNS_A_SECOND;
    /** So little that what is not read waits on the relay's side. */
    private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;

    private static final byte[] PONG = {(byte) 0x8A, (byte) 0x80, 1, 2, 3, 4};
    private static final byte[] UPGRADE = """
            GET / HTTP/1.1\r
            Host: relay\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """.getBytes(ISO_8859_1);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("laggards").factory());
    private final List<SocketChannel> nodes = new ArrayList<>();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final ByteBuffer turn;
    private int turns;

    private Laggards(int bytesPerSecond) {
        turn = ByteBuffer.allocateDirect(bytesPerSecond / TURNS_A_SECOND);
    }

    /** Connects so many of them to a server on loopback. */
    static Laggards connect(int port, int count, int bytesPerSecond) throws IOException, RunException {
        Laggards laggards = new Laggards(bytesPerSecond);
        for (int i = 0; i < count; i++) {
            laggards.nodes.add(upgraded(port));
        }
        laggards.timer.scheduleAtFixedRate(laggards::takeTurn, 0, TURN_MILLIS, TimeUnit.MILLISECONDS);
        return laggards;
    }

    private static SocketChannel upgraded(int port) throws IOException, RunException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.write(ByteBuffer.wrap(UPGRADE));
        ByteBuffer answer = ByteBuffer.allocate(1024);
        channel.read(answer);
        String start = new String(answer.array(), 0, answer.position(), ISO_8859_1);
        if (!start.startsWith("HTTP/1.1 101 ")) {
            throw new RunException("the server answered \"" + start + "\" to an upgrade");
        }
        channel.configureBlocking(false);
        return channel;
    }

    private void takeTurn() {
        boolean isTimeToPong = ++turns % TURNS_BETWEEN_PONGS == 0;
        nodes.removeIf(node -> !goesOn(node, isTimeToPong));
    }

    private boolean goesOn(SocketChannel node, boolean isTimeToPong) {
        try {
            turn.clear();
            int count = node.read(turn);
            if (count >= 0) {
                bytesRead.add(count);
                if (isTimeToPong) {
                    node.write(ByteBuffer.wrap(PONG));
                }
                return true;
            }
        } catch (IOException cut) {
            // As if it had been closed.
        }
        ended.increment();
        return false;
    }

    /** Of all of them. */
    long bytesRead() {
        return bytesRead.sum();
    }

    /** How many the server closed the connection of. */
    long ended() {
        return ended.sum();
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        try {
            timer.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel node : nodes) {
            node.close();
        }
    }
}
