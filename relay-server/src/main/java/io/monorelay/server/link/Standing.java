package io.monorelay.server.link;

import io.monorelay.client.RelayException;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayMemory;
import io.monorelay.metrics.Offence;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Tells the book of references how a relay behaves that was dialled, if the book has its address: over HTTP and as a
 * WebSocket it is the same one. Any thread.
 */
final class Standing {
    /** It only writes addresses as the book has them; who named the relay has decided that it may be dialled. */
    private static final AddressPolicy SPELLING = new AddressPolicy(true);

    private final ReferenceBook book;
    private final RelayMemory memory;

    /** @param memory has the keys that relays are expected to prove */
    Standing(ReferenceBook book, RelayMemory memory) {
        this.book = book;
        this.memory = memory;
    }

    /** A link was opened, and the relay has proven its key. */
    void onOpen(RelayLink link) {
        HttpReference known = find(link.relay());
        if (known == null) {
            return;
        }
        if (known.key().equals(link.relayKey())) {
            book.succeeded(known.uri(), link.roundTrip());
        } else {
            book.offended(known.uri(), Offence.WRONG_KEY);
        }
    }

    /** No link could be opened. */
    void onNotOpened(RelayException failure) {
        HttpReference known = find(failure.relay());
        if (known == null) {
            return;
        }
        if (!isForItsKey(failure)) {
            book.failed(known.uri());
        } else if (known.key().equals(memory.keyOf(failure.relay()))) {
            book.offended(known.uri(), Offence.WRONG_KEY);
        }
        // Otherwise the book has heard of a new key since, and this may well be the node that has it.
    }

    private static boolean isForItsKey(RelayException failure) {
        return failure.getCause() instanceof ProtocolException wrong && wrong.fault() == Fault.HANDSHAKE_KEY;
    }

    /** What the relay delivered was refused for good; what no honest relay delivers is held against it. */
    void onRefused(RelayLink link, Fault fault) {
        HttpReference known = fault == Fault.BAD_SIGNATURE ? find(link.relay()) : null;
        if (known != null) {
            book.offended(known.uri(), Offence.INVALID_MESSAGE);
        }
    }

    /** What the book has of the node at that address, or null. */
    @Nullable
    HttpReference find(URI relay) {
        try {
            return book.find(SPELLING.parse(relay.toString().replaceFirst("^ws", "http")));
        } catch (ProtocolException notInTheBook) {
            return null;
        }
    }
}
