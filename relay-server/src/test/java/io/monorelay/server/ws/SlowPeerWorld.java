package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.relay.Receipt;
import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.ProofV2;
import io.monorelay.server.node.RunningRelay;
import java.time.Instant;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A relay that keeps little in memory for peers that do not read, and such peers, over real sockets. */
final class SlowPeerWorld implements AutoCloseable {
    private static final int RECEIVE_BUFFER_BYTES = 4096;

    /** One message fills about one batch. */
    private static final String PADDING = "x".repeat(8_000);

    /** More bytes than what the operating system takes for a peer and the relay keeps for it together. */
    private static final int MOST_MESSAGES = 20_000;

    private final RunningRelay relay;

    SlowPeerWorld(String... settings) {
        Stream<String> little = Stream.of(
                "network.event-loops=1",
                "message.max-bytes=16KiB",
                "fanout.max-batch-bytes=16KiB",
                "fanout.laggard-bytes=256KiB");
        relay = RunningRelay.start(Stream.concat(little, Stream.of(settings)).toArray(String[]::new));
    }

    RunningRelay relay() {
        return relay;
    }

    /** A peer of session level 1 that reads only when told to. */
    RawConnection openV1() {
        return RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES).upgrade();
    }

    /** The same of session level 2, after its handshake. */
    RawConnection openV2() {
        RawConnection peer =
                RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES).upgradeV2();
        ProofV2 proof = ForeignNode.generate()
                .answerV2(json(peer.frame()), relay.socketAddress().toString(), Instant.now());
        peer.sendText(proof.text());
        assertThat(proof.isAnsweredBy(json(peer.frame()))).isTrue();
        return peer;
    }

    /** Publishes a large message that begins with that number, and returns its position. */
    long publish(int number) {
        Receipt receipt = relay.sendToAll(number + PADDING);
        assertThat(receipt).isInstanceOf(Receipt.Acknowledged.class);
        return ((Receipt.Acknowledged) receipt).position();
    }

    /**
     * Publishes large messages, numbered from 0, until the relay has counted one of those.
     *
     * @param then what to do after each, with its position
     * @return how many there are
     */
    int publishUntil(String group, String name, LongConsumer then) {
        for (int number = 0; number < MOST_MESSAGES; number++) {
            then.accept(publish(number));
            if (number % 64 == 0 && relay.total(group, name) > 0) {
                return number + 1;
            }
        }
        throw new AssertionError("no " + name + " after " + MOST_MESSAGES + " messages");
    }

    static JsonNode json(Frame frame) {
        assertThat(frame.head()).as("%s", frame).isEqualTo(Frame.TEXT);
        return JsonMapper.shared().readTree(frame.payload());
    }

    @Override
    public void close() {
        relay.close();
    }
}
