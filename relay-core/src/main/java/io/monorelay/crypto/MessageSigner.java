package io.monorelay.crypto;

import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.WireTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes messages of one node. Any thread may call. */
public final class MessageSigner {
    private final NodeIdentity identity;
    private final Form form;

    public MessageSigner(NodeIdentity identity, Form form) {
        this.identity = identity;
        this.form = form;
    }

    /**
     * A signed message as it is published.
     *
     * @param receiver null for everybody
     * @param time cut to the second
     * @throws IllegalArgumentException if the data has a NUL or half of a surrogate pair
     */
    public byte[] broadcast(@Nullable NodeKey receiver, String data, Instant time) {
        String written = WireTime.formatSecond(time.getEpochSecond());
        byte[] contents = MessageEncoder.contents(form, identity.key(), receiver, data, written);
        return MessageEncoder.broadcast(form, contents, identity.sign(contents));
    }
}
