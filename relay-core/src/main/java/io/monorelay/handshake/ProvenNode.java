package io.monorelay.handshake;

import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;

/** A node that has proven its key in a v2 handshake. Only {@link HandshakeV2#accept} makes it. */
public final class ProvenNode {
    private final Inbound.HandshakeV2 handshake;

    ProvenNode(Inbound.HandshakeV2 handshake) {
        this.handshake = handshake;
    }

    /** The key that was proven. */
    public NodeKey key() {
        return handshake.key();
    }

    /** The proof, with what else the node said; its reference, where it resumes and what it wants are not covered by the signature. */
    public Inbound.HandshakeV2 handshake() {
        return handshake;
    }

    @Override
    public String toString() {
        return "ProvenNode[" + key() + "]";
    }
}
