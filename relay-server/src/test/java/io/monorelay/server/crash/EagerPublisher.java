package io.monorelay.server.crash;

import io.monorelay.client.Publication;
import io.monorelay.client.RelayLink;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.LinkedNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Publishes one new message after the other, as fast as it may, from when it is linked up until the link breaks. */
final class EagerPublisher implements AutoCloseable {
    private static final int WINDOW = 64;

    private final String name;
    private final List<NodeKey> receivers;
    private final RandomGenerator random;
    private final Ledger ledger;
    private final LinkedNode node = LinkedNode.trusting();
    private int number;
    private @Nullable Life life;

    /** @param receivers nodes to which some of the messages are addressed */
    EagerPublisher(String name, List<NodeKey> receivers, RandomGenerator random, Ledger ledger) {
        this.name = name;
        this.receivers = List.copyOf(receivers);
        this.random = random;
        this.ledger = ledger;
    }

    /** Links up, and publishes from now on. */
    void start(URI relay) {
        life = new Life(node.connect(relay, delivery -> {}));
        life.thread.start();
    }

    /** Waits until it has noticed that the relay is gone. */
    void awaitBreak() throws InterruptedException {
        life.awaitEnd();
    }

    /** Publishes no more, and waits until every message is answered. */
    void finish() throws InterruptedException {
        life.stopping = true;
        life.awaitEnd();
        if (!life.window.tryAcquire(WINDOW, RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            ledger.violated(name + " has messages that were never answered");
        }
    }

    /** Publishes one message more, after it has finished. */
    void publish(String data, @Nullable NodeKey receiver) {
        ledger.publishing(data);
        answered(data, receiver, LinkedNode.await(life.link.publish(data, receiver)));
    }

    private void answered(String data, @Nullable NodeKey receiver, Publication answer) {
        switch (answer) {
            case Publication.Accepted accepted -> ledger.acknowledged(data, receiver, accepted);
            case Publication.Refused refused -> {
                if (!ledger.mayRefuse(refused)) {
                    ledger.violated(data + " was refused: " + refused);
                }
            }
        }
    }

    @Override
    public void close() {
        if (life != null) {
            life.stopping = true;
            life.window.release(WINDOW);
        }
        node.close();
    }

    private @Nullable NodeKey nextReceiver() {
        int choice = random.nextInt(3 * receivers.size());
        return choice < receivers.size() ? receivers.get(choice) : null;
    }

    /** One link, from its opening to its end. */
    private final class Life {
        private final RelayLink link;
        private final Semaphore window = new Semaphore(WINDOW);
        private final Thread thread = new Thread(this::publish, name);
        private volatile boolean stopping;

        Life(RelayLink link) {
            this.link = link;
        }

        private void publish() {
            while (!stopping) {
                window.acquireUninterruptibly();
                publishNext();
            }
        }

        private void publishNext() {
            String data = name + " " + number++;
            NodeKey receiver = nextReceiver();
            ledger.publishing(data);
            link.publish(data, receiver).whenComplete((answer, failure) -> {
                if (failure != null) {
                    stopping = true;
                } else {
                    answered(data, receiver, answer);
                }
                window.release();
            });
        }

        void awaitEnd() throws InterruptedException {
            if (!thread.join(Duration.ofMillis(RawConnection.PATIENCE_MILLIS))) {
                ledger.violated(name + " did not come to an end");
            }
        }
    }
}
