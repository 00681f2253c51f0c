package io.monorelay.bench.siege;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Frames as a client sends them (RFC 6455, section 5.2), right or wrong. */
final class Frames {
    static final int TEXT = 0x81;
    static final int TEXT_BEGINS = 0x01;
    static final int TEXT_GOES_ON = 0x00;
    static final int COMPRESSED_TEXT = 0xC1;
    static final int CLOSE = 0x88;
    static final int PING = 0x89;
    static final int PONG = 0x8A;

    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final int LONG_LENGTH_BYTES = 8;
    private static final byte[] NO_MASK = new byte[4];
    private static final byte[] TAIL_OF_FLUSH = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private Frames() {}

    /** A frame whose mask leaves the payload as it is. */
    static byte[] frame(int head, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.writeBytes(header(head, payload.length));
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    static byte[] frame(int head, String payload) {
        return frame(head, payload.getBytes(US_ASCII));
    }

    /** What a frame of that length begins with, mask included. */
    static byte[] header(int head, long length) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(head);
        if (length < SHORT_LENGTH) {
            header.write(MASKED | (int) length);
        } else if (length <= 0xFFFF) {
            header.write(MASKED | SHORT_LENGTH);
            writeNumber(header, length, Short.BYTES);
        } else {
            header.write(MASKED | LONG_LENGTH);
            writeNumber(header, length, LONG_LENGTH_BYTES);
        }
        header.writeBytes(NO_MASK);
        return header.toByteArray();
    }

    private static void writeNumber(ByteArrayOutputStream out, long number, int bytes) {
        for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (number >> shift));
        }
    }

    /** A compressed text (RFC 7692, section 7.2.1) of so many letters. */
    static byte[] compressedLetters(int count) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        byte[] letters = new byte[1 << 16];
        Arrays.fill(letters, (byte) 'x');
        byte[] some = new byte[1 << 16];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int left = count; left > 0; left -= letters.length) {
            deflater.setInput(letters, 0, Math.min(left, letters.length));
            int flush = left > letters.length ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
            for (int length = deflater.deflate(some, 0, some.length, flush); length > 0; ) {
                out.write(some, 0, length);
                length = length < some.length ? 0 : deflater.deflate(some, 0, some.length, flush);
            }
        }
        deflater.end();
        return frame(COMPRESSED_TEXT, Arrays.copyOf(out.toByteArray(), out.size() - TAIL_OF_FLUSH.length));
    }
}
