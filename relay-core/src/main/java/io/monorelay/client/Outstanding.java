package io.monorelay.client;

import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageId;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The publications of a link that the relay has not answered yet. Several of the same id are one message and get the
 * same answer.
 */
final class Outstanding {
    // fixed after construction
    private final URI relay;
    private final int max;

    // any thread
    private final AtomicInteger reserved = new AtomicInteger();

    // owned by the event loop
    private final Map<MessageId, List<CompletableFuture<Publication>>> waiting = new HashMap<>();

    Outstanding(URI relay, int max) {
        this.relay = relay;
        this.max = max;
    }

    /** Takes one of the places; false if there is none. Any thread. */
    boolean reserve() {
        if (reserved.incrementAndGet() <= max) {
            return true;
        }
        reserved.decrementAndGet();
        return false;
    }

    /** Gives a place back that was reserved for something that is not waited for. Any thread. */
    void release() {
        reserved.decrementAndGet();
    }

    /** Waits for the answer to a message that has a place; false if that message is waited for already. */
    boolean add(MessageId id, CompletableFuture<Publication> answer) {
        List<CompletableFuture<Publication>> answers = waiting.computeIfAbsent(id, first -> new ArrayList<>(1));
        answers.add(answer);
        return answers.size() == 1;
    }

    /** Passes an answer on, if there is a publication that it belongs to. */
    void onSuccess(Inbound.Success success) {
        MessageId id = success.id();
        if (id != null) {
            complete(
                    id,
                    new Publication.Accepted(id, relay, success.position(), success.receiver(), success.durability()));
        }
    }

    /** Passes a refusal on; false if there is no publication that it belongs to. */
    boolean onRefusal(Inbound.Refusal refusal) {
        MessageId id = refusal.id();
        return id != null
                && complete(
                        id,
                        new Publication.Refused(id, relay, refusal.code(), refusal.info(), refusal.retryAfterMillis()));
    }

    /** Fails everything that still waits. */
    void failAll(RelayException failure) {
        List<List<CompletableFuture<Publication>>> failed = List.copyOf(waiting.values());
        waiting.clear();
        for (List<CompletableFuture<Publication>> answers : failed) {
            for (CompletableFuture<Publication> answer : answers) {
                release();
                answer.completeExceptionally(failure);
            }
        }
    }

    private boolean complete(MessageId id, Publication publication) {
        List<CompletableFuture<Publication>> answers = waiting.remove(id);
        if (answers == null) {
            return false;
        }
        for (CompletableFuture<Publication> answer : answers) {
            // The place first: who learns of the answer may publish the next message at once.
            release();
            answer.complete(publication);
        }
        return true;
    }
}
