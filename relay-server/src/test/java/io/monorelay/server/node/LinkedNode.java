package io.monorelay.server.node;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.RawConnection;
import java.net.URI;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A node with one key, which opens one link after the other. */
public final class LinkedNode implements AutoCloseable {
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);

    private final NodeIdentity identity = NodeIdentity.generate(ED25519);
    private final LinkDialer client;

    private LinkedNode(ClientOptions options) {
        client = LinkDialer.withOwnThread(identity, ED25519, options);
    }

    /** A node that verifies every message that it gets. */
    public static LinkedNode generate() {
        return new LinkedNode(ClientOptions.defaults());
    }

    /** A node that believes the relay, which costs less. */
    public static LinkedNode trusting() {
        return new LinkedNode(ClientOptions.defaults().withUnverifiedDeliveries());
    }

    /** A node that dials in that way. */
    public static LinkedNode with(ClientOptions options) {
        return new LinkedNode(options);
    }

    public NodeKey key() {
        return identity.key();
    }

    /** Links up without a position of its own. */
    public RelayLink connect(URI relay, RelayListener listener) {
        return await(client.connect(relay, listener));
    }

    /** Links up after that position. */
    public RelayLink resume(URI relay, long after, RelayListener listener) {
        return await(client.resume(relay, after, listener));
    }

    Inbox connect(RunningRelay relay) {
        return connect(relay.socketAddress());
    }

    /** The same for an address, which may be that of a balancer. */
    public Inbox connect(URI relay) {
        Inbox inbox = new Inbox();
        return inbox.on(connect(relay, inbox));
    }

    Inbox resume(RunningRelay relay, long after) {
        Inbox inbox = new Inbox();
        return inbox.on(resume(relay.socketAddress(), after, inbox));
    }

    /** What comes of that, within the time that a test has for it. */
    public static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    /** Closes all links, and returns when they have ended. */
    @Override
    public void close() {
        await(client.close());
    }
}
