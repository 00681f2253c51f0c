package io.monorelay.client;

import io.monorelay.protocol.MessageId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A message on its way to the relays of a client. Belongs to the event loop of the client, but for its answer. */
final class Posting {
    // fixed after construction
    private final byte[] text;
    private final MessageId id;
    private final long dueNanos;
    private final CompletableFuture<Publication> answer;

    // owned by the event loop
    /** The relays that have neither acknowledged nor refused it. */
    private final Set<RelayLane> awaited = new HashSet<>();

    private Publication.@Nullable Refused refusal;

    Posting(byte[] text, MessageId id, long dueNanos, CompletableFuture<Publication> answer) {
        this.text = text;
        this.id = id;
        this.dueNanos = dueNanos;
        this.answer = answer;
    }

    byte[] text() {
        return text;
    }

    MessageId id() {
        return id;
    }

    /** When it is too late to publish it, in the time of the event loop. */
    long dueNanos() {
        return dueNanos;
    }

    CompletableFuture<Publication> answer() {
        return answer;
    }

    Set<RelayLane> awaited() {
        return awaited;
    }

    /** What the last relay said that refused it. */
    Publication.@Nullable Refused refusal() {
        return refusal;
    }

    void refusedWith(Publication.Refused last) {
        refusal = last;
    }
}
