package io.monorelay.server.ws;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.ClientLimits;
import io.monorelay.client.ClientOptions;
import io.monorelay.client.Delivery;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.server.net.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's side of a WebSocket, held to the same letter as the relay's, by a relay that is none. */
final class StrictClientTest {
    private static final String STILL = "still there?";
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private static final ClientOptions OPTIONS = ClientOptions.defaults()
            .withUnverifiedDeliveries()
            .withLimits(new ClientLimits(
                    3, 8 << 20, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(10)));

    private static LinkDialer plainDialer;
    private static LinkDialer deflateDialer;
    private static RawRelay relay;

    /** Gathers what comes. */
    private static final class Texts implements RelayListener {
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();

        @Override
        public void onMessage(Delivery delivery) {
            texts.add(delivery.data());
        }

        @Override
        public void onRefusal(Inbound.Refusal refusal) {
            texts.add(refusal.info());
        }

        @Override
        public void onClosed(int code, String reason, CloseCode.Next next) {
            closed.add(code);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        NodeIdentity node = NodeIdentity.generate(ED25519);
        plainDialer = LinkDialer.withOwnThread(node, ED25519, OPTIONS);
        deflateDialer = LinkDialer.withOwnThread(node, ED25519, OPTIONS.withCompression());
        relay = new RawRelay(ED25519);
    }

    @AfterAll
    static void stop() throws IOException {
        relay.close();
        assertThat(plainDialer.close()).succeedsWithin(Duration.ofSeconds(15));
        assertThat(deflateDialer.close()).succeedsWithin(Duration.ofSeconds(15));
    }

    static Stream<StrictCase> plain() {
        return StrictCase.all().filter(each -> each.appliesTo(StrictCase.Side.CLIENT, false));
    }

    static Stream<StrictCase> deflate() {
        return StrictCase.all().filter(each -> each.appliesTo(StrictCase.Side.CLIENT, true));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void whatComesIsAnsweredAsTheRfcHasIt(StrictCase each) throws Exception {
        play(each, plainDialer);
    }

    @ParameterizedTest
    @MethodSource("deflate")
    void whatComesIsAnsweredAsTheRfcHasItWithCompression(StrictCase each) throws Exception {
        play(each, deflateDialer);
    }

    private static void play(StrictCase each, LinkDialer dialer) throws Exception {
        Texts listener = new Texts();
        CompletionStage<RelayLink> opening = dialer.connect(relay.uri(), listener);
        try (RawRelay.Dialled client = relay.accept(dialer == deflateDialer)) {
            RelayLink link = opening.toCompletableFuture().get(10, TimeUnit.SECONDS);
            for (byte[] piece : each.pieces(StrictCase.Side.CLIENT)) {
                client.write(piece);
            }
            List<String> expected = each.expected();
            int answers = Collections.frequency(expected, StrictCase.ANSWER);
            expected.removeIf(StrictCase.ANSWER::equals);
            if (!each.expectsClose()) {
                client.write(frame(Frame.PING, STILL));
                expected.add("pong:" + STILL);
            }
            assertThat(client.frames(expected.size())).isEqualTo(expected);
            for (int i = 0; i < answers; i++) {
                assertThat(listener.texts.poll(10, TimeUnit.SECONDS)).isNotNull();
            }
            if (each.expectsClose()) {
                client.endOutput();
                client.assertEnd();
                assertThat(listener.closed.poll(10, TimeUnit.SECONDS)).isNotNull();
            } else {
                link.close();
            }
            assertThat(listener.texts).isEmpty();
        }
    }

    private static byte[] frame(int head, String payload) {
        byte[] bytes = payload.getBytes(US_ASCII);
        byte[] frame = new byte[2 + bytes.length];
        frame[0] = (byte) head;
        frame[1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, frame, 2, bytes.length);
        return frame;
    }
}
