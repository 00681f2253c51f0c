package io.monorelay.server.admission;

import io.monorelay.crypto.VerifiedMessage;

/** What things cost the relay, in ns of one core, as measured and rounded up. */
public final class Cost {
    /** Checking a signature that is right. */
    private static final long VERIFY = 30_000;

    /** What is taken before a signature is checked, and kept when it is wrong: nobody honest has sent that. */
    public static final long DEPOSIT = 10 * VERIFY;

    /** Each byte of a text that is read and hashed, whatever it turns out to be. */
    private static final long READ_BYTE = 3;

    /** A text that asks for nothing: an ack, or an answer. */
    private static final long TEXT = 2_000;

    /** A text that cannot be read, and the answer to it: no honest node sends many. */
    private static final long UNREADABLE = 50_000;

    /** A ping and its pong. */
    public static final long CONTROL_FRAME = 2_000;

    /** An HTTP request, without what it asks for. */
    public static final long REQUEST = 20_000;

    /** A new WebSocket, or event stream: its request, and its place. */
    public static final long CONNECTION = 50_000;

    /** A message that is here already, or that is refused before its signature is checked. */
    private static final long KNOWN = 5_000;

    /** What of the deposit comes back for such a message. */
    public static final long DEPOSIT_BACK = DEPOSIT - KNOWN;

    /** Both signatures of a handshake, and one more question. */
    public static final long HANDSHAKE = 100_000;

    /** A message that is looked up by its id. */
    public static final long LOOKUP = 50_000;

    /** A page of history. */
    public static final long PAGE = 1_000_000;

    /** A signature of this node's own. */
    private static final long SIGN = 30_000;

    /** A message, and each of its bytes, in the store. */
    private static final long STORE = 15_000;

    private static final long STORE_BYTE = 20;

    /** A message, and each 8 of its bytes, to one receiver. */
    private static final long DELIVERY = 100;

    private static final long DELIVERY_8_BYTES = 2;

    private Cost() {}

    /** A new and valid message. */
    public static long of(VerifiedMessage message, int receivers) {
        return of(message.membersLength(), message.receiver() == null ? receivers : 1);
    }

    private static long of(long bytes, long reached) {
        return VERIFY + STORE + bytes * STORE_BYTE + ofDeliveries(reached, reached * bytes);
    }

    /** A message of the node's own whose text has so many bytes. */
    static long ofOwn(long bytes, long reached) {
        return SIGN + bytes * READ_BYTE + of(bytes, reached);
    }

    /** Messages of so many bytes, all together, that have gone out. */
    public static long ofDeliveries(long messages, long bytes) {
        return messages * DELIVERY + bytes * DELIVERY_8_BYTES / 8;
    }

    /** What is taken before a message of so many bytes is looked at; what comes back of it is of {@link #DEPOSIT}. */
    public static long deposit(int bytes) {
        return DEPOSIT + bytes * READ_BYTE;
    }

    /** A text that is no message. */
    public static long ofText(int bytes) {
        return TEXT + bytes * READ_BYTE;
    }

    /** A text that cannot be read. */
    public static long ofUnreadable(int bytes) {
        return UNREADABLE + bytes * READ_BYTE;
    }

    /** The bytes of an answer to an HTTP request. */
    public static long ofAnswer(int bytes) {
        return ofDeliveries(1, 4L * bytes);
    }
}
