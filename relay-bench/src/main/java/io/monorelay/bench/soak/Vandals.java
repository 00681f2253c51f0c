package io.monorelay.bench.soak;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Connections that misbehave, some a second: each sends something wrong, listens for a moment and is cut. */
final class Vandals {
    private static final int DEFAULT_PORT = 80;
    private static final int EVERY_MILLIS = 200;
    private static final int LISTEN_MILLIS = 100;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int CONNECT_MILLIS = 5_000;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("soak-vandals").factory());
    private final LongAdder done = new LongAdder();
    private final LongAdder notConnected = new LongAdder();
    private final InetSocketAddress relay;
    private final SplittableRandom random;

    Vandals(URI relay, long seed) {
        this.relay = new InetSocketAddress(relay.getHost(), relay.getPort() < 0 ? DEFAULT_PORT : relay.getPort());
        random = new SplittableRandom(seed);
    }

    void start() {
        timer.scheduleWithFixedDelay(this::misbehave, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many have done what they wanted. */
    long done() {
        return done.sum();
    }

    /** How often the relay did not even take the connection. */
    long notConnected() {
        return notConnected.sum();
    }

    private void misbehave() {
        Mischief[] kinds = Mischief.values();
        Mischief kind = kinds[random.nextInt(kinds.length)];
        byte[] bytes = kind.bytes(random);
        boolean abruptly = random.nextBoolean();
        try (Socket socket = new Socket()) {
            if (abruptly) {
                // Closed with a reset instead of an end.
                socket.setSoLinger(true, 0);
            }
            socket.setSoTimeout(LISTEN_MILLIS);
            if (connect(socket)) {
                exchange(socket, bytes);
                done.increment();
            }
        } catch (IOException cannotBeClosed) {
            notConnected.increment();
        }
    }

    private boolean connect(Socket socket) {
        try {
            socket.connect(relay, CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            notConnected.increment();
            return false;
        }
    }

    /** Whatever the relay does about it is fine, as long as the others do not notice. */
    private static void exchange(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            listen(socket.getInputStream());
        } catch (SocketTimeoutException nothingMoreToHear) {
            // Time to go.
        } catch (IOException shownTheDoor) {
            // As it should be.
        }
    }

    /** A relay that has found nothing wrong yet sends what the others publish, without an end. */
    private static void listen(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LISTEN_MILLIS);
        int count = 0;
        while (count >= 0 && System.nanoTime() - end < 0) {
            count = in.read(buffer);
        }
    }

    /** Returns when the last one has gone. */
    void end() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
