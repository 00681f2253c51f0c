package io.monorelay.server.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.RunningRelay;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages made in the original's encoding, published at the time that they carry. */
final class GeneratedBroadcastsTest {
    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.startAt(Captures.GENERATED_AT);
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    static Stream<Arguments> broadcasts() {
        return Captures.broadcasts();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("broadcasts")
    void everyBroadcastGetsItsStatus(String file, int status, String digest) {
        HttpAnswer answer = relay.post("/broadcast", Captures.bytes("generated/" + file));
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        if (status == 200) {
            assertThat(answer.info()).isEqualTo("Message received and valid");
            assertThat(answer.json().path("position").isIntegralNumber()).isTrue();
            if (!digest.isEmpty()) {
                assertThat(answer.json().path("id").asString()).isEqualTo(digest);
            }
        } else {
            assertThat(answer.code()).isEqualTo(status);
            assertThat(answer.info()).isNotEmpty();
        }
    }

    @Test
    void whatAnOriginalCouldVerifyOnlyByEncodingItAgainIsRelayedInThatEncoding() {
        try (RawConnection v1 = relay.dial().upgrade();
                RunningRelay other = RunningRelay.startAt(Captures.GENERATED_AT);
                RawConnection v1OfOther = other.dial().upgrade()) {
            relay.post("/broadcast", Captures.bytes("generated/broadcast-reformat-base.json"));
            other.post("/broadcast", Captures.bytes("generated/broadcast-reformat-pretty.json"));
            String canonical = Captures.text("generated/broadcast-reformat-base.json");
            String expected = canonical.substring(0, canonical.length() - 1) + ",\"_type\":\"Broadcast_Message\"}";
            assertThat(v1OfOther.frame().text()).isEqualTo(expected);
            assertThat(other.post("/broadcast", canonical).status()).isEqualTo(200);
            assertThat(other.total("messages", "duplicate")).isEqualTo(1);
            v1.sendFrame(Frame.CLOSE, new byte[] {3, (byte) 232});
        }
    }

    @Test
    void aMessageOf64KiloBytesPassesWhereItIsAllowed() {
        try (RunningRelay roomy = RunningRelay.startAt(Captures.GENERATED_AT, "message.max-bytes=128KiB");
                RawConnection v1 = roomy.dial().upgrade()) {
            byte[] message = Captures.bytes("generated/broadcast-64k.json");
            assertThat(roomy.post("/broadcast", message).status()).isEqualTo(200);
            String text = Captures.text("generated/broadcast-64k.json");
            assertThat(v1.frame().text())
                    .isEqualTo(text.substring(0, text.length() - 1) + ",\"_type\":\"Broadcast_Message\"}");
        }
    }
}
