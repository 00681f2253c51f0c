package io.monorelay.websocket;

import io.netty.buffer.ByteBuf;
import java.util.zip.Deflater;

/**
 * Compresses text frames (RFC 7692, section 7.2.1), each without regard to those before it, so that a compressed frame may be
 * sent to whoever has agreed on that.
 *
 * <p>Not thread-safe. It has some 256 KiB of memory outside of the heap until it is closed.
 */
public final class FrameDeflater implements AutoCloseable {
    /** The end of what is flushed, which is not sent: an empty block without its first bits. */
    private static final int TAIL_BYTES = 4;

    private final Deflater deflater;
    private final int minBytes;
    private byte[] plain = {};
    private byte[] compressed = {};

    /**
     * @param level from 1, the fastest, to 9, the smallest
     * @param minBytes a shorter text is left as it is
     */
    public FrameDeflater(int level, int minBytes) {
        this.deflater = new Deflater(level, true);
        this.minBytes = minBytes;
    }

    /**
     * Compresses the frame that ends at the end of the buffer, where that makes it shorter.
     *
     * @param start where that frame begins: a whole text, unmasked; the end of the buffer for no frame
     */
    public void compress(ByteBuf frames, int start) {
        if (start == frames.writerIndex()) {
            return;
        }
        int payload = start + FrameHeader.lengthWith(frames.getByte(start + 1));
        int length = frames.writerIndex() - payload;
        if (length < minBytes || length <= TAIL_BYTES) {
            return;
        }
        int compressedLength = deflate(frames, payload, length);
        if (compressedLength < length) {
            frames.writerIndex(start);
            FrameWriter.writeHeader(frames, Opcode.COMPRESSED_TEXT, compressedLength);
            frames.writeBytes(compressed, 0, compressedLength);
        }
    }

    /** Returns how long it is, or the length of the payload where it would not be shorter. */
    private int deflate(ByteBuf frames, int payload, int length) {
        if (plain.length < length) {
            plain = new byte[length];
            compressed = new byte[length];
        }
        frames.getBytes(payload, plain, 0, length);
        deflater.reset();
        deflater.setInput(plain, 0, length);
        int count = deflater.deflate(compressed, 0, length, Deflater.SYNC_FLUSH);
        return count == length ? length : count - TAIL_BYTES;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
