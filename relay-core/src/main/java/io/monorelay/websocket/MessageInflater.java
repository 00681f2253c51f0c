package io.monorelay.websocket;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads compressed messages (RFC 7692, section 7.2.2). One for each thread serves all its connections, for nothing is kept
 * from one message to the next.
 */
final class MessageInflater {
    private static final FastThreadLocal<MessageInflater> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected MessageInflater initialValue() {
            return new MessageInflater();
        }

        @Override
        protected void onRemoval(MessageInflater inflater) {
            inflater.inflater.end();
        }
    };

    private static final int FIRST_CAPACITY = 1024;

    /**
     * What follows the message: the bytes that its sender has left away, then a last block without anything in it. That is
     * read as such only if the message is complete.
     */
    private static final byte[] END = {0, 0, (byte) 0xFF, (byte) 0xFF, 3, 0};

    private final Inflater inflater = new Inflater(true);
    private byte[] text = new byte[FIRST_CAPACITY];
    private int length;

    private MessageInflater() {}

    static MessageInflater ofThisThread() {
        return OF_THREAD.get();
    }

    /**
     * Returns what was compressed.
     *
     * @param maxBytes the most that it may come to; no more is inflated to find out
     */
    byte[] inflate(byte[] message, int maxBytes) throws ProtocolException {
        byte[] input = Arrays.copyOf(message, message.length + END.length);
        System.arraycopy(END, 0, input, message.length, END.length);
        length = 0;
        try {
            inflateAll(input, maxBytes);
        } catch (DataFormatException wrong) {
            throw new ProtocolException(
                    Fault.BAD_COMPRESSION, "a compressed message of " + message.length + " bytes that cannot be read");
        }
        return Arrays.copyOf(text, length);
    }

    /** A sender may mark any of its blocks as the last one; what comes after it is read like another message. */
    private void inflateAll(byte[] input, int maxBytes) throws DataFormatException, ProtocolException {
        int position = 0;
        while (position < input.length) {
            inflater.reset();
            inflater.setInput(input, position, input.length - position);
            inflateThroughLastBlock(maxBytes);
            position = input.length - inflater.getRemaining();
        }
    }

    private void inflateThroughLastBlock(int maxBytes) throws DataFormatException, ProtocolException {
        int count;
        do {
            if (length == text.length) {
                grow(maxBytes);
            }
            count = inflater.inflate(text, length, text.length - length);
            length += count;
            if (length > maxBytes) {
                throw new ProtocolException(
                        Fault.TOO_LARGE,
                        "a compressed message of more than " + maxBytes + " bytes, at most that many are accepted");
            }
        } while (count > 0 && !inflater.finished());
        if (!inflater.finished()) {
            throw new DataFormatException("the message ends within a block");
        }
    }

    private void grow(int maxBytes) {
        int most = Math.max(maxBytes, FIRST_CAPACITY) + 1;
        text = Arrays.copyOf(text, Math.min(most, 2 * text.length));
    }
}
