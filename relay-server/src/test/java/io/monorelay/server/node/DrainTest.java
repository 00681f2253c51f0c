package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.LinkStatus;
import io.monorelay.protocol.CloseCode;
import io.monorelay.refs.HttpReference;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.ws.JdkSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A relay that lets its peers go before it ends. */
@Timeout(60)
final class DrainTest {
    private static final int SERVICE_RESTART = 1012;

    private static CompletableFuture<Void> drain(RunningRelay relay) {
        return CompletableFuture.runAsync(() -> {
            try {
                relay.node().drain();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void endsAtOnceWhenNobodyIsConnected() {
        try (RunningRelay relay = RunningRelay.start("drain.period=1h")) {
            JdkSocket.await(drain(relay));
        }
    }

    @Test
    void nodesAreToldWhereToMoveAndTheRestIsClosedWithinThePeriod() {
        try (RunningRelay relay = RunningRelay.start("drain.period=400ms", "drain.alternatives=ws://elsewhere:81");
                JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, ForeignNode.generate());
                JdkSocket unproven = JdkSocket.v2(relay);
                RawConnection stream = relay.dial().send("GET /stream HTTP/1.1\r\nHost: relay\r\n\r\n")) {
            await().untilAsserted(() ->
                    assertThat(relay.total("traffic", "streams_opened")).isEqualTo(1));
            CompletableFuture<Void> drained = drain(relay);
            JsonNode told = v2.nextJson().path("drain");
            assertThat(told.path("within_ms").asInt()).isEqualTo(400);
            assertThat(told.path("alternatives").get(0).asString()).isEqualTo("ws://elsewhere:81");
            assertThat(v2.closeCode()).isEqualTo(SERVICE_RESTART);
            assertThat(v1.closeCode()).isEqualTo(SERVICE_RESTART);
            assertThat(unproven.closeCode()).isEqualTo(SERVICE_RESTART);
            stream.awaitEnd();
            JdkSocket.await(drained);
            assertThat(v1.isQuiet()).isTrue();
        }
    }

    @Test
    void peersAreClosedOneAfterTheOther() {
        try (RunningRelay relay = RunningRelay.start("drain.period=2s")) {
            List<JdkSocket> peers =
                    Stream.generate(() -> JdkSocket.v1(relay)).limit(20).toList();
            long start = System.nanoTime();
            List<CompletableFuture<Long>> ends = peers.stream()
                    .map(peer -> CompletableFuture.supplyAsync(
                            () -> {
                                assertThat(peer.closeCode()).isEqualTo(SERVICE_RESTART);
                                return Duration.ofNanos(System.nanoTime() - start)
                                        .toMillis();
                            },
                            task -> Thread.ofVirtual().start(task)))
                    .toList();
            JdkSocket.await(drain(relay));
            List<Long> millis = ends.stream().map(JdkSocket::await).sorted().toList();
            peers.forEach(JdkSocket::close);
            // Twenty random moments of two seconds lie within half of that once in 50,000 times.
            assertThat(millis.getLast() - millis.getFirst()).as("%s", millis).isGreaterThan(1000);
        }
    }

    @Test
    void isNotReadyForAWhileAndServesAllTheSame() {
        try (RunningRelay relay = RunningRelay.start("drain.readiness-delay=1h");
                JdkSocket peer = JdkSocket.v1(relay)) {
            CompletableFuture<Void> drained = drain(relay);
            await().untilAsserted(() -> {
                HttpAnswer answer = relay.get("/health/ready");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.json().path("info").asString()).isEqualTo("draining");
            });
            relay.assertServing();
            assertThat(peer.nextData()).isEqualTo("still there");
            // Whoever is in a hurry does not wait for the rest of it.
            relay.node().close();
            assertThat(peer.closeCode()).isEqualTo(1001);
            JdkSocket.await(drained);
        }
    }

    @Test
    void whatAPeerPublishedIsAcknowledgedBeforeItIsClosed() {
        StallingStore store = new StallingStore();
        try (RunningRelay relay = RunningRelay.startOn(store, "drain.period=0s");
                JdkSocket peer = JdkSocket.v1(relay)) {
            store.hold();
            peer.send(ForeignNode.generate().broadcast("accepted", relay.now()));
            await().untilAsserted(() ->
                    assertThat(relay.total("messages", "accepted")).isEqualTo(1));
            CompletableFuture<Void> drained = drain(relay);
            await().untilAsserted(
                            () -> assertThat(relay.node().metrics().closes().count(CloseCode.SERVICE_RESTART))
                                    .isEqualTo(1));
            assertThat(peer.isQuiet()).isTrue();
            store.work();
            assertThat(peer.nextJson().path("info").asString()).contains("valid");
            assertThat(peer.closeCode()).isEqualTo(SERVICE_RESTART);
            JdkSocket.await(drained);
        }
    }

    @Test
    void nodeMovesToTheAlternativeBeforeItsRelayEndsAndMissesNothing() {
        try (RunningRelay staying = RunningRelay.start();
                RunningRelay going = RunningRelay.start(
                        "links=" + staying.socketAddress(),
                        "drain.period=4s",
                        "drain.alternatives=" + staying.socketAddress());
                RunningRelay node = knowing(staying, going);
                Collector application = Collector.at(node)) {
            going.awaitLinks(1);
            node.awaitLinks(1);
            going.sendToAll("before");
            application.assertGets("before");
            CompletableFuture<Void> drained = drain(going);
            await().untilAsserted(() -> assertThat(node.node().links().reports())
                    .extracting(report -> report.status().relayKey())
                    .containsExactly(staying.key()));
            assertThat(node.node().links().reports().getFirst().status().state())
                    .isEqualTo(LinkStatus.State.OPEN);
            staying.sendToAll("after");
            application.assertGets("before", "after");
            JdkSocket.await(drained);
        }
    }

    /** A private node that has the one relay in its book, and starts with the other. */
    private static RunningRelay knowing(RunningRelay known, RunningRelay entrypoint) {
        RunningRelay first = RunningRelay.start();
        URI address = URI.create("http://127.0.0.1:" + known.port());
        first.node().references().verified(address, known.key(), HttpReference.Level.V2);
        first.stop();
        return first.startAgain(
                "node.public=false",
                "links.wanted=1",
                "references.allow-private=true",
                "entrypoint=" + entrypoint.socketAddress());
    }
}
