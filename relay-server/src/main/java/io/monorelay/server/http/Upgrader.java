package io.monorelay.server.http;

import io.netty.channel.ChannelHandlerContext;

/** Turns an HTTP connection into a WebSocket: takes the HTTP handlers out and puts the WebSocket's in. */
@FunctionalInterface
public interface Upgrader {
    /** Called on the event loop of the connection, after the answer was written. */
    void upgrade(ChannelHandlerContext ctx, boolean v2);
}
