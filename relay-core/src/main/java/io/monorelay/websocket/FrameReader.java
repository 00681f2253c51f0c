package io.monorelay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.Utf8Validator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one side of a WebSocket connection, strictly as RFC 6455 has them, text only.
 *
 * <p>The first violation ends the reading: it is thrown once, at the first byte that shows it, and the reader is stopped.
 * A frame that is complete within one buffer goes straight into an array of its size; what is incomplete is kept
 * unmasked and validated, so a reader between two messages holds no buffer.
 *
 * <p>Not thread-safe: belongs to the event loop of its connection.
 */
public final class FrameReader {
    /** What stands for the code of an empty Close (RFC 6455, section 7.1.5); never on the wire. */
    public static final int NO_CODE = 1005;

    /** The most frames one message may be cut into, unless each of them has {@value #MIN_FRAGMENT_BYTES} bytes. */
    public static final int MAX_FRAGMENTS = 1024;

    private static final int MIN_FRAGMENT_BYTES = 64;

    private static final byte[] EMPTY = {};

    // fixed after construction
    private final FrameSink sink;
    private final Role role;
    private final int maxMessageBytes;
    private final boolean deflate;

    // owned by the event loop
    /** The first bytes of a header, until it has fully arrived. */
    private byte @Nullable [] headerStart;
    /** The frame whose payload has not fully arrived. */
    private @Nullable FrameHeader frame;
    /** Where that payload goes: to the message, or for a control frame to one of its own. */
    private @Nullable PartialPayload payload;
    /** The message under way: fragmented, or one frame that has not fully arrived. */
    private @Nullable PartialPayload message;

    private int frameBytesLeft;
    private int fragments;
    private boolean stopped;

    /** Reads a connection on which no extension was agreed on. */
    public FrameReader(Role role, int maxMessageBytes, FrameSink sink) {
        this(role, maxMessageBytes, false, sink);
    }

    /**
     * @param role what we are
     * @param maxMessageBytes the most bytes of payload a text message may have, over all its fragments, as sent and as
     *     read
     * @param deflate whether {@link PermessageDeflate} was agreed on
     */
    public FrameReader(Role role, int maxMessageBytes, boolean deflate, FrameSink sink) {
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("maxMessageBytes is " + maxMessageBytes + ", at least 1 is needed");
        }
        this.role = role;
        this.maxMessageBytes = maxMessageBytes;
        this.deflate = deflate;
        this.sink = sink;
    }

    /**
     * Takes everything out of a buffer, delivers what is complete and keeps the rest; what is left in the buffer once
     * the reader is stopped stays there. The buffer is not released.
     *
     * @throws ProtocolException at the first violation, after everything before it was delivered
     */
    public void read(ByteBuf in) throws ProtocolException {
        try {
            while (!stopped && in.isReadable()) {
                if (frame == null) {
                    readFrame(in);
                } else {
                    readPayload(in, frame);
                }
            }
        } catch (ProtocolException fault) {
            stop();
            throw fault;
        }
    }

    /** Ends the reading: nothing more is taken, kept or delivered. */
    public void stop() {
        stopped = true;
        headerStart = null;
        frame = null;
        payload = null;
        message = null;
    }

    /** Whether the reading has ended: by {@link #stop()}, after a Close, or after a violation. */
    public boolean isStopped() {
        return stopped;
    }

    /** Whether something has begun that is not complete: a frame, or a message of several. */
    public boolean isWithinMessage() {
        return message != null || frame != null || headerStart != null;
    }

    /** How many bytes of memory what has begun takes; 0 between two messages. */
    public int heldBytes() {
        PartialPayload begun = message;
        PartialPayload control = payload == begun ? null : payload;
        byte[] start = headerStart;
        return (begun == null ? 0 : begun.footprint())
                + (control == null ? 0 : control.footprint())
                + (start == null ? 0 : start.length);
    }

    private void readFrame(ByteBuf in) throws ProtocolException {
        FrameHeader header = headerStart == null ? FrameHeader.read(in, role, deflate) : resumeHeader(in, headerStart);
        if (header == null) {
            keepHeaderStart(in);
            return;
        }
        headerStart = null;
        checkSequence(header);
        checkSize(header);
        boolean whole = in.readableBytes() >= header.length();
        if (whole && header.isControl()) {
            deliverControl(header.opcode(), take(in, header));
        } else if (whole && header.fin() && message == null) {
            deliver(take(in, header), header.compressed());
        } else {
            beginPayload(in, header);
        }
    }

    // headers

    private void keepHeaderStart(ByteBuf in) {
        int kept = headerStart == null ? 0 : headerStart.length;
        int count = in.readableBytes();
        byte[] longer = headerStart == null ? new byte[count] : Arrays.copyOf(headerStart, kept + count);
        in.readBytes(longer, kept, count);
        headerStart = longer;
    }

    /** Reads a header that began in an earlier buffer; on null nothing was taken out of this one. */
    private @Nullable FrameHeader resumeHeader(ByteBuf in, byte[] start) throws ProtocolException {
        int borrowed = Math.min(in.readableBytes(), FrameHeader.MAX_BYTES - start.length);
        byte[] joined = Arrays.copyOf(start, start.length + borrowed);
        in.getBytes(in.readerIndex(), joined, start.length, borrowed);
        ByteBuf view = Unpooled.wrappedBuffer(joined);
        FrameHeader header = FrameHeader.read(view, role, deflate);
        if (header != null) {
            in.skipBytes(view.readerIndex() - start.length);
        }
        return header;
    }

    private void checkSequence(FrameHeader header) throws ProtocolException {
        boolean continues = header.opcode() == Opcode.CONTINUATION;
        if (continues && message == null) {
            throw new ProtocolException(Fault.BAD_FRAGMENT, "a continuation frame, but no message was begun");
        }
        if (header.opcode() == Opcode.TEXT && message != null) {
            throw new ProtocolException(
                    Fault.BAD_FRAGMENT, "a new text frame, but the message before it is not complete");
        }
        if (continues && fragments == maxFragments()) {
            throw new ProtocolException(
                    Fault.BAD_FRAGMENT, "a message of more than " + maxFragments() + " fragments, that is the most");
        }
    }

    private int maxFragments() {
        return Math.max(MAX_FRAGMENTS, maxMessageBytes / MIN_FRAGMENT_BYTES);
    }

    private void checkSize(FrameHeader header) throws ProtocolException {
        if (header.isControl()) {
            return;
        }
        int before = message == null ? 0 : message.length();
        if (header.length() > maxMessageBytes - before) {
            String what = before == 0 ? "frame of " : before + " bytes continued by a frame of ";
            throw new ProtocolException(
                    Fault.TOO_LARGE, what + header.length() + " bytes, at most " + maxMessageBytes + " are accepted");
        }
    }

    // whole frames

    private static byte[] take(ByteBuf in, FrameHeader header) {
        int length = (int) header.length();
        if (length == 0) {
            return EMPTY;
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        if (header.maskingKey() != 0) {
            Masking.apply(bytes, 0, length, header.maskingKey());
        }
        return bytes;
    }

    private void deliver(byte[] bytes, boolean compressed) throws ProtocolException {
        byte[] text = compressed ? MessageInflater.ofThisThread().inflate(bytes, maxMessageBytes) : bytes;
        if (!Utf8Validator.isValid(text, 0, text.length)) {
            throw new ProtocolException(
                    Fault.INVALID_UTF8, "a text of " + text.length + " bytes that are not valid UTF-8");
        }
        sink.onText(text);
    }

    private void deliverControl(int opcode, byte[] bytes) throws ProtocolException {
        switch (opcode) {
            case Opcode.PING -> sink.onPing(bytes);
            case Opcode.PONG -> sink.onPong(bytes);
            case Opcode.CLOSE -> deliverClose(bytes);
            default -> throw new IllegalStateException("opcode " + opcode + " passed as a control frame");
        }
    }

    private void deliverClose(byte[] bytes) throws ProtocolException {
        int code = closeCode(bytes);
        if (bytes.length > 2 && !Utf8Validator.isValid(bytes, 2, bytes.length)) {
            throw new ProtocolException(Fault.INVALID_UTF8, "a close reason that is not valid UTF-8");
        }
        String reason = bytes.length > 2 ? new String(bytes, 2, bytes.length - 2, UTF_8) : "";
        stop();
        sink.onClose(code, reason);
    }

    private static int closeCode(byte[] bytes) throws ProtocolException {
        if (bytes.length == 0) {
            return NO_CODE;
        }
        if (bytes.length == 1) {
            throw new ProtocolException(Fault.BAD_CLOSE_FRAME, "a close payload of 1 byte, expected 0 or at least 2");
        }
        int code = (bytes[0] & 0xFF) << Byte.SIZE | (bytes[1] & 0xFF);
        boolean standard = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
        if (!standard && (code < 3000 || code > 4999)) {
            throw new ProtocolException(
                    Fault.BAD_CLOSE_FRAME,
                    "close code " + code + ", expected 1000 to 1003, 1007 to 1014 or 3000 to 4999");
        }
        return code;
    }

    // frames that are incomplete or part of a fragmented message

    private void beginPayload(ByteBuf in, FrameHeader header) throws ProtocolException {
        payload = header.isControl() ? PartialPayload.ofControl() : joinMessage(header);
        frame = header;
        frameBytesLeft = (int) header.length();
        readPayload(in, header);
    }

    private PartialPayload joinMessage(FrameHeader header) {
        PartialPayload text = message;
        if (text == null) {
            text = header.compressed() ? PartialPayload.ofCompressedText() : PartialPayload.ofText();
            message = text;
            fragments = 0;
        }
        fragments++;
        return text;
    }

    private void readPayload(ByteBuf in, FrameHeader header) throws ProtocolException {
        PartialPayload target = payload;
        if (target == null) {
            throw new IllegalStateException(
                    "a frame of opcode " + header.opcode() + " without a place for its payload");
        }
        int count = Math.min(frameBytesLeft, in.readableBytes());
        int done = (int) header.length() - frameBytesLeft;
        int ceiling = header.fin() ? target.length() + frameBytesLeft : maxMessageBytes;
        target.append(in, count, Masking.rotate(header.maskingKey(), done), ceiling);
        frameBytesLeft -= count;
        if (frameBytesLeft == 0) {
            frame = null;
            payload = null;
            deliverPayload(header, target);
        }
    }

    private void deliverPayload(FrameHeader header, PartialPayload complete) throws ProtocolException {
        if (header.isControl()) {
            deliverControl(header.opcode(), complete.finish());
        } else if (header.fin()) {
            message = null;
            deliverMessage(complete);
        }
    }

    /** What is not compressed was validated as it arrived. */
    private void deliverMessage(PartialPayload complete) throws ProtocolException {
        byte[] bytes = complete.finish();
        if (complete.isCompressed()) {
            deliver(bytes, true);
        } else {
            sink.onText(bytes);
        }
    }
}
