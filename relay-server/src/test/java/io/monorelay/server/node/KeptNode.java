package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.RawConnection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node that keeps a link and writes down what comes; what has been processed is up to the test. */
final class KeptNode implements KeptLinkListener, AutoCloseable {
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);

    private final NodeIdentity identity = NodeIdentity.generate(ED25519);
    private final LinkDialer dialer = LinkDialer.withOwnThread(identity, ED25519, ClientOptions.defaults());
    private final RelayMemory memory = RelayMemory.inMemory();
    private final BlockingQueue<Object> came = new LinkedBlockingQueue<>();
    private final BlockingQueue<RelayLink> opened = new LinkedBlockingQueue<>();
    private volatile DeliveryMode wanted;
    private @Nullable KeptLink kept;
    private @Nullable RelayLink link;

    KeptNode(DeliveryMode wanted) {
        this.wanted = wanted;
    }

    NodeKey key() {
        return identity.key();
    }

    /** Returns when the link is open. */
    void keepLinkTo(RunningRelay relay) throws InterruptedException {
        kept = KeptLink.start(dialer, relay.socketAddress(), memory, this);
        awaitOpen();
    }

    /** Opens the link again for something else; returns when it is open. */
    void wantFromNowOn(DeliveryMode mode) throws InterruptedException {
        wanted = mode;
        kept.reopen();
        awaitOpen();
    }

    private void awaitOpen() throws InterruptedException {
        link = opened.poll(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(link).as("an open link").isNotNull();
        assertThat(link.wanted()).isEqualTo(wanted);
    }

    /** The link that was opened last. */
    RelayLink link() {
        return link;
    }

    /** Everything of that relay up to there needs not come again. */
    void processed(long position) {
        memory.processed(link.relayKey(), position);
    }

    /** What comes next. */
    Object next() throws InterruptedException {
        Object next = came.poll(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(next).as("something that comes").isNotNull();
        return next;
    }

    /** Closes the link, and remembers what has been processed. */
    void leave() {
        LinkedNode.await(kept.close());
    }

    @Override
    public DeliveryMode wanted() {
        return wanted;
    }

    @Override
    public void onOpen(RelayLink now) {
        opened.add(now);
    }

    @Override
    public void onMessage(RelayLink by, Delivery delivery) {
        came.add(delivery);
    }

    @Override
    public void onAnnouncement(RelayLink by, Inbound.Announcement announcement) {
        came.add(announcement);
    }

    @Override
    public void onRefusal(RelayLink by, Inbound.Refusal refusal) {
        came.add(refusal);
    }

    @Override
    public void close() {
        LinkedNode.await(dialer.close());
    }
}
