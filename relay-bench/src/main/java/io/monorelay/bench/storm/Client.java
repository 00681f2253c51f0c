package io.monorelay.bench.storm;

import io.monorelay.bench.messages.SignedMessages;
import io.monorelay.client.Delivery;
import io.monorelay.client.KeptLinkListener;
import io.monorelay.client.RelayException;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayMemory;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import java.util.BitSet;

/** One node: counts what it gets. Belongs to the event loop of its kept link. */
final class Client implements KeptLinkListener {
    private static final int HEXADECIMAL = 16;

    // fixed after construction
    private final Crowd crowd;
    private final RelayMemory memory = RelayMemory.inMemory();

    // owned by the event loop
    private final BitSet seen = new BitSet();

    Client(Crowd crowd) {
        this.crowd = crowd;
    }

    RelayMemory memory() {
        return memory;
    }

    @Override
    public void onOpen(RelayLink link) {
        crowd.onOpen();
    }

    @Override
    public void onMessage(RelayLink link, Delivery delivery) {
        int number = Integer.parseInt(delivery.data(), 0, SignedMessages.MIN_DATA_BYTES, HEXADECIMAL);
        crowd.onMessage(seen.get(number));
        seen.set(number);
        memory.processed(link.relayKey(), delivery.position());
    }

    @Override
    public void onGap(RelayLink link, Inbound.Gap gap) {
        crowd.onGap();
    }

    @Override
    public void onEnded(RelayLink link, String why, CloseCode.Next next) {
        crowd.onEnded(why);
    }

    @Override
    public void onNotOpened(RelayException failure) {
        crowd.onNotOpened(String.valueOf(failure.getMessage()));
    }
}
