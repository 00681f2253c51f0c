package io.monorelay.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.store.StoredMessage;
import io.monorelay.websocket.FrameWriter;
import io.monorelay.websocket.Opcode;
import io.netty.buffer.ByteBuf;

/**
 * How a relayed message is written for a peer: a format for each session level, one for nodes that
 * want no more than ids, and one for event streams.
 */
@SuppressWarnings("ImmutableEnumChecker") // the arrays are written once and only read here
public enum FrameFormat {
    /** {@code {"message":…,"signature":…,"_type":"Broadcast_Message"}}, in MonoChain form only. */
    V1("{", MessageEncoder.TYPED_END) {
        @Override
        public boolean carries(Form form) {
            return form == Form.MONOCHAIN;
        }

        @Override
        public boolean canStateGaps() {
            return false;
        }

        @Override
        void write(long position, byte[] array, int offset, int length, ByteBuf out) {
            startFrame(head.length + length + tail.length, out);
            out.writeBytes(head);
            out.writeBytes(array, offset, length);
            out.writeBytes(tail);
        }
    },

    /** {@code {"position":P,"message":…,"signature":…}}. */
    V2("{\"position\":", "}") {
        @Override
        void write(long position, byte[] array, int offset, int length, ByteBuf out) {
            int digits = digits(position);
            startFrame(head.length + digits + 1 + length + tail.length, out);
            out.writeBytes(head);
            writeDecimal(position, digits, out);
            out.writeByte(',');
            out.writeBytes(array, offset, length);
            out.writeBytes(tail);
        }

        @Override
        public void writeGap(Inbound.Gap gap, ByteBuf out) {
            FrameWriter.writeText(out, ReplyEncoder.gap(gap));
        }
    },

    /**
     * A server-sent event (WHATWG HTML, section 9.2) whose id is the position and whose data is what a v2 peer gets. A
     * line break between two tokens of a message would end the data, so it becomes a space: such a message says the same,
     * but its signature is to be verified with what {@code GET /messages/{id}} answers.
     */
    EVENTS("id: ", "}\n\n") {
        @Override
        void write(long position, byte[] array, int offset, int length, ByteBuf out) {
            int digits = digits(position);
            out.ensureWritable(head.length + DATA.length + 2 * digits + 1 + length + tail.length);
            out.writeBytes(head);
            writeDecimal(position, digits, out);
            out.writeBytes(DATA);
            writeDecimal(position, digits, out);
            out.writeByte(',');
            writeOnOneLine(array, offset, length, out);
            out.writeBytes(tail);
        }

        @Override
        public void writeGap(Inbound.Gap gap, ByteBuf out) {
            // With an id, so that a reader that comes back is not told a second time.
            String event =
                    "event: gap\nid: " + gap.to() + "\ndata: " + new String(ReplyEncoder.gap(gap), UTF_8) + "\n\n";
            out.writeBytes(event.getBytes(UTF_8));
        }
    },

    /** {@code {"position":P,"id":"…"}} for what is for everybody, and what V2 writes for what is addressed. */
    V2_IDS("{\"position\":", "\"}") {
        @Override
        public void write(FreshMessage fresh, ByteBuf out) {
            VerifiedMessage message = fresh.message();
            if (message.receiver() == null) {
                writeId(fresh.position(), message.id(), out);
            } else {
                V2.write(fresh, out);
            }
        }

        @Override
        public void write(StoredMessage message, ByteBuf out) {
            if (message.receiver() == null) {
                writeId(message.position(), message.id(), out);
            } else {
                V2.write(message, out);
            }
        }

        private void writeId(long position, MessageId id, ByteBuf out) {
            int digits = digits(position);
            startFrame(head.length + digits + ID.length + MessageId.HEX_DIGITS + tail.length, out);
            out.writeBytes(head);
            writeDecimal(position, digits, out);
            out.writeBytes(ID);
            byte[] hex = new byte[MessageId.HEX_DIGITS];
            id.writeHex(hex, 0);
            out.writeBytes(hex);
            out.writeBytes(tail);
        }

        @Override
        void write(long position, byte[] array, int offset, int length, ByteBuf out) {
            V2.write(position, array, offset, length, out);
        }

        @Override
        public void writeGap(Inbound.Gap gap, ByteBuf out) {
            V2.writeGap(gap, out);
        }
    },

    /** What V1 writes, for a peer that has agreed on compression. */
    V1_DEFLATE("{", MessageEncoder.TYPED_END) {
        @Override
        public boolean carries(Form form) {
            return V1.carries(form);
        }

        @Override
        public boolean canStateGaps() {
            return V1.canStateGaps();
        }

        @Override
        public boolean isCompressed() {
            return true;
        }

        @Override
        void write(long position, byte[] array, int offset, int length, ByteBuf out) {
            V1.write(position, array, offset, length, out);
        }
    },

    /** What V2 writes, for a peer that has agreed on compression. */
    V2_DEFLATE("{\"position\":", "}") {
        @Override
        public boolean isCompressed() {
            return true;
        }

        @Override
        void write(long position, byte[] array, int offset, int length, ByteBuf out) {
            V2.write(position, array, offset, length, out);
        }

        @Override
        public void writeGap(Inbound.Gap gap, ByteBuf out) {
            V2.writeGap(gap, out);
        }
    };

    /** A gap with the largest positions takes no more, in any format. */
    public static final int MAX_GAP_BYTES = 256;

    private static final byte[] ID = ",\"id\":\"".getBytes(US_ASCII);
    private static final byte[] DATA = "\ndata: {\"position\":".getBytes(US_ASCII);

    /** The longest frame header or beginning of an event, and a position with its comma. */
    private static final int MAX_DECORATION_BYTES = 20 + DATA.length + 20;

    final byte[] head;
    final byte[] tail;

    FrameFormat(String head, String tail) {
        this.head = head.getBytes(US_ASCII);
        this.tail = tail.getBytes(US_ASCII);
    }

    /** Whether a message in that form may be sent in this format. */
    public boolean carries(Form form) {
        return true;
    }

    /**
     * Whether what {@code write} has appended is to be compressed where it is for many; a frame that is not may be sent as
     * well.
     */
    public boolean isCompressed() {
        return false;
    }

    /** Whether a peer of this format can be told that messages are missing. */
    public boolean canStateGaps() {
        return true;
    }

    /**
     * Appends what tells of a gap.
     *
     * @throws UnsupportedOperationException where {@link #canStateGaps} is false
     */
    public void writeGap(Inbound.Gap gap, ByteBuf out) {
        throw new UnsupportedOperationException(this + " has nothing that tells of " + gap);
    }

    /**
     * Appends the message as one unmasked text frame, or as one event; appends nothing if there is no memory for all of
     * it.
     */
    public void write(FreshMessage fresh, ByteBuf out) {
        VerifiedMessage message = fresh.message();
        write(fresh.position(), message.array(), message.membersOffset(), message.membersLength(), out);
    }

    /** The same for a message from the store. */
    public void write(StoredMessage message, ByteBuf out) {
        write(message.position(), message.members(), 0, message.members().length, out);
    }

    /** How many bytes {@code write} appends at most for a message whose members have that length in bytes. */
    public int maxFrameLength(int membersLength) {
        return MAX_DECORATION_BYTES + head.length + membersLength + tail.length;
    }

    abstract void write(long position, byte[] array, int offset, int length, ByteBuf out);

    private static void startFrame(int payloadLength, ByteBuf out) {
        out.ensureWritable(FrameWriter.headerLength(payloadLength) + payloadLength);
        FrameWriter.writeHeader(out, Opcode.TEXT, payloadLength);
    }

    private static void writeOnOneLine(byte[] array, int offset, int length, ByteBuf out) {
        int start = out.writerIndex();
        out.writeBytes(array, offset, length);
        for (int i = 0; i < length; i++) {
            byte octet = array[offset + i];
            if (octet == '\n' || octet == '\r') {
                out.setByte(start + i, ' ');
            }
        }
    }

    private static int digits(long positive) {
        int digits = 1;
        for (long rest = positive / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static void writeDecimal(long positive, int digits, ByteBuf out) {
        int start = out.writerIndex();
        out.writerIndex(start + digits);
        long rest = positive;
        for (int i = digits - 1; i >= 0; i--) {
            out.setByte(start + i, (int) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
