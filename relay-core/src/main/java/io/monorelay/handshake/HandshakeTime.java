package io.monorelay.handshake;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Tells whether the time in a handshake is one, and near enough to now. */
final class HandshakeTime {
    private final long windowMicros;

    HandshakeTime(Duration window) {
        windowMicros = window.toNanos() / 1000;
    }

    void check(String field, String text, Instant now) throws ProtocolException {
        long micros = WireTime.parseMicros(text);
        if (micros == WireTime.UNREADABLE) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_TIME_FORMAT,
                    "field \"" + field + "\": expected a date and time as \"YYYY-MM-DD HH:MM:SS.uuuuuu\"");
        }
        long away = Math.abs(ChronoUnit.MICROS.between(Instant.EPOCH, now) - micros);
        if (away > windowMicros) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_TIME_WINDOW,
                    "field \"" + field + "\": expected within " + windowMicros / 1_000_000 + " s of now, is "
                            + away / 1_000_000 + " s away");
        }
    }
}
