package io.monorelay.server.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.RunningRelay;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that end an original node, or have it sign what it should not. */
final class AttacksTest {
    private static RunningRelay later;
    private static RunningRelay atTheTime;

    @BeforeAll
    static void start() {
        later = RunningRelay.startAt("2026-11-24T00:00:00Z");
        atTheTime = RunningRelay.startAt("2026-11-23T02:10:41Z");
    }

    @AfterAll
    static void stop() {
        later.close();
        atTheTime.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "broadcast-bad-time, 400",
        "broadcast-bad-utf8, 400",
        "oracle-1-learn-key, 403",
        "oracle-2-sign, 400",
        "oracle-3-broadcast-forged, 403",
        "panic-handshake-time, 400",
        "replay-2022-message, 403",
    })
    void everyAttackIsRefusedAndHarmless(String name, int status) {
        HttpAnswer answer = attack(later, name);
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.json().has("signature")).isFalse();
        later.assertServing();
    }

    @Test
    void aMessageDisguisedAsATimeIsNotSignedAtAnyTime() {
        assertThat(attack(atTheTime, "oracle-1-learn-key").status()).isEqualTo(200);
        HttpAnswer answer = attack(atTheTime, "oracle-2-sign");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.info()).contains("YYYY-MM-DD HH:MM:SS.uuuuuu");
        assertThat(answer.text()).doesNotContain("FORGED");
    }

    @Test
    void noRefusedMessageIsDelivered() {
        try (RawConnection v1 = later.dial().upgrade()) {
            attack(later, "oracle-3-broadcast-forged");
            attack(later, "replay-2022-message");
            attack(later, "broadcast-bad-time");
            later.assertServing();
            assertThat(v1.frame().text()).contains("still there");
        }
    }

    private static HttpAnswer attack(RunningRelay relay, String name) {
        try (RawConnection connection = relay.dial()) {
            return connection
                    .send(Captures.bytes("original/attacks/" + name + ".request.bin"))
                    .answer();
        }
    }
}
