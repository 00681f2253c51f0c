package io.monorelay.server.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The wire between two nodes, which can break: it passes TCP connections on to a port of the loopback interface, and its
 * own port stays the same whatever happens. Its methods may be called on any thread.
 */
public final class CuttableProxy implements AutoCloseable {
    private enum State {
        WHOLE,
        CUT,
        BLACK_HOLE
    }

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BACKLOG = 1024;

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.WHOLE;
    private volatile int target;

    private CuttableProxy(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** A whole wire to that port, where nobody needs to listen yet. */
    public static CuttableProxy to(int port) {
        try {
            return new CuttableProxy(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where to connect instead. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Connections that come from now on go to that port: a node that came back elsewhere. */
    public void passOnTo(int port) {
        target = port;
    }

    /** How many connections have come so far, those included that were cut off at once. */
    public int connections() {
        return connections.get();
    }

    /** Resets every connection, and each that comes from now on. */
    public void cut() {
        change(State.CUT);
        sockets.forEach(CuttableProxy::reset);
    }

    /**
     * Passes nothing on, neither bytes nor ends of connections, and says so to nobody: as if each packet got lost.
     * Connections that come wait as well. What is under way arrives after {@link #heal}, unless it was cut off.
     */
    public void blackHole() {
        change(State.BLACK_HOLE);
    }

    /** Passes everything on again. */
    public void heal() {
        change(State.WHOLE);
    }

    private void change(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while packets get lost; fails when the wire is cut. */
    private void awaitPassage() throws IOException {
        lock.lock();
        try {
            while (state == State.BLACK_HOLE) {
                changed.awaitUninterruptibly();
            }
            if (state == State.CUT) {
                throw new IOException("the wire is cut");
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> pass(near));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void pass(Socket near) {
        Socket far = new Socket();
        sockets.add(near);
        sockets.add(far);
        try {
            awaitPassage();
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> pump(far, near));
            pump(near, far);
            back.join();
        } catch (IOException | InterruptedException failed) {
            reset(near);
        } finally {
            end(near);
            end(far);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count;
            while ((count = in.read(buffer)) >= 0) {
                awaitPassage();
                out.write(buffer, 0, count);
            }
            awaitPassage();
            to.shutdownOutput();
        } catch (IOException broken) {
            passOnReset(from, to);
        }
    }

    private void passOnReset(Socket from, Socket to) {
        try {
            awaitPassage();
        } catch (IOException cut) {
            // Then both are reset as well.
        }
        reset(from);
        reset(to);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // That is what was wanted.
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes no more connections and resets those that there are. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
