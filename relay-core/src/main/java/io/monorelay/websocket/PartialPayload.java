package io.monorelay.websocket;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.Utf8Validator;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Unmasked payload that has not fully arrived: of one incomplete frame, or of a fragmented message.
 *
 * <p>Its array follows what was received, never what a header announces, so that an announcement costs nothing.
 */
final class PartialPayload {
    private static final byte[] EMPTY = {};

    /** This object, its validator and its array's header. */
    private static final int OBJECT_BYTES = 96;

    private final @Nullable Utf8Validator validator;
    private final boolean compressed;
    private byte[] bytes = EMPTY;
    private int length;

    private PartialPayload(@Nullable Utf8Validator validator, boolean compressed) {
        this.validator = validator;
        this.compressed = compressed;
    }

    /** For text, which is validated as it arrives. */
    static PartialPayload ofText() {
        return new PartialPayload(new Utf8Validator(), false);
    }

    /** For a compressed text, which is read when it is complete: what is read a piece at a time needs a window of 32 KiB. */
    static PartialPayload ofCompressedText() {
        return new PartialPayload(null, true);
    }

    /** For a control frame, whose meaning shows only when it is complete. */
    static PartialPayload ofControl() {
        return new PartialPayload(null, false);
    }

    boolean isCompressed() {
        return compressed;
    }

    int length() {
        return length;
    }

    /** How many bytes of memory it takes, about. */
    int footprint() {
        return OBJECT_BYTES + bytes.length;
    }

    /**
     * Takes bytes out of a buffer and unmasks them.
     *
     * @param key the masking key as it applies to the first of the bytes
     * @param ceiling what the whole may come to, in bytes; the array never grows beyond it
     */
    void append(ByteBuf in, int count, int key, int ceiling) throws ProtocolException {
        int end = length + count;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(ceiling, Math.max(end, 2 * length)));
        }
        in.readBytes(bytes, length, count);
        if (key != 0) {
            Masking.apply(bytes, length, end, key);
        }
        if (validator != null && !validator.accept(bytes, length, end)) {
            throw new ProtocolException(
                    Fault.INVALID_UTF8, "invalid UTF-8 among bytes " + length + " to " + (end - 1) + " of the text");
        }
        length = end;
    }

    /** The payload in an array of its size; nothing may be appended any more. */
    byte[] finish() throws ProtocolException {
        if (validator != null && !validator.isComplete()) {
            throw new ProtocolException(Fault.INVALID_UTF8, "the text ends within a character of UTF-8");
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
