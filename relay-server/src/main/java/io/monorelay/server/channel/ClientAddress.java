package io.monorelay.server.channel;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/**
 * Where the client of a connection is: what a trusted proxy has said of it, and without one the address that the
 * connection comes from. This is what is limited, logged and banned; the address of the proxy itself is not, as all its
 * clients share that. Any thread; it costs no memory where no proxy has spoken.
 */
public final class ClientAddress {
    private static final AttributeKey<InetSocketAddress> SAID = AttributeKey.valueOf(ClientAddress.class, "said");

    /** For channels that are no connections of the internet's. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private ClientAddress() {}

    /** The client's address, which is always resolved; its port is 0 where the proxy has named none. */
    public static InetSocketAddress of(Channel channel) {
        InetSocketAddress said = channel.hasAttr(SAID) ? channel.attr(SAID).get() : null;
        if (said != null) {
            return said;
        }
        return channel.remoteAddress() instanceof InetSocketAddress seen && !seen.isUnresolved() ? seen : NOWHERE;
    }

    /** Remembers what a trusted proxy says. On a connection that takes one request after the other it may change. */
    public static void set(Channel channel, InetSocketAddress said) {
        if (said.isUnresolved()) {
            throw new IllegalArgumentException(said + " is a name, expected an address");
        }
        channel.attr(SAID).set(said);
    }

    /** The same for people: {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}, and without a port where none is known. */
    public static String text(Channel channel) {
        return text(of(channel));
    }

    /** An address, as that writes it. */
    public static String text(InetSocketAddress address) {
        return address.getPort() == 0
                ? NetUtil.toAddressString(address.getAddress())
                : NetUtil.toSocketAddressString(address);
    }
}
