package io.monorelay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;

/**
 * Something that a connection may begin with. The sniffer asks each one in turn whether the first bytes are its own;
 * the one that says yes puts its handlers in the pipeline, and they get all bytes from the first on.
 */
interface Wire {
    /** Whether some first bytes are of this wire. */
    enum Match {
        YES,
        NO,
        /** Too few bytes to tell. */
        UNDECIDED
    }

    /** Looks at the readable bytes without consuming any. */
    Match match(ByteBuf start);

    /** Puts the handlers at the end of the pipeline. */
    void install(ChannelPipeline pipeline);
}
