package io.monorelay.server.ws;

import io.monorelay.peer.FrameFormat;
import java.time.Duration;

/**
 * What was agreed on for a WebSocket when it was opened.
 *
 * @param v2 whether it is one of {@code monorelay.v2}, or of an original node
 * @param deflate whether messages may be compressed, in either direction
 * @param maxMessageBytes the longest text that is read
 * @param maxMessageTime how long a message may be under way; counted in whole seconds, at least one
 */
public record SocketTerms(boolean v2, boolean deflate, int maxMessageBytes, Duration maxMessageTime) {
    /** In which format messages go out, unless the peer asks for another one. */
    FrameFormat format() {
        if (v2) {
            return deflate ? FrameFormat.V2_DEFLATE : FrameFormat.V2;
        }
        return deflate ? FrameFormat.V1_DEFLATE : FrameFormat.V1;
    }
}
