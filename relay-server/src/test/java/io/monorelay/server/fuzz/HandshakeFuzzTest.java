package io.monorelay.server.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.monorelay.handshake.Audience;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.WireTime;
import io.monorelay.websocket.PermessageDeflate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What strangers write into the fields of a handshake. */
final class HandshakeFuzzTest {
    /** A relay signs what it takes for a time: that must be one, written in the only way there is. */
    @FuzzTest
    void aTimeIsWrittenInOneWayOnly(byte[] data) {
        String text = new String(data, UTF_8);
        long micros = WireTime.parseMicros(text);
        if (micros != WireTime.UNREADABLE) {
            Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
            assertThat(WireTime.formatMicros(time)).isEqualTo(text);
        }
        long seconds = WireTime.parseSecond(text);
        if (seconds != WireTime.UNREADABLE) {
            assertThat(WireTime.formatSecond(seconds)).isEqualTo(text);
        }
    }

    @FuzzTest
    void theAudienceOfAnAudienceIsTheSame(byte[] data) {
        String audience;
        try {
            audience = Audience.of(new String(data, UTF_8));
        } catch (IllegalArgumentException notAnAddress) {
            return;
        }
        assertThat(Audience.of(audience)).isEqualTo(audience);
    }

    /** What is answered to an offer is something that our own client takes, and depends on the offer alone. */
    @FuzzTest
    void anOfferIsAnsweredWithTermsOrNotAtAll(byte[] data) {
        String header = new String(data, ISO_8859_1);
        String answer;
        try {
            answer = PermessageDeflate.answerTo(header);
        } catch (ProtocolException malformed) {
            assertThat(PermessageDeflate.isAgreement(header)).isFalse();
            return;
        }
        if (answer != null) {
            assertThat(PermessageDeflate.isAgreement(answer)).isTrue();
            assertThat(header).contains("permessage-deflate");
        }
        assertThat(answered(", " + header + " ,\t,")).isEqualTo(answer);
        assertThat(answered("unknown; x=\"y\"," + header)).isEqualTo(answer);
    }

    private static @Nullable String answered(String header) {
        try {
            return PermessageDeflate.answerTo(header);
        } catch (ProtocolException malformed) {
            throw new AssertionError(header, malformed);
        }
    }
}
