package io.monorelay.bench.load;

import io.monorelay.bench.process.RunException;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Form;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Messages of all publishers, signed ahead on a thread of its own so that signing limits nobody. */
final class Supply implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final String FILLER = "abcdefghijklmnopqrstuvwxyz";

    private static final Queue<byte[]> NONE = new ArrayBlockingQueue<>(1);

    private final int run;
    private final String filler;
    private final List<Shelf> shelves = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread = new Thread(this::sign, "load-signer");

    /** The messages of one publisher; only the thread that signs adds to them. */
    private static final class Shelf {
        private final MessageSigner signer;
        private final ArrayBlockingQueue<byte[]> ready;
        private int next;

        Shelf(MessageSigner signer, int depth) {
            this.signer = signer;
            ready = new ArrayBlockingQueue<>(depth);
        }
    }

    /**
     * @param run the run that the messages belong to
     * @param depth how many messages of each publisher are signed ahead: few enough that they are still timely when sent
     */
    Supply(Ed25519 ed25519, int run, int publishers, int dataBytes, int depth) {
        this.run = run;
        int fillerBytes = dataBytes - Label.LENGTH;
        filler = FILLER.repeat(fillerBytes / FILLER.length() + 1).substring(0, fillerBytes);
        for (int i = 0; i < publishers; i++) {
            shelves.add(new Shelf(new MessageSigner(NodeIdentity.generate(ed25519), Form.MONOCHAIN), depth));
        }
        thread.setDaemon(true);
    }

    /** Returns once there are messages of all publishers. */
    void start() throws RunException {
        thread.start();
        long deadline = System.nanoTime() + FIRST.toNanos();
        while (!shelves.stream().allMatch(shelf -> shelf.ready.remainingCapacity() == 0)) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                throw new RunException("the first messages were not signed within " + FIRST.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** The messages of one node, in the order of their sequence; none for one that does not publish. */
    Queue<byte[]> of(int node) {
        return node < shelves.size() ? shelves.get(node).ready : NONE;
    }

    private void sign() {
        while (!closed.get()) {
            boolean idle = true;
            for (int i = 0; i < shelves.size(); i++) {
                idle &= !signOne(i);
            }
            if (idle) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private boolean signOne(int publisher) {
        Shelf shelf = shelves.get(publisher);
        if (shelf.ready.remainingCapacity() == 0) {
            return false;
        }
        String data = new Label(run, publisher, shelf.next++).text() + filler;
        return shelf.ready.offer(shelf.signer.broadcast(null, data, Instant.now()));
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
