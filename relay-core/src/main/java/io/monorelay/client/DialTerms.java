package io.monorelay.client;

import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.NodeKey;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of the relay that it dials.
 *
 * @param relayKey the key that the relay must prove, or null for the one of the options, if there is one
 * @param resumeAfter the last position that this node has of a relay with that key, if it knows one; called on the event
 *     loop of the link
 * @param deliver what this node wants of messages to everybody
 */
record DialTerms(@Nullable NodeKey relayKey, Function<NodeKey, OptionalLong> resumeAfter, DeliveryMode deliver) {
    static DialTerms withoutPosition() {
        return new DialTerms(null, key -> OptionalLong.empty(), DeliveryMode.BODIES);
    }

    static DialTerms after(long position) {
        return new DialTerms(null, key -> OptionalLong.of(position), DeliveryMode.BODIES);
    }
}
