package io.monorelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.Outcome;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.relay.Receipt.Acknowledged;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MessagePathThreadsTest {
    private static final int THREADS = 4;
    private static final int MESSAGES = 500;

    private final PathWorld world = new PathWorld(SignedMessages.TIME);
    private final CyclicBarrier start = new CyclicBarrier(THREADS);

    @Test
    void sameMessageFromManyThreadsIsLoggedOnceAndAllAreToldTheSamePosition() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < MESSAGES; i++) {
                List<Acknowledged> receipts = publishFromAll(threads, SignedMessages.decoded("message " + i));
                List<FreshMessage> logged = world.logged();

                assertThat(logged).hasSize(1);
                assertThat(receipts)
                        .allMatch(receipt -> receipt.position() == logged.get(0).position());
                assertThat(receipts).filteredOn(receipt -> !receipt.duplicate()).hasSize(1);
            }
        }
        assertThat(world.metrics.outcomes().count(Outcome.ACCEPTED)).isEqualTo(MESSAGES);
        assertThat(world.metrics.outcomes().count(Outcome.DUPLICATE)).isEqualTo((THREADS - 1L) * MESSAGES);
        assertThat(world.log.heldBytes()).isZero();
    }

    private List<Acknowledged> publishFromAll(ExecutorService threads, DecodedMessage message) throws Exception {
        Callable<RecordedPublisher> publish = () -> {
            RecordedPublisher publisher = new RecordedPublisher(Origin.NONE, world.mark.newQueue(Runnable::run));
            start.await();
            world.path.publish(message, publisher);
            return publisher;
        };
        List<Callable<RecordedPublisher>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(publish);
        }
        List<Future<RecordedPublisher>> publishers = threads.invokeAll(all);
        world.mark.advanceTo(world.log.lastPosition());
        List<Acknowledged> receipts = new ArrayList<>();
        for (Future<RecordedPublisher> publisher : publishers) {
            receipts.add((Acknowledged) publisher.get().only());
        }
        return receipts;
    }
}
