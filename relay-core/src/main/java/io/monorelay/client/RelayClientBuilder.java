package io.monorelay.client;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.NodeKey;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Describes a {@link RelayClient}, which {@link #start} then makes. Not thread-safe. */
public final class RelayClientBuilder {
    private final Set<URI> relays = new LinkedHashSet<>();
    private final Map<URI, NodeKey> pinned = new HashMap<>();
    private Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
    private @Nullable NodeIdentity identity;
    private ClientOptions options = ClientOptions.defaults();
    private @Nullable RelayMemory memory;
    private KeptLinkListener listener = (link, delivery) -> {};
    private QueueLimits queue = QueueLimits.defaults();
    private Function<NodeIdentity, LinkDialer> dialers = this::ownThread;

    RelayClientBuilder() {}

    /**
     * A relay to keep a link to.
     *
     * @param relay ws or wss, http or https for the same
     */
    public RelayClientBuilder relay(URI relay) {
        relays.add(relay);
        return this;
    }

    /** The same, which must prove that key if the memory knows no other. */
    public RelayClientBuilder relay(URI relay, NodeKey key) {
        pinned.put(relay, key);
        return relay(relay);
    }

    /** Who this node is; a new identity, which ends with the program, unless one is given. */
    public RelayClientBuilder identity(NodeIdentity other) {
        identity = other;
        return this;
    }

    /** The library for signatures; Bouncy Castle unless another is given. */
    public RelayClientBuilder ed25519(Ed25519 library) {
        ed25519 = library;
        return this;
    }

    /** How links are opened. */
    public RelayClientBuilder options(ClientOptions other) {
        options = other;
        return this;
    }

    /** What is remembered of relays; for as long as the program runs, unless another memory is given. */
    public RelayClientBuilder memory(RelayMemory other) {
        memory = other;
        return this;
    }

    /** Who is given each message once, and told what else happens. */
    public RelayClientBuilder listener(KeptLinkListener other) {
        listener = other;
        return this;
    }

    /** Who is given each message once. */
    public RelayClientBuilder onMessage(Consumer<Delivery> receiver) {
        return listener((link, delivery) -> receiver.accept(delivery));
    }

    /** What may wait to be published. */
    public RelayClientBuilder queue(QueueLimits limits) {
        queue = limits;
        return this;
    }

    /**
     * Event loops that others may use too and that stay when the client is closed, instead of a thread of its own.
     *
     * @param channelType the kind of socket that fits the group
     */
    public RelayClientBuilder eventLoops(EventLoopGroup group, Class<? extends Channel> channelType) {
        dialers = node -> LinkDialer.on(group, channelType, node, ed25519, options);
        return this;
    }

    private LinkDialer ownThread(NodeIdentity node) {
        return LinkDialer.withOwnThread(node, ed25519, options);
    }

    /**
     * Starts the client, which dials its relays from then on.
     *
     * @throws IllegalArgumentException if a URL cannot be dialled
     */
    public RelayClient start() {
        relays.forEach(RelayAddress::of);
        NodeIdentity node = identity == null ? NodeIdentity.generate(ed25519) : identity;
        // Nobody comes again under a key that ends with the program.
        RelayMemory remembering = memory == null ? new UnsavedRelayMemory(identity != null) : memory;
        pinned.forEach((relay, key) -> {
            if (remembering.keyOf(relay) == null) {
                remembering.firstSeen(relay, key);
            }
        });
        RelayClient client = new RelayClient(dialers.apply(node), remembering, listener, queue);
        relays.forEach(client::add);
        return client;
    }
}
