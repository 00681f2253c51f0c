package io.monorelay.server.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.relay.Receipt;
import io.monorelay.server.net.Frame;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.ws.JdkSocket;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** When the store is slow or fails, deliveries go on, acknowledgements wait, and nobody costs more than is stated. */
@Timeout(60)
final class SlowStoreTest {
    private static final int RING_SLOTS = 16;

    private final StallingStore stalling = new StallingStore();
    private final RunningRelay relay =
            RunningRelay.startOn(stalling, "network.event-loops=2", "log.slots=" + RING_SLOTS);
    private final ForeignNode sender = ForeignNode.generate();

    @AfterEach
    void stop() {
        stalling.work();
        relay.close();
    }

    @Test
    void deliveriesDoNotWaitForTheStoreAndAcknowledgementsDo() {
        try (JdkSocket receiver = JdkSocket.v2(relay, ForeignNode.generate());
                JdkSocket v2 = JdkSocket.v2(relay, sender);
                JdkSocket v1 = JdkSocket.v1(relay)) {
            stalling.hold();
            v2.send(sender.broadcast("one"));
            assertThat(receiver.nextData()).isEqualTo("one");
            assertThat(v1.nextData()).isEqualTo("one");
            v1.send(sender.broadcast("two"));
            assertThat(receiver.nextData()).isEqualTo("two");
            assertThat(v2.nextData()).as("and no acknowledgement before it").isEqualTo("two");
            v1.send("{}");
            assertThat(v1.next()).as("what is refused does not wait").contains("WS_Error");

            stalling.work();
            assertThat(v2.nextJson().path("durability").asString()).isEqualTo("memory");
            assertThat(v1.next()).contains("WS_Success");
        }
    }

    @Test
    void whoIsOwedTooManyAcknowledgementsIsReadNoFurtherUntilTheyCome() {
        byte[] frame = RawConnection.masked(
                Frame.TEXT, sender.broadcast("again and again").getBytes(UTF_8));
        int times = 30_000;
        stalling.hold();
        try (RawConnection publisher = RawConnection.to(relay.port()).upgrade();
                JdkSocket other = JdkSocket.v1(relay)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> publisher.sendUntilRefused(frame, times));
            Awaitility.await().until(() -> taken() > 256);
            Awaitility.await().during(Duration.ofMillis(300)).until(() -> taken() < 1000);
            assertThat(sent).isNotDone();
            assertThat(other.nextData()).isEqualTo("again and again");
            other.send(sender.broadcast("from another"));

            stalling.work();
            assertThat(other.next()).contains("WS_Success");
            int answers = 0;
            for (int frames = 0; frames < times + 1; frames++) {
                answers += publisher.frame().text().contains("WS_Success") ? 1 : 0;
            }
            assertThat(answers).as("each of them is answered").isEqualTo(times);
            assertThat(sent).isCompleted();
        }
    }

    private long taken() {
        return relay.total("messages", "accepted") + relay.total("messages", "duplicate");
    }

    @Test
    void aFullRingRefusesAndEverythingGoesOnByItselfWhenTheStoreWorksAgain() {
        try (JdkSocket publisher = JdkSocket.v2(relay, sender)) {
            stalling.fail("the disk is full");
            for (int i = 0; i < RING_SLOTS; i++) {
                publisher.send(sender.broadcast("fills " + i));
            }
            publisher.send(sender.broadcast("one too many"));
            JsonNode refusal = publisher.nextJson();
            assertThat(refusal.path("code").asInt()).isEqualTo(503);
            assertThat(refusal.path("retry_after_ms").asInt()).isPositive();
            HttpAnswer overHttp =
                    relay.post("/broadcast", ForeignNode.generate().broadcast("over HTTP"));
            assertThat(overHttp.status()).isEqualTo(503);
            assertThat(overHttp.headers()).containsKey("retry-after");
            Awaitility.await().until(() -> relay.get("/health/ready").status() == 503);
            assertThat(relay.get("/health/ready").json().path("info").asString())
                    .contains("cannot store");

            stalling.work();
            for (int i = 0; i < RING_SLOTS; i++) {
                assertThat(publisher.nextJson().path("position").asLong()).isEqualTo(i + 1);
            }
            Awaitility.await().until(() -> relay.get("/health/ready").status() == 200);
            publisher.send(sender.broadcast("one too many"));
            assertThat(publisher.nextJson().path("position").asLong()).isEqualTo(RING_SLOTS + 1);
            assertThat(relay.total("storage", "stored")).isEqualTo(RING_SLOTS + 1);
            assertThat(relay.total("storage", "failures")).isPositive();
        }
    }

    @Test
    void whoLeavesBeforeItsAcknowledgementDisturbsNobody() {
        stalling.hold();
        RawConnection leaving = RawConnection.to(relay.port()).upgrade();
        try (JdkSocket staying = JdkSocket.v2(relay, sender)) {
            leaving.sendText(ForeignNode.generate().broadcast("and gone"));
            assertThat(staying.nextData()).isEqualTo("and gone");
            leaving.close();
            Awaitility.await().until(() -> relay.total("traffic", "websockets_closed") == 1);
            staying.send(sender.broadcast("still here"));

            stalling.work();
            assertThat(staying.nextJson().path("position").asLong()).isEqualTo(2);
            assertThat(relay.total("faults", "internal")).isZero();
        }
    }

    @Test
    void whoPublishesAndClosesAtOnceHasItsAcknowledgementBeforeTheAnswer() {
        stalling.hold();
        try (RawConnection leaving = RawConnection.to(relay.port()).upgrade();
                JdkSocket other = JdkSocket.v1(relay)) {
            leaving.sendText(sender.broadcast("and good-bye"));
            leaving.sendFrame(Frame.CLOSE, new byte[] {3, (byte) 0xE8});
            assertThat(other.nextData()).isEqualTo("and good-bye");

            stalling.work();
            assertThat(leaving.frame().text()).contains("WS_Success");
            assertThat(leaving.frame().closeCode()).isEqualTo(1000);
            leaving.assertEnd();
        }
    }

    @Test
    void butItIsNotKeptForever() {
        stalling.hold();
        try (RawConnection leaving = RawConnection.to(relay.port()).upgrade()) {
            leaving.sendText(sender.broadcast("and good-bye"));
            leaving.sendFrame(Frame.CLOSE, new byte[] {3, (byte) 0xE8});

            assertThat(leaving.frame().closeCode()).isEqualTo(1000);
            leaving.assertEnd();
        }
    }

    @Test
    void whatWasAcceptedIsAnsweredBeforeTheRelayGoesAndTheRestIsRefused() throws Exception {
        stalling.hold();
        try (JdkSocket v1 = JdkSocket.v1(relay)) {
            CompletableFuture<HttpAnswer> overHttp = CompletableFuture.supplyAsync(
                    () -> relay.post("/broadcast", ForeignNode.generate().broadcast("over HTTP")));
            CompletableFuture<Receipt> own = CompletableFuture.supplyAsync(() -> relay.sendToAll("the relay's own"));
            v1.send(ForeignNode.generate().broadcast("from an original node"));
            Awaitility.await().until(() -> taken() == 3);
            try (JdkSocket v2 = JdkSocket.v2(relay, sender)) {
                CompletableFuture<Void> closing = CompletableFuture.runAsync(relay.node()::close);
                int sent = 0;
                for (; v2.isQuiet() && sent < RING_SLOTS; sent++) {
                    v2.send(sender.broadcast("one more " + sent));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
                JsonNode refusal = v2.nextJson();
                assertThat(refusal.path("info").asString()).contains("stopping");
                assertThat(refusal.path("retry_after_ms").asInt()).isPositive();

                stalling.work();
                assertThat(overHttp.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
                assertThat(own.get(10, TimeUnit.SECONDS)).isInstanceOf(Receipt.Acknowledged.class);
                assertThat(textsUntilTheEnd(v1))
                        .filteredOn(text -> text.contains("WS_Success"))
                        .hasSize(1);
                List<String> answers = textsUntilTheEnd(v2);
                long acknowledged = answers.stream()
                        .filter(text -> text.contains("\"position\""))
                        .count();
                assertThat(answers).as("the other answers").hasSize(sent - 1);
                JdkSocket.await(closing);
                assertThat(stored()).hasSize(3 + (int) acknowledged);
            }
        }
    }

    private static List<String> textsUntilTheEnd(JdkSocket socket) {
        assertThat(socket.closeCode()).isEqualTo(1001);
        List<String> texts = new ArrayList<>();
        while (!socket.isQuiet()) {
            texts.add(socket.next());
        }
        return texts;
    }

    @Test
    void whatCannotBeStoredHoldsTheEndUpForSecondsAndIsNotAcknowledged() {
        stalling.fail("the disk is full");
        try (JdkSocket v2 = JdkSocket.v2(relay, sender)) {
            v2.send(sender.broadcast("lost"));
            Awaitility.await().until(() -> relay.total("storage", "failures") > 0);
            JdkSocket.await(CompletableFuture.runAsync(relay.node()::close));
            assertThat(textsUntilTheEnd(v2)).isEmpty();
        }
    }

    @Test
    void whatWasPublishedBeforeTheEndIsStoredThen() throws Exception {
        stalling.hold();
        String last = "the last words";
        try (JdkSocket publisher = JdkSocket.v2(relay, sender);
                JdkSocket receiver = JdkSocket.v2(relay, ForeignNode.generate())) {
            publisher.send(sender.broadcast(last));
            assertThat(receiver.nextData()).isEqualTo(last);
        }
        stalling.work();
        relay.node().close();

        assertThat(stored()).hasSize(1);
        assertThat(new String(stored().get(0).members(), UTF_8)).contains(last);
    }

    private List<StoredMessage> stored() throws StoreException {
        HistoryQuery all = new HistoryQuery(0, 1_000, 1_000, 1 << 20, Selection.BROADCASTS);
        return stalling.contents().read(all).messages();
    }
}
