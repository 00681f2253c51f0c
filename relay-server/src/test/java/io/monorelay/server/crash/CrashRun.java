package io.monorelay.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.LinkedNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One run: publishers at full speed, a subscriber that goes on where it was, a node that comes only at the end, and
 * relays that are killed one after the other over the same data. When and how is up to the seed.
 */
final class CrashRun implements AutoCloseable {
    /** What messages begin with that are waited for. */
    static final String LAST = "last ";

    private static final String LAST_FOR_ALL = LAST + "for all";
    private static final String LAST_FOR_ABSENT = LAST + "for the absent";

    private static final int PUBLISHERS = 3;
    private static final int MIN_LIFE_MILLIS = 200;
    private static final int MAX_LIFE_MILLIS = 1500;
    private static final int MAX_START_MILLIS = 1000;

    private final Path data;
    private final SplittableRandom random;
    private final String durability;
    private final Ledger ledger;
    private final LinkedNode subscribing = LinkedNode.generate();
    private final LinkedNode absent = LinkedNode.generate();
    private final Reader subscriber;
    private final List<EagerPublisher> publishers;
    private RelayProcess relay;
    private URI address;

    CrashRun(long seed, Path data) {
        this.data = data;
        random = new SplittableRandom(seed);
        // Where a commit takes longer, more has been delivered that is lost, the positions of which are not to come
        // again.
        durability = seed % 2 == 0 ? "fsync" : "commit";
        ledger = new Ledger(durability);
        subscriber = new Reader(subscribing, ledger);
        List<NodeKey> receivers = List.of(subscribing.key(), absent.key());
        publishers = IntStream.range(0, PUBLISHERS)
                .mapToObj(i -> new EagerPublisher("publisher " + i, receivers, random.split(), ledger))
                .toList();
    }

    void run() throws IOException, InterruptedException {
        int kills = random.nextInt(2, 4);
        for (int kill = 0; kill < kills; kill++) {
            startRelay();
            startNodes();
            relay.run(lifeMillis());
            relay.kill();
            awaitBreaks();
        }
        startRelay();
        startNodes();
        relay.run(MIN_LIFE_MILLIS);
        finish();
        audit();
    }

    private int lifeMillis() {
        return random.nextInt(MIN_LIFE_MILLIS, MAX_LIFE_MILLIS);
    }

    /** Now and then the first attempt does not live to see the end of its start. */
    private void startRelay() throws InterruptedException {
        if (random.nextInt(3) == 0) {
            relay = RelayProcess.start(data, durability);
            relay.run(random.nextInt(MAX_START_MILLIS));
            relay.kill();
        }
        relay = RelayProcess.start(data, durability);
        address = relay.awaitListening();
        ledger.newRelay();
    }

    /** The subscriber meets the live end of the log while that stands still, or while it moves. */
    private void startNodes() throws InterruptedException {
        boolean subscriberFirst = random.nextBoolean();
        if (subscriberFirst) {
            subscriber.resume(address);
        }
        publishers.forEach(publisher -> publisher.start(address));
        assertThat(ledger.firstPromise().await(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .as("a message is acknowledged")
                .isTrue();
        if (!subscriberFirst) {
            subscriber.resume(address);
        }
    }

    private void awaitBreaks() throws InterruptedException {
        for (EagerPublisher publisher : publishers) {
            publisher.awaitBreak();
        }
        subscriber.awaitBreak();
    }

    private void finish() throws InterruptedException {
        for (EagerPublisher publisher : publishers) {
            publisher.finish();
        }
        EagerPublisher one = publishers.getFirst();
        one.publish(LAST_FOR_ABSENT, absent.key());
        one.publish(LAST_FOR_ALL, null);
        subscriber.await(LAST_FOR_ALL);
    }

    private void audit() throws IOException, InterruptedException {
        Audit audit = new Audit(ledger);
        audit.assertNoViolations();
        audit.assertHasEverything("the subscriber", subscriber.seen(), subscribing.key());

        Reader late = new Reader(absent, ledger);
        late.connect(address);
        late.await(LAST_FOR_ABSENT);
        audit.assertHasWhatIsAddressed("the absent node", late.seen(), absent.key());

        Reader again = new Reader(subscribing, ledger);
        again.resume(address);
        again.await(LAST_FOR_ALL);
        audit.assertHasEverything("the store, as the subscriber reads it", again.seen(), subscribing.key());
        audit.assertIsThePublicPart("the store, as anybody reads it", StoredPages.read(address), again.seen());

        audit.assertNoViolations();
        assertThat(relay.log()).doesNotContain(" ERROR ");
    }

    @Override
    public void close() {
        publishers.forEach(EagerPublisher::close);
        subscribing.close();
        absent.close();
        if (relay != null) {
            relay.close();
        }
    }
}
