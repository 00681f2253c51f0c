package io.monorelay.server.node;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV1;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.refs.ReferenceKeeper;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.refs.ReferenceStoreException;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.forward.AddressResolver;
import io.monorelay.server.forward.CounterHandshakes;
import io.monorelay.server.forward.HandshakeCaller;
import io.monorelay.server.forward.HttpCaller;
import io.monorelay.server.forward.HttpForwarder;
import io.monorelay.server.handshake.Handshakes;
import io.monorelay.server.handshake.Strangers;
import io.monorelay.server.link.LinkedKeys;
import io.monorelay.server.net.Transport;
import io.monorelay.server.store.OldReferenceFile;
import io.monorelay.store.Durability;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.handler.ssl.SslContext;
import java.time.InstantSource;
import javax.net.ssl.SSLException;

/**
 * Everything by which the relay calls others: the references that it keeps, the counter-handshakes that check new ones,
 * and the forwarding to them. All of it works on one event loop.
 */
final class Outward implements Strangers, AutoCloseable {
    private final ReferenceBook book;
    private final ReferenceKeeper keeper;
    private final AddressResolver knownNodes;
    private final AddressResolver strangers;
    private final CounterHandshakes counterHandshakes;
    private final HttpForwarder forwarder;

    /**
     * What it needs of the relay.
     *
     * @param loop the one that everything works on
     */
    record Parts(
            RelayConfig config,
            Limits limits,
            InstantSource clock,
            NodeIdentity identity,
            Ed25519 ed25519,
            InboundDecoder decoder,
            ReferenceStore references,
            MessageLog log,
            KeyDirectory directory,
            LinkedKeys linked,
            RelayMetrics metrics,
            Transport transport,
            EventLoop loop) {}

    /** Reads the references that were kept, and begins to forward to them. */
    static Outward start(Parts parts) throws StartException {
        try {
            return new Outward(parts);
        } catch (ReferenceStoreException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        } catch (SSLException unusable) {
            throw new StartException("TLS cannot be used for https references: " + unusable.getMessage(), unusable);
        }
    }

    private Outward(Parts parts) throws ReferenceStoreException, SSLException {
        RelayConfig config = parts.config();
        book = new ReferenceBook(
                config.references().max(),
                config.references().forgetAfter(),
                parts.clock(),
                parts.metrics().offences());
        if (config.store().durability() != Durability.MEMORY) {
            new OldReferenceFile(config.data()).moveInto(parts.references());
        }
        keeper = ReferenceKeeper.open(parts.references(), book);
        AddressPolicy policy = new AddressPolicy(config.references().allowPrivate());
        // Two of them, so that a stranger's name that nobody answers for does not hold up those who are known.
        knownNodes = new AddressResolver(policy);
        strangers = new AddressResolver(policy);
        SslContext tls = HttpCaller.trustingTheSystem();
        counterHandshakes = new CounterHandshakes(
                caller(parts, strangers, tls),
                handshakeCaller(parts),
                book,
                policy,
                config.references().handshakeQueue(),
                parts.metrics());
        forwarder = HttpForwarder.start(new HttpForwarder.Parts(
                parts.log(),
                book,
                parts.directory(),
                parts.linked(),
                parts.identity().key(),
                parts.decoder(),
                parts.clock(),
                caller(parts, knownNodes, tls),
                config.forward(),
                parts.metrics()));
    }

    private static HttpCaller caller(Parts parts, AddressResolver resolver, SslContext tls) {
        return new HttpCaller(
                parts.loop(),
                new ReflectiveChannelFactory<>(parts.transport().clientChannel()),
                resolver,
                tls,
                parts.config().forward().timeout());
    }

    private static HandshakeCaller handshakeCaller(Parts parts) {
        return new HandshakeCaller(
                parts.identity(),
                Handshakes.referenceOf(parts.config()),
                new HandshakeV1(parts.ed25519(), parts.limits()),
                new HandshakeV2(parts.ed25519(), parts.limits()),
                parts.decoder(),
                parts.clock());
    }

    ReferenceBook book() {
        return book;
    }

    @Override
    public void named(String ref, NodeKey key, HttpReference.Level level) {
        counterHandshakes.offer(ref, key, level);
    }

    /** Hangs up, and saves the references a last time. */
    @Override
    public void close() {
        forwarder.close();
        knownNodes.close();
        strangers.close();
        keeper.close();
    }
}
