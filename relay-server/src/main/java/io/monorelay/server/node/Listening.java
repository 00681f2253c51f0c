package io.monorelay.server.node;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Refusal;
import io.monorelay.server.config.RelayConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;

/** How a port is opened. */
final class Listening {
    private Listening() {}

    /**
     * Listens there.
     *
     * @param server of the transport
     * @param group has the connections too
     * @param backlog connections that may wait to be accepted
     * @param connections makes their pipelines
     * @param refusals counts how often none could be accepted
     * @throws StartException when that is not possible, with one line that says why
     */
    @MayBlock
    static Channel at(
            RelayConfig.Listen where,
            ServerBootstrap server,
            EventLoopGroup group,
            int backlog,
            ChannelHandler connections,
            Counters<Refusal> refusals)
            throws StartException {
        // That an accepted socket sends without delay is Netty's default, at a system call less than as an option.
        ChannelFuture bound = server.group(group)
                .option(ChannelOption.SO_BACKLOG, backlog)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new AcceptFailures(refusals))
                .childHandler(connections)
                .bind(where.host(), where.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new StartException(
                    "cannot listen on " + where.host() + ":" + where.port() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return bound.channel();
    }
}
