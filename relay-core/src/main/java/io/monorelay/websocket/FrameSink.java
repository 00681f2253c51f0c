package io.monorelay.websocket;

/**
 * Where a {@link FrameReader} delivers what it has read, on the thread that called {@link FrameReader#read}, in the order
 * of arrival.
 *
 * <p>The arrays belong to the sink. A sink may call {@link FrameReader#stop()} from any of these methods.
 */
public interface FrameSink {
    /** A whole text message, fragments already joined; the bytes are valid UTF-8. */
    void onText(byte[] payload);

    /** A Ping of at most 125 bytes, which wants a Pong with the same bytes. */
    void onPing(byte[] payload);

    /** A Pong of at most 125 bytes, asked for or not. */
    void onPong(byte[] payload);

    /**
     * A Close with an allowed code, or {@link FrameReader#NO_CODE} where the frame was empty. Nothing is delivered after
     * it.
     */
    void onClose(int code, String reason);
}
