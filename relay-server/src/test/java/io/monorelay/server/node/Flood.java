package io.monorelay.server.node;

import io.monorelay.client.Publication;
import io.monorelay.client.RelayLink;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Publishes many messages, many at a time, each until it is acknowledged. */
final class Flood {
    private static final int AT_A_TIME = 200;

    private record Sent(String data, CompletableFuture<Publication> answer) {}

    private Flood() {}

    static void of(RelayLink link, Collection<String> texts) {
        Queue<String> toSend = new ArrayDeque<>(texts);
        Queue<Sent> waiting = new ArrayDeque<>();
        while (!toSend.isEmpty() || !waiting.isEmpty()) {
            if (!toSend.isEmpty() && waiting.size() < AT_A_TIME) {
                String data = toSend.remove();
                waiting.add(new Sent(data, link.publish(data, null).toCompletableFuture()));
            } else {
                Sent first = waiting.remove();
                if (LinkedNode.await(first.answer()) instanceof Publication.Refused refused) {
                    if (refused.retryAfterMillis() == null) {
                        throw new AssertionError(refused);
                    }
                    toSend.add(first.data());
                }
            }
        }
    }
}
