package io.monorelay.bench.messages;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Form;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Signs any number of distinct messages to everybody, in turn by several senders. Any thread may call. */
public final class SignedMessages {
    /** The fewest bytes of data: the number of the message, which makes it distinct. */
    public static final int MIN_DATA_BYTES = 8;

    private final List<MessageSigner> signers;
    private final String filler;

    /**
     * @param senders how many new keys sign
     * @param dataBytes the length of each message's data, all of it ASCII
     */
    public SignedMessages(Ed25519 ed25519, int senders, Form form, int dataBytes) {
        if (dataBytes < MIN_DATA_BYTES) {
            throw new IllegalArgumentException(
                    "messages of " + dataBytes + " bytes, expected at least " + MIN_DATA_BYTES);
        }
        if (senders < 1) {
            throw new IllegalArgumentException(senders + " senders, expected at least 1");
        }
        signers = Stream.generate(() -> new MessageSigner(NodeIdentity.generate(ed25519), form))
                .limit(senders)
                .toList();
        filler = "abcdefghijklmnopqrstuvwxyz".repeat(dataBytes / 26 + 1).substring(0, dataBytes - MIN_DATA_BYTES);
    }

    /** The message of that number, as it is published. */
    public byte[] message(int number, Instant time) {
        String data = HexFormat.of().toHexDigits(number) + filler;
        return signers.get(Math.floorMod(number, signers.size())).broadcast(null, data, time);
    }

    /** The messages of the numbers from {@code first}, in order. Signed on all cores. */
    public List<byte[]> messages(int first, int count, Instant time) {
        return IntStream.range(first, first + count)
                .parallel()
                .mapToObj(number -> message(number, time))
                .toList();
    }
}
