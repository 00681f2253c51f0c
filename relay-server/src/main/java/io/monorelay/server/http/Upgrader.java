package io.monorelay.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/** Turns an HTTP connection into something else: takes the HTTP handlers out and puts others in. */
public interface Upgrader {
    /** Whether it may become something that lasts, now that it is known where its client is. */
    boolean admits(Channel channel);

    /** What is granted of what a client asks for: no extension, unless it says so. */
    default UpgradeRequest granted(UpgradeRequest asked) {
        return asked.withoutExtension();
    }

    /** Makes it a WebSocket. Called on the event loop of the connection, after the answer was written. */
    void upgrade(ChannelHandlerContext ctx, UpgradeRequest granted);

    /** Makes it an event stream, which answers by itself. Called on the event loop of the connection. */
    void stream(ChannelHandlerContext ctx, StreamRequest request);
}
