package io.monorelay.server.cli;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.store.StoredRow;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Checks messages that were stored or exported, each by itself. Any thread. */
final class RowCheck {
    /** No relay stores a message that is longer, whatever its settings. */
    static final int MAX_MESSAGE_BYTES = 1 << 28;

    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults().withMaxFrameBytes(MAX_MESSAGE_BYTES));
    private final MessageVerifier verifier;

    RowCheck(Ed25519 ed25519) {
        verifier = new MessageVerifier(ed25519);
    }

    /** What is wrong with a row, or null: then it is what its sender signed. */
    @Nullable
    String faultIn(StoredRow row) {
        byte[] members = row.members();
        try {
            return decoder.decode(MessageEncoder.untyped(members, 0, members.length)) instanceof Inbound.Publish publish
                    ? difference(row, verified(publish.message()))
                    : "it is no message";
        } catch (ProtocolException fault) {
            return fault.info();
        }
    }

    Inbound decode(byte[] text) throws ProtocolException {
        return decoder.decode(text);
    }

    VerifiedMessage verified(DecodedMessage message) throws ProtocolException {
        return verifier.verify(message, verifier.idOf(message));
    }

    private static @Nullable String difference(StoredRow row, VerifiedMessage message) {
        NodeKey receiver = message.receiver();
        if (!Arrays.equals(row.members(), membersOf(message))) {
            return "its text is not as it was signed";
        }
        if (!Arrays.equals(row.id(), message.id().bytes())) {
            return "its id is not that of its contents, " + message.id();
        }
        if (!Arrays.equals(row.sender(), message.sender().bytes())) {
            return "its sender is not the one in its contents, " + message.sender();
        }
        if (!Arrays.equals(row.receiver(), receiver == null ? null : receiver.bytes())) {
            return "its receiver is not the one in its contents, " + receiver;
        }
        return row.form() == message.form() ? null : "its form is not that of its contents, " + message.form();
    }

    static byte[] membersOf(VerifiedMessage message) {
        int from = message.membersOffset();
        return Arrays.copyOfRange(message.array(), from, from + message.membersLength());
    }
}
