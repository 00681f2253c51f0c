package io.monorelay.server.node;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.Delivery;
import io.monorelay.client.KeptLink;
import io.monorelay.client.KeptLinkListener;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayMemory;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Inbound;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A node that keeps a link to one relay whatever happens to that, and writes down every delivery, also one that comes twice. */
final class SteadyReader implements KeptLinkListener, AutoCloseable {
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);

    private final LinkDialer dialer = LinkDialer.withOwnThread(
            NodeIdentity.generate(ED25519), ED25519, ClientOptions.defaults().withUnverifiedDeliveries());
    private final RelayMemory memory = RelayMemory.inMemory();
    private final List<String> data = new CopyOnWriteArrayList<>();
    private final CountDownLatch opened = new CountDownLatch(1);

    private SteadyReader() {}

    /** One that has begun to listen. */
    static SteadyReader at(URI relay) throws InterruptedException {
        SteadyReader reader = new SteadyReader();
        KeptLink.start(reader.dialer, relay, reader.memory, reader);
        if (!reader.opened.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("no link to " + relay);
        }
        return reader;
    }

    @Override
    public void onOpen(RelayLink link) {
        // From here on it knows where it is, also when that relay ends before anything comes.
        if (memory.processed(link.relayKey()).isEmpty()) {
            memory.processed(link.relayKey(), link.position());
        }
        opened.countDown();
    }

    @Override
    public void onMessage(RelayLink link, Delivery delivery) {
        data.add(delivery.data());
        memory.processed(link.relayKey(), delivery.position());
    }

    @Override
    public void onGap(RelayLink link, Inbound.Gap gap) {
        data.add("a gap: " + gap);
    }

    /** What has come, in order. */
    List<String> data() {
        return List.copyOf(data);
    }

    @Override
    public void close() {
        LinkedNode.await(dialer.close());
    }
}
