package io.monorelay.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.crash.Ledger.Promise;
import io.monorelay.server.crash.Reader.Seen;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.LinkedNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A relay that is told to stop while publishers are at it: nobody is left in doubt about what was accepted. */
@Timeout(120)
final class OrderlyStopTest {
    private static final int PUBLISHERS = 3;
    private static final int MAX_LIFE_MILLIS = 1000;

    @TempDir
    private Path data;

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Ledger ledger = new Ledger("commit");
    private final LinkedNode receiver = LinkedNode.trusting();
    private final List<EagerPublisher> publishers = IntStream.range(0, PUBLISHERS)
            .mapToObj(i -> new EagerPublisher("publisher " + i, List.of(receiver.key()), random.split(), ledger))
            .toList();

    @AfterEach
    void stop() {
        publishers.forEach(EagerPublisher::close);
        receiver.close();
    }

    @Test
    void whatIsStoredThenWasAcknowledgedAndWhatWasAcknowledgedIsStored() throws Exception {
        try (RelayProcess relay = RelayProcess.start(data, "commit")) {
            URI address = relay.awaitListening();
            publishers.forEach(publisher -> publisher.start(address));
            assertThat(ledger.firstPromise().await(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
            relay.run(random.nextInt(MAX_LIFE_MILLIS));
            ledger.relayStops();
            relay.stop();
            for (EagerPublisher publisher : publishers) {
                publisher.awaitBreak();
            }
        }
        try (RelayProcess relay = RelayProcess.start(data, "commit")) {
            List<String> stored = StoredPages.read(relay.awaitListening()).stream()
                    .map(Seen::data)
                    .toList();
            List<String> acknowledged = ledger.promises().stream()
                    .filter(promise -> promise.receiver() == null)
                    .map(Promise::data)
                    .toList();
            assertThat(stored).as("seed %d", seed).isNotEmpty().containsExactlyInAnyOrderElementsOf(acknowledged);
            assertThat(ledger.violations()).as("seed %d", seed).isEmpty();
            assertThat(relay.log()).doesNotContain(" ERROR ", " WARN ");
        }
    }
}
