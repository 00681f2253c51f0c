package io.monorelay.bench.siege;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Form;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages of one sender: signed, or changed after they were. Any thread. */
final class Forgeries {
    private static final String ORIGINAL = "00000000";

    private final MessageSigner signer =
            new MessageSigner(NodeIdentity.generate(SampleMessages.ed25519()), Form.MONOCHAIN);
    private final AtomicInteger number = new AtomicInteger();
    private final byte[] template = signed(ORIGINAL);
    private final int place = new String(template, US_ASCII).indexOf(ORIGINAL);

    /** A valid message of now. */
    byte[] signed(String data) {
        return signer.broadcast(null, data, Instant.now());
    }

    /** One that nobody has signed and that nobody has seen; up to date for some minutes. */
    byte[] next() {
        byte[] forged = template.clone();
        byte[] data = HexFormat.of().toHexDigits(number.incrementAndGet()).getBytes(US_ASCII);
        System.arraycopy(data, 0, forged, place, data.length);
        return forged;
    }
}
