package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.Delivery;
import io.monorelay.client.Publication;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.RawConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One link of a node: what came over it, in order, and the way back. */
public final class Inbox implements RelayListener, AutoCloseable {
    private final BlockingQueue<Object> came = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable RelayLink link;

    Inbox on(RelayLink opened) {
        link = opened;
        return this;
    }

    public RelayLink link() {
        return link;
    }

    /** Publishes to everybody, and returns when that is acknowledged. */
    public Publication.Accepted publish(String data) {
        return publish(data, null);
    }

    Publication.Accepted publish(String data, @Nullable NodeKey receiver) {
        return (Publication.Accepted) LinkedNode.await(link().publish(data, receiver));
    }

    /** The message that comes next, before which nothing else may. */
    Delivery next() throws InterruptedException {
        return take(Delivery.class);
    }

    Inbound.Gap nextGap() throws InterruptedException {
        return take(Inbound.Gap.class);
    }

    /** That these come next and nothing else, each above the one before. */
    public void assertNext(String... data) throws InterruptedException {
        long previous = 0;
        List<String> next = new ArrayList<>();
        while (next.size() < data.length) {
            Delivery delivery = next();
            assertThat(delivery.position()).isGreaterThan(previous);
            previous = delivery.position();
            next.add(delivery.data());
        }
        assertThat(next).containsExactly(data);
    }

    private <T> T take(Class<T> expected) throws InterruptedException {
        Object next = came.poll(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(next).isInstanceOf(expected);
        return expected.cast(next);
    }

    @Override
    public void onMessage(Delivery delivery) {
        came.add(delivery);
    }

    @Override
    public void onGap(Inbound.Gap gap) {
        came.add(gap);
    }

    @Override
    public void onRefusal(Inbound.Refusal refusal) {
        came.add(refusal);
    }

    @Override
    public void onClosed(int code, String reason, CloseCode.Next next) {
        ended.complete(null);
    }

    /** Closes the link; returns when it has ended. */
    @Override
    public void close() {
        LinkedNode.await(link().close());
        LinkedNode.await(ended);
    }
}
