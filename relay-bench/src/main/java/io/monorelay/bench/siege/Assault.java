package io.monorelay.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One attack as it goes on: who takes part, until when, and what came of it. Any thread, but for what says otherwise. */
final class Assault implements AutoCloseable {
    /** Attackers are at 127.66.NETWORK.x, which is a network of its own for every limit of the relay. */
    private static final int FIRST_NETWORK_BYTE = 127;

    private static final int SECOND_NETWORK_BYTE = 66;
    private static final int HOSTS = 254;

    /** What attackers need to notice that it is over. */
    private static final Duration WINDING_DOWN = Duration.ofSeconds(6);

    private final Target target;
    private final int network;
    private final Duration length;
    private final Outcomes outcomes = new Outcomes();
    private final Set<Hostile> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile long endNanos = System.nanoTime();

    /** @param network tells those who take part from others, 0 to 255 */
    Assault(Target target, int network, Duration length) {
        this.target = target;
        this.network = network;
        this.length = length;
    }

    /** One of those who attack. */
    interface Attacker {
        void run(int number) throws IOException, InterruptedException;
    }

    /** Something that an attacker does over and over, on a new connection each time. */
    interface Deed {
        /** Returns what came of it, in a few words. */
        String on(Hostile connection) throws IOException;
    }

    Target target() {
        return target;
    }

    Duration length() {
        return length;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    /** From now on the time runs. */
    void begin() {
        endNanos = System.nanoTime() + length.toNanos();
    }

    boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }

    /** For one thread. */
    Beat beat(double perSecond) {
        return new Beat(perSecond, endNanos);
    }

    /** One of the addresses of those who attack. */
    InetAddress source(int number) throws UnknownHostException {
        byte host = (byte) (1 + Math.floorMod(number, HOSTS));
        return InetAddress.getByAddress(new byte[] {FIRST_NETWORK_BYTE, SECOND_NETWORK_BYTE, (byte) network, host});
    }

    /** A connection, which ends with the assault unless it is closed before. */
    Hostile dial(int number) throws IOException {
        return kept(Hostile.dial(target, source(number)));
    }

    /** The same with a system that takes only so many bytes before they are read. */
    Hostile dialDeaf(int number, int receiveBufferBytes) throws IOException {
        return kept(Hostile.dial(target.socketAddress(), target.host(), source(number), receiveBufferBytes));
    }

    private Hostile kept(Hostile connection) {
        connections.add(connection);
        return connection;
    }

    /** Ends a connection before the assault ends. */
    void drop(Hostile connection) {
        connections.remove(connection);
        connection.close();
    }

    /** Lets something be done at the same time. One that meets with an end of its connection has ended, which is counted. */
    Future<?> aside(int number, Attacker attacker) {
        return threads.submit(() -> {
            if (!runs(number, attacker) && !isOver()) {
                outcomes.count(Hostile.ENDED);
            }
        });
    }

    /** The same for what nobody waits for, as it ends with the assault or with a connection, which is not counted. */
    void meanwhile(int number, Attacker attacker) {
        threads.execute(() -> runs(number, attacker));
    }

    /** Whether it went on until it was done. */
    private static boolean runs(int number, Attacker attacker) {
        try {
            attacker.run(number);
            return true;
        } catch (IOException ended) {
            return false;
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Lets so many attack side by side; returns when all have ended, or the time for that is over. */
    void sideBySide(int count, Attacker attacker) throws InterruptedException {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(aside(i, attacker));
        }
        await(all);
    }

    /** Lets so many do something over and over, each so often a second. */
    void repeat(int count, double perSecondEach, Deed deed) throws InterruptedException {
        sideBySide(count, number -> repeatAs(number, perSecondEach, deed));
    }

    private void repeatAs(int number, double perSecond, Deed deed) {
        Beat beat = beat(perSecond);
        while (beat.next()) {
            outcomes.count(outcome(number, deed));
        }
    }

    private String outcome(int number, Deed deed) {
        try (Hostile connection = Hostile.dial(target, source(number))) {
            return deed.on(connection);
        } catch (IOException ended) {
            return Hostile.ENDED;
        }
    }

    /** Waits for them; who still blocks when it is over has its connection ended. */
    void await(List<Future<?>> all) throws InterruptedException {
        for (Future<?> one : all) {
            long left = endNanos + WINDING_DOWN.toNanos() - System.nanoTime();
            try {
                one.get(Math.max(1, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException blocked) {
                close();
            } catch (ExecutionException e) {
                throw new IllegalStateException("an attacker failed", e.getCause());
            }
        }
    }

    /** Ends all connections, and with them who still waits for something. */
    @Override
    public void close() {
        connections.forEach(Hostile::close);
        connections.clear();
        threads.shutdownNow();
    }
}
