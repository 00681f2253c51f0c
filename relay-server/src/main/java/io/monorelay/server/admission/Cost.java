package io.monorelay.server.admission;

import io.monorelay.crypto.VerifiedMessage;

/** What things cost the relay, in ns of one core, as measured and rounded up. */
public final class Cost {
    /** Checking a signature that is right. */
    private static final long VERIFY = 30_000;

    /** What is taken before a signature is checked, and kept when it is wrong: nobody honest has sent that. */
    public static final long DEPOSIT = 10 * VERIFY;

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

    /** A message, and each of its bytes, in the store. */
    private static final long STORE = 15_000;

    private static final long STORE_BYTE = 20;

    /** A message, and each 8 of its bytes, to one receiver. */
    private static final long DELIVERY = 100;

    private static final long DELIVERY_8_BYTES = 2;

    private Cost() {}

    /** A new and valid message. */
    public static long of(VerifiedMessage message, int receivers) {
        long bytes = message.membersLength();
        long reached = message.receiver() == null ? receivers : 1;
        return VERIFY + STORE + bytes * STORE_BYTE + reached * (DELIVERY + bytes * DELIVERY_8_BYTES / 8);
    }
}
