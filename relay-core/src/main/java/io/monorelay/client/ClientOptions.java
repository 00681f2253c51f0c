package io.monorelay.client;

import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * How a client behaves on all of its links.
 *
 * @param relayKey the key that a relay must prove, or null for any
 * @param ref an HTTP address by which others reach this node, or null if there is none
 * @param form how keys and signatures are written in what this node publishes
 * @param verifyDeliveries whether the signature of each delivered message is verified; a relay that delivers one that is
 *     wrong is closed
 * @param tls for wss, or null for the certificates that the system trusts; the host name is verified either way
 * @param proxy through which relays are dialled
 * @param hosts finds their addresses
 * @param reconnect when a kept link dials again
 * @param compression whether relays are asked to compress what they deliver; what this node publishes is not compressed
 */
public record ClientOptions(
        @Nullable NodeKey relayKey,
        @Nullable String ref,
        Form form,
        boolean verifyDeliveries,
        @Nullable SslContext tls,
        ProxySettings proxy,
        HostResolver hosts,
        ClientLimits limits,
        ReconnectPolicy reconnect,
        boolean compression) {

    /** Any relay key, no address of its own, MonoChain form, everything verified, no proxy, no compression. */
    public static ClientOptions defaults() {
        return new ClientOptions(
                null,
                null,
                Form.MONOCHAIN,
                true,
                null,
                ProxySettings.none(),
                HostResolver.system(),
                ClientLimits.defaults(),
                ReconnectPolicy.defaults(),
                false);
    }

    public ClientOptions withRelayKey(NodeKey key) {
        return new ClientOptions(key, ref, form, verifyDeliveries, tls, proxy, hosts, limits, reconnect, compression);
    }

    /** The same for a node that others reach at that HTTP address. */
    public ClientOptions withRef(String address) {
        return new ClientOptions(
                relayKey, address, form, verifyDeliveries, tls, proxy, hosts, limits, reconnect, compression);
    }

    public ClientOptions withForm(Form other) {
        return new ClientOptions(
                relayKey, ref, other, verifyDeliveries, tls, proxy, hosts, limits, reconnect, compression);
    }

    public ClientOptions withUnverifiedDeliveries() {
        return new ClientOptions(relayKey, ref, form, false, tls, proxy, hosts, limits, reconnect, compression);
    }

    public ClientOptions withTls(SslContext context) {
        return new ClientOptions(
                relayKey, ref, form, verifyDeliveries, context, proxy, hosts, limits, reconnect, compression);
    }

    public ClientOptions withProxy(ProxySettings other) {
        return new ClientOptions(
                relayKey, ref, form, verifyDeliveries, tls, other, hosts, limits, reconnect, compression);
    }

    public ClientOptions withHosts(HostResolver other) {
        return new ClientOptions(
                relayKey, ref, form, verifyDeliveries, tls, proxy, other, limits, reconnect, compression);
    }

    public ClientOptions withLimits(ClientLimits other) {
        return new ClientOptions(
                relayKey, ref, form, verifyDeliveries, tls, proxy, hosts, other, reconnect, compression);
    }

    public ClientOptions withReconnect(ReconnectPolicy other) {
        return new ClientOptions(relayKey, ref, form, verifyDeliveries, tls, proxy, hosts, limits, other, compression);
    }

    /** The same, asking relays to compress what they deliver. */
    public ClientOptions withCompression() {
        return new ClientOptions(relayKey, ref, form, verifyDeliveries, tls, proxy, hosts, limits, reconnect, true);
    }
}
