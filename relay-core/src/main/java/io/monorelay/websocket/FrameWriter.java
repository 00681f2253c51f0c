package io.monorelay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/**
 * Writes WebSocket frames (RFC 6455, section 5.2), each one whole, in the shortest form. Those named masked are for a
 * client, the others for a server; a client draws its keys from a source that the other side cannot predict.
 *
 * <p>May be called on any thread that owns the buffer. The buffer grows as needed.
 */
public final class FrameWriter {
    /** The most bytes a close reason can have. */
    public static final int MAX_REASON_BYTES = FrameHeader.MAX_CONTROL_PAYLOAD_BYTES - 2;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int MAX_SHORT_LENGTH = 125;
    private static final int MAX_2_BYTE_LENGTH = 0xFFFF;

    private FrameWriter() {}

    /** How many bytes an unmasked header takes; a masked one takes four more. */
    public static int headerLength(int payloadLength) {
        if (payloadLength <= MAX_SHORT_LENGTH) {
            return 2;
        }
        return payloadLength <= MAX_2_BYTE_LENGTH ? 4 : 10;
    }

    /** Writes the unmasked header of a whole message or control frame. */
    public static void writeHeader(ByteBuf out, int opcode, int payloadLength) {
        writeHeader(out, opcode, payloadLength, 0);
    }

    /** Writes a text frame; the payload must be valid UTF-8. */
    public static void writeText(ByteBuf out, byte[] payload) {
        write(out, Opcode.TEXT, payload);
    }

    /** Writes a Ping of at most 125 bytes. */
    public static void writePing(ByteBuf out, byte[] payload) {
        write(out, Opcode.PING, checkControl(payload));
    }

    /** Writes a Pong of at most 125 bytes. */
    public static void writePong(ByteBuf out, byte[] payload) {
        write(out, Opcode.PONG, checkControl(payload));
    }

    /**
     * Writes a Close.
     *
     * @param code {@link FrameReader#NO_CODE} for an empty one, which has no reason either
     * @param reason cut to {@link #MAX_REASON_BYTES} of UTF-8, at the end of a character
     */
    public static void writeClose(ByteBuf out, int code, String reason) {
        write(out, Opcode.CLOSE, closePayload(code, reason));
    }

    /** Writes a masked text frame and leaves the payload as it is, which must be valid UTF-8. */
    public static void writeMaskedText(ByteBuf out, byte[] payload, int maskingKey) {
        writeMasked(out, Opcode.TEXT, payload, maskingKey);
    }

    /** Writes a masked Ping of at most 125 bytes. */
    public static void writeMaskedPing(ByteBuf out, byte[] payload, int maskingKey) {
        writeMasked(out, Opcode.PING, checkControl(payload), maskingKey);
    }

    /** Writes a masked Pong of at most 125 bytes. */
    public static void writeMaskedPong(ByteBuf out, byte[] payload, int maskingKey) {
        writeMasked(out, Opcode.PONG, checkControl(payload), maskingKey);
    }

    /** Writes a masked Close; code and reason as in {@link #writeClose}. */
    public static void writeMaskedClose(ByteBuf out, int code, String reason, int maskingKey) {
        writeMasked(out, Opcode.CLOSE, closePayload(code, reason), maskingKey);
    }

    private static void write(ByteBuf out, int opcode, byte[] payload) {
        out.ensureWritable(headerLength(payload.length) + payload.length);
        writeHeader(out, opcode, payload.length, 0);
        out.writeBytes(payload);
    }

    private static void writeMasked(ByteBuf out, int opcode, byte[] payload, int maskingKey) {
        out.ensureWritable(headerLength(payload.length) + Integer.BYTES + payload.length);
        writeHeader(out, opcode, payload.length, MASKED);
        out.writeInt(maskingKey);
        long wide = Masking.widen(maskingKey);
        int position = 0;
        for (; position <= payload.length - Long.BYTES; position += Long.BYTES) {
            out.writeLong(Masking.wordAt(payload, position) ^ wide);
        }
        for (; position < payload.length; position++) {
            out.writeByte(payload[position] ^ Masking.rotate(maskingKey, position) >>> 24);
        }
    }

    private static void writeHeader(ByteBuf out, int opcode, int payloadLength, int mask) {
        out.writeByte(FIN | opcode);
        if (payloadLength <= MAX_SHORT_LENGTH) {
            out.writeByte(mask | payloadLength);
        } else if (payloadLength <= MAX_2_BYTE_LENGTH) {
            out.writeByte(mask | 126);
            out.writeShort(payloadLength);
        } else {
            out.writeByte(mask | 127);
            out.writeLong(payloadLength);
        }
    }

    private static byte[] checkControl(byte[] payload) {
        if (payload.length > FrameHeader.MAX_CONTROL_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("control payload of " + payload.length + " bytes, at most "
                    + FrameHeader.MAX_CONTROL_PAYLOAD_BYTES + " are allowed");
        }
        return payload;
    }

    private static byte[] closePayload(int code, String reason) {
        if (code == FrameReader.NO_CODE) {
            return new byte[0];
        }
        byte[] text = reason.getBytes(UTF_8);
        int length = cut(text);
        byte[] payload = new byte[2 + length];
        payload[0] = (byte) (code >>> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, length);
        return payload;
    }

    private static int cut(byte[] text) {
        if (text.length <= MAX_REASON_BYTES) {
            return text.length;
        }
        int length = MAX_REASON_BYTES;
        while ((text[length] & 0xC0) == 0x80) {
            length--;
        }
        return length;
    }
}
