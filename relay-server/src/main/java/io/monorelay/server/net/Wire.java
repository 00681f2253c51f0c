package io.monorelay.server.net;

import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/**
 * Something that a connection may begin with. The sniffer offers the first bytes to one after the other; the one whose
 * own they are puts its handlers in the pipeline. One object serves all connections.
 */
interface Wire {
    /** What a wire says of some first bytes. */
    enum Answer {
        /** They are its own: its handlers are in the pipeline, after the sniffer. */
        TAKEN,
        /** They are not. */
        NOT_MINE,
        /** There are too few to tell. */
        UNDECIDED
    }

    /**
     * Looks at everything that the connection has sent so far. A wire that takes the connection may consume some of it;
     * its handlers get the rest. One that does not consumes nothing.
     *
     * @param ctx of the sniffer, on the event loop of the connection
     * @throws ProtocolException where the bytes are its own, and whoever sends them must not
     */
    Answer offer(ChannelHandlerContext ctx, ByteBuf start) throws ProtocolException;
}
