package io.monorelay.relay;

import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How far the time of a published message may be from now. Any thread.
 *
 * @param width into the past and into the future, each; counted in whole seconds
 */
public record TimeWindow(Duration width, InstantSource clock) {
    /** How old a message is by its own time, in seconds; negative for one from the future. */
    long ageSeconds(DecodedMessage message) {
        return Math.floorDiv(clock.millis(), 1000L) - message.timeEpochSecond();
    }

    void check(DecodedMessage message) throws ProtocolException {
        long ageSeconds = ageSeconds(message);
        long most = width.toSeconds();
        if (ageSeconds > most) {
            throw new ProtocolException(
                    Fault.STALE_TIME,
                    "field \"time\": " + ageSeconds + " s in the past, expected at most " + most + " s");
        }
        if (ageSeconds < -most) {
            throw new ProtocolException(
                    Fault.FUTURE_TIME,
                    "field \"time\": " + -ageSeconds + " s in the future, expected at most " + most + " s");
        }
    }
}
