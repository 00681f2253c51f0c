package io.monorelay.websocket;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a frame's payload (RFC 6455, section 5.2), with all rules that hold for one frame whatever came
 * before it already applied.
 *
 * @param length bytes of payload, at least 0
 * @param compressed whether it begins a compressed message (RFC 7692, section 6)
 * @param maskingKey 0, which changes nothing, for a frame without a mask
 */
record FrameHeader(boolean fin, boolean compressed, int opcode, long length, int maskingKey) {
    static final int MAX_BYTES = 14;
    static final int MAX_CONTROL_PAYLOAD_BYTES = 125;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int COMPRESSED = 0x40;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 0x7F;
    private static final int LENGTH_IN_2_BYTES = 126;
    private static final int LENGTH_IN_8_BYTES = 127;

    /**
     * Takes a header out of a buffer, or nothing and returns null where it has not fully arrived.
     *
     * @param deflate whether compression was agreed on
     */
    static @Nullable FrameHeader read(ByteBuf in, Role role, boolean deflate) throws ProtocolException {
        int start = in.readerIndex();
        int available = in.readableBytes();
        if (available < 2) {
            return null;
        }
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        checkReserved(first, deflate);
        check(first, second, role);
        int maskBytes = (second & MASKED) == 0 ? 0 : Integer.BYTES;
        int lengthBytes = lengthBytes(second & SHORT_LENGTH);
        if (available < 2 + lengthBytes + maskBytes) {
            return null;
        }
        in.skipBytes(2);
        long length = lengthBytes == 0 ? second & SHORT_LENGTH : readLength(in, lengthBytes);
        int maskingKey = maskBytes == 0 ? 0 : in.readInt();
        return new FrameHeader((first & FIN) != 0, (first & COMPRESSED) != 0, first & OPCODE, length, maskingKey);
    }

    boolean isControl() {
        return Opcode.isControl(opcode);
    }

    /** The first reserved bit is for the first frame of a compressed message alone. */
    private static void checkReserved(int first, boolean deflate) throws ProtocolException {
        boolean mayBeCompressed = deflate && isData(first & OPCODE);
        int allowed = mayBeCompressed ? COMPRESSED : 0;
        if ((first & RESERVED & ~allowed) != 0) {
            throw new ProtocolException(
                    Fault.RESERVED_BITS,
                    "reserved bits " + ((first & RESERVED) >> 4) + " with opcode " + (first & OPCODE)
                            + ", expected what was agreed on: " + (deflate ? "4 to begin a compressed text" : "none"));
        }
    }

    private static boolean isData(int opcode) {
        return opcode == Opcode.TEXT || opcode == Opcode.BINARY;
    }

    private static void check(int first, int second, Role role) throws ProtocolException {
        checkOpcode(first & OPCODE);
        checkMask((second & MASKED) != 0, role);
        if (Opcode.isControl(first & OPCODE)) {
            checkControl((first & FIN) != 0, second & SHORT_LENGTH);
        }
    }

    private static void checkOpcode(int opcode) throws ProtocolException {
        if (Opcode.isReserved(opcode)) {
            throw new ProtocolException(
                    Fault.RESERVED_OPCODE, "opcode " + opcode + ", expected 0, 1, 8, 9 or 10 (RFC 6455, section 5.2)");
        }
        if (opcode == Opcode.BINARY) {
            throw new ProtocolException(Fault.BINARY_FRAME, "a binary frame, only text is accepted");
        }
    }

    private static void checkMask(boolean masked, Role role) throws ProtocolException {
        switch (role) {
            case SERVER -> {
                if (!masked) {
                    throw new ProtocolException(Fault.UNMASKED_FRAME, "a frame without a mask, a client must mask");
                }
            }
            case CLIENT -> {
                if (masked) {
                    throw new ProtocolException(Fault.MASKED_FRAME, "a masked frame, a server must not mask");
                }
            }
        }
    }

    private static void checkControl(boolean fin, int shortLength) throws ProtocolException {
        if (!fin) {
            throw new ProtocolException(Fault.BAD_CONTROL_FRAME, "a fragmented control frame, it must be whole");
        }
        if (shortLength > MAX_CONTROL_PAYLOAD_BYTES) {
            throw new ProtocolException(
                    Fault.BAD_CONTROL_FRAME,
                    "a control frame of more than 125 bytes, at most " + MAX_CONTROL_PAYLOAD_BYTES + " are allowed");
        }
    }

    /** How long an unmasked header is with that second byte. */
    static int lengthWith(byte second) {
        return 2 + lengthBytes(second & SHORT_LENGTH);
    }

    private static int lengthBytes(int shortLength) {
        return switch (shortLength) {
            case LENGTH_IN_2_BYTES -> Short.BYTES;
            case LENGTH_IN_8_BYTES -> Long.BYTES;
            default -> 0;
        };
    }

    private static long readLength(ByteBuf in, int lengthBytes) throws ProtocolException {
        if (lengthBytes == Short.BYTES) {
            return checkMinimal(in.readUnsignedShort(), LENGTH_IN_2_BYTES, lengthBytes);
        }
        long length = in.readLong();
        if (length < 0) {
            throw new ProtocolException(
                    Fault.BAD_FRAME_LENGTH, "length " + Long.toUnsignedString(length) + ", its first bit must be 0");
        }
        return checkMinimal(length, 1 << Short.SIZE, lengthBytes);
    }

    private static long checkMinimal(long length, int least, int lengthBytes) throws ProtocolException {
        if (length < least) {
            throw new ProtocolException(
                    Fault.BAD_FRAME_LENGTH,
                    "length " + length + " written in " + lengthBytes + " bytes, that is for " + least + " and more");
        }
        return length;
    }
}
