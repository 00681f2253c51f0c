package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.relay.Receipt;
import io.monorelay.server.ws.JdkSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One message every half a second for half a minute, both ways at once, at a hundred times that pace. */
final class SustainedTrafficTest {
    private static final int MESSAGES = 60;
    private static final int PERIOD_MILLIS = 5;

    /** What each of the three senders, v1, v2 and HTTP, and the relay itself send. */
    private static final int TOTAL = 4 * MESSAGES;

    private final ForeignNode first = ForeignNode.generate();
    private final ForeignNode second = ForeignNode.generate();
    private final ForeignNode third = ForeignNode.generate();

    @Test
    void everyMessageIsValidatedForwardedAndAcknowledged() {
        try (RunningRelay relay = RunningRelay.start();
                JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, second)) {
            List<Integer> httpStatuses = new ArrayList<>();
            List<Receipt> own = new ArrayList<>();
            atPace(
                    i -> v1.send(first.broadcast("v1 " + i)),
                    i -> v2.send(second.broadcast("v2 " + i)),
                    i -> httpStatuses.add(relay.post("/broadcast", third.broadcast("http " + i))
                            .status()),
                    i -> own.add(relay.sendToAll("relay " + i)));

            assertGotAllButItsOwn(v1, "v1", "WS_Success");
            assertGotAllButItsOwn(v2, "v2", "received and valid");
            assertThat(httpStatuses).hasSize(MESSAGES).containsOnly(200);
            assertThat(own).hasSize(MESSAGES).hasOnlyElementsOfType(Receipt.Acknowledged.class);
            assertThat(relay.total("messages", "accepted")).isEqualTo(TOTAL);
            assertThat(relay.total("messages", "refused")).isZero();
            assertThat(relay.total("traffic", "deliveries")).isEqualTo(2 * (TOTAL - MESSAGES));
            assertThat(relay.page().path("totals").path("drops")).isEmpty();
        }
    }

    /** Each sender sends its messages on a thread of its own, evenly. */
    private static void atPace(IntConsumer... senders) {
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(senders.length);
        try {
            List<Pace> paces = new ArrayList<>();
            for (IntConsumer sender : senders) {
                paces.add(Pace.start(sender, threads));
            }
            paces.forEach(pace -> Awaitility.await().until(pace::isOver));
        } finally {
            threads.shutdownNow();
        }
    }

    /** One sender's ticking, which a failure ends early. */
    private record Pace(AtomicInteger sent, ScheduledFuture<?> ticking) {
        static Pace start(IntConsumer sender, ScheduledExecutorService threads) {
            AtomicInteger sent = new AtomicInteger();
            Runnable tick = () -> {
                if (sent.get() < MESSAGES) {
                    sender.accept(sent.get());
                    sent.incrementAndGet();
                }
            };
            return new Pace(sent, threads.scheduleAtFixedRate(tick, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS));
        }

        boolean isOver() throws ExecutionException, InterruptedException {
            if (ticking.isDone()) {
                ticking.get();
            }
            return sent.get() == MESSAGES;
        }
    }

    private static void assertGotAllButItsOwn(JdkSocket peer, String name, String acknowledgement) {
        Set<String> messages = new HashSet<>();
        int acknowledged = 0;
        for (int i = 0; i < TOTAL; i++) {
            JsonNode got = peer.nextJson();
            if (got.has("message")) {
                assertThat(messages.add(got.path("message").path("data").asString()))
                        .as("%s came once", got)
                        .isTrue();
            } else {
                assertThat(got.toString()).contains(acknowledgement);
                acknowledged++;
            }
        }
        assertThat(acknowledged).isEqualTo(MESSAGES);
        assertThat(messages).hasSize(TOTAL - MESSAGES).noneMatch(data -> data.startsWith(name + " "));
        assertThat(peer.isQuiet()).isTrue();
    }
}
