package io.monorelay.server.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.Delivery;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class CompressionTest {
    private static final int COMPRESSED_TEXT = 0xC1;
    private static final String LONG = "a message that says the same again and again, ".repeat(20);

    @Test
    void whoeverAgreedGetsTheSameCompressedBytesAndWhoDidNotTheText() {
        try (RunningRelay relay = RunningRelay.start("compression.enabled=true");
                RawConnection first = relay.dial().upgradeDeflate();
                RawConnection second = relay.dial().upgradeDeflate();
                RawConnection plain = relay.dial().upgrade()) {
            relay.post("/broadcast", ForeignNode.generate().broadcast(LONG));
            Frame compressed = first.frame();
            assertThat(compressed.head()).isEqualTo(COMPRESSED_TEXT);
            assertThat(second.frame().payload()).isEqualTo(compressed.payload());
            Frame text = plain.frame();
            assertThat(text.head()).isEqualTo(Frame.TEXT);
            assertThat(Deflated.read(compressed.payload())).isEqualTo(text.payload());
            assertThat(text.text()).contains(LONG);
            assertThat(compressed.payload().length).isLessThan(text.payload().length / 2);
        }
    }

    @Test
    void aShortMessageIsSentAsItIs() {
        try (RunningRelay relay = RunningRelay.start("compression.enabled=true", "compression.min-bytes=4KiB");
                RawConnection peer = relay.dial().upgradeDeflate()) {
            relay.post("/broadcast", ForeignNode.generate().broadcast(LONG));
            assertThat(peer.frame().head()).isEqualTo(Frame.TEXT);
        }
    }

    @Test
    void whatAPeerCompressesIsPublished() {
        try (RunningRelay relay = RunningRelay.start("compression.enabled=true");
                JdkSocket other = JdkSocket.v1(relay);
                RawConnection peer = relay.dial().upgradeDeflate()) {
            byte[] broadcast = ForeignNode.generate().broadcast(LONG).getBytes(UTF_8);
            peer.sendFrame(COMPRESSED_TEXT, Deflated.bytes(broadcast));
            assertThat(peer.frame().text()).contains("WS_Success");
            assertThat(other.nextData()).isEqualTo(LONG);
        }
    }

    @Test
    void aClientOfOursGetsWhatIsLiveAndWhatItMissed() throws Exception {
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
        LinkDialer dialer = LinkDialer.withOwnThread(
                NodeIdentity.generate(ed25519),
                ed25519,
                ClientOptions.defaults().withCompression());
        BlockingQueue<String> came = new LinkedBlockingQueue<>();
        RelayListener listener = new RelayListener() {
            @Override
            public void onMessage(Delivery delivery) {
                came.add(delivery.data());
            }
        };
        try (RunningRelay relay = RunningRelay.start("compression.enabled=true")) {
            relay.sendToAll("missed " + LONG);
            RelayLink link = dialer.resume(relay.socketAddress(), 0, listener)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("missed " + LONG);
            relay.sendToAll("live " + LONG);
            assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("live " + LONG);
            link.close();
        } finally {
            assertThat(dialer.close()).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void relaysThatCompressUnderstandEachOther() {
        try (RunningRelay dialled = RunningRelay.start("compression.enabled=true");
                RunningRelay dialling =
                        RunningRelay.start("compression.enabled=true", "links=" + dialled.socketAddress());
                JdkSocket peer = JdkSocket.v1(dialling)) {
            dialling.awaitLinks(1);
            dialled.sendToAll(LONG);
            assertThat(peer.nextData()).isEqualTo(LONG);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "true, permessage-deflate; client_max_window_bits,"
                + " permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "true, permessage-deflate; server_max_window_bits=15,"
                + " permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15",
        "true, permessage-deflate; server_max_window_bits=10, ",
        "true, permessage-deflate; unknown, ",
        "false, permessage-deflate, ",
    })
    void theAnswerToAnOfferIsTheSameOnBothWaysToAWebSocket(String enabled, String offer, String answer) {
        try (RunningRelay relay = RunningRelay.start("compression.enabled=" + enabled)) {
            for (String more : new String[] {"", "Connection: keep-alive\r\n"}) {
                try (RawConnection peer = relay.dial()) {
                    String head = peer.send(request(offer) + more + "\r\n").head();
                    assertThat(head).startsWith("HTTP/1.1 101 ");
                    if (answer == null) {
                        assertThat(head).doesNotContainIgnoringCase("sec-websocket-extensions");
                    } else {
                        assertThat(head).containsIgnoringCase("sec-websocket-extensions: " + answer + "\r\n");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aMalformedOfferIsRefused(String enabled) {
        try (RunningRelay relay = RunningRelay.start("compression.enabled=" + enabled);
                RawConnection peer = relay.dial()) {
            peer.send(request("permessage-deflate;;") + "\r\n");
            assertThat(peer.answer().status()).isEqualTo(400);
            assertThat(relay.total("faults", "bad_upgrade")).isEqualTo(1);
        }
    }

    private static String request(String offer) {
        return "GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + RawConnection.UPGRADE_KEY + "\r\nSec-WebSocket-Extensions: " + offer + "\r\n";
    }
}
