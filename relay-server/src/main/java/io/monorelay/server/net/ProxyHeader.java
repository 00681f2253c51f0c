package io.monorelay.server.net;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.Fault;
import io.monorelay.server.admission.Doorkeeper;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.channel.ConnectionFailure;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the client's address that a trusted proxy gives, and goes. Where the proxy speaks for itself, as in a health
 * check, or knows no address of the internet, that of the proxy stays.
 */
final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {
    /** What a header may have beside the addresses; it is read by nobody here. */
    static final int MAX_EXTENSION_BYTES = 2048;

    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

    private final Doorkeeper door;
    private final RelayMetrics metrics;

    // owned by the event loop
    private boolean refused;

    ProxyHeader(Doorkeeper door, RelayMetrics metrics) {
        this.door = door;
        this.metrics = metrics;
    }

    /** What has come already is not to be served on a connection that has ended. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(ctx, message);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
        InetAddress client = switch (header.proxiedProtocol().addressFamily()) {
            case AF_IPv4, AF_IPv6 -> NetUtil.createInetAddressFromIpAddressString(header.sourceAddress());
            case AF_UNSPEC, AF_UNIX -> null;
        };
        if (client != null) {
            ClientAddress.set(ctx.channel(), new InetSocketAddress(client, header.sourcePort()));
        }
        if (door.readmit(ctx.channel())) {
            ctx.pipeline().remove(this);
        } else {
            refuse(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) {
            metrics.faults().increment(Fault.BAD_PROXY_HEADER);
            LOG.debug("{}: {}", ClientAddress.text(ctx.channel()), cause.getMessage());
        } else {
            ConnectionFailure.note(ctx.channel(), cause, metrics);
        }
        refuse(ctx);
    }

    private void refuse(ChannelHandlerContext ctx) {
        refused = true;
        ctx.close();
    }
}
