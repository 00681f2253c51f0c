package io.monorelay.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.relay.Publisher;
import io.monorelay.relay.Receipt;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.store.CommitMark;
import io.monorelay.store.Durability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IntakeTest {
    private static final MessageId ID = new MessageId(1, 2, 3, 4);
    private static final DecodedMessage MESSAGE = message();

    private record Offer(Publisher publisher) {
        void acknowledge(boolean duplicate) {
            publisher.onReceipt(new Receipt.Acknowledged(ID, 1, Receipt.Reach.EVERYBODY, duplicate, Durability.COMMIT));
        }

        void refuse(long retryAfterMillis) {
            publisher.onReceipt(new Receipt.Refused(Fault.LOG_FULL, "full", ID, retryAfterMillis));
        }
    }

    private final ManualLinkLoop loop = new ManualLinkLoop();
    private final List<Offer> offers = new ArrayList<>();
    private final List<Long> progress = new ArrayList<>();
    private final Counters<Linking> counters = new Counters<>(Linking.class);
    private final List<Fault> refused = new ArrayList<>();
    private boolean reading = true;
    private final Intake intake = new Intake(
            loop,
            new CommitMark(Durability.COMMIT, 0).newQueue(loop),
            (message, publisher) -> offers.add(new Offer(publisher)),
            new Intake.Brake() {
                @Override
                public void pause() {
                    reading = false;
                }

                @Override
                public void resume() {
                    reading = true;
                }
            },
            new Intake.Progress() {
                @Override
                public void through(long position) {
                    progress.add(position);
                }

                @Override
                public void refused(Fault fault) {
                    refused.add(fault);
                }
            },
            counters);

    static DecodedMessage message() {
        byte[] text = ForeignNode.generate().broadcast("hello").getBytes(StandardCharsets.UTF_8);
        try {
            return ((Inbound.Publish) new InboundDecoder(Limits.defaults()).decode(text)).message();
        } catch (ProtocolException fault) {
            throw new AssertionError(fault);
        }
    }

    @Test
    void positionMovesWhenAMessageIsDurable() {
        intake.take(7, MESSAGE);
        assertThat(progress).isEmpty();

        offers.get(0).acknowledge(false);

        assertThat(progress).containsExactly(7L);
        assertThat(counters.count(Linking.RECEIVED)).isEqualTo(1);
    }

    @Test
    void positionWaitsForTheFirstThatIsNotDurable() {
        intake.take(7, MESSAGE);
        intake.take(9, MESSAGE);
        intake.take(10, MESSAGE);

        offers.get(1).acknowledge(true);
        assertThat(progress).isEmpty();
        offers.get(0).acknowledge(false);
        assertThat(progress).containsExactly(9L);
        offers.get(2).acknowledge(false);
        assertThat(progress).containsExactly(9L, 10L);
        assertThat(counters.count(Linking.RECEIVED_DUPLICATE)).isEqualTo(1);
    }

    @Test
    void whatCannotBeTakenNowIsOfferedAgainInOrder() {
        intake.take(1, MESSAGE);
        intake.take(2, MESSAGE);
        offers.get(0).refuse(100);
        offers.get(1).refuse(100);
        assertThat(refused).isEmpty();
        intake.take(3, MESSAGE);
        assertThat(offers).as("the third waits behind them").hasSize(2);
        assertThat(loop.timers()).containsExactly(100L);

        loop.runTimers();

        assertThat(offers).hasSize(5);
        assertThat(offers.subList(2, 5))
                .extracting(Offer::publisher)
                .startsWith(offers.get(0).publisher(), offers.get(1).publisher());
        offers.subList(2, 5).forEach(offer -> offer.acknowledge(false));
        assertThat(progress).containsExactly(1L, 2L, 3L);
        assertThat(counters.count(Linking.RECEIVED_DELAYED)).isEqualTo(2);
    }

    @Test
    void whatIsNeverTakenIsCountedAndPassedOver() {
        intake.take(1, MESSAGE);
        offers.get(0).refuse(0);
        assertThat(refused).containsExactly(Fault.LOG_FULL);

        assertThat(progress).containsExactly(1L);
        assertThat(counters.count(Linking.RECEIVED_REFUSED)).isEqualTo(1);
    }

    @Test
    void linkIsNotReadWhileTooManyAreOnTheirWay() {
        for (int i = 0; i < Intake.MAX_ARRIVALS - 1; i++) {
            intake.take(i, MESSAGE);
        }
        assertThat(reading).isTrue();
        intake.take(Intake.MAX_ARRIVALS, MESSAGE);
        assertThat(reading).isFalse();

        for (int i = 0; i < Intake.MAX_ARRIVALS / 2 - 1; i++) {
            offers.get(i).acknowledge(false);
        }
        assertThat(reading).isFalse();
        offers.get(Intake.MAX_ARRIVALS / 2 - 1).acknowledge(false);
        assertThat(reading).isTrue();
    }

    @Test
    void afterTheEndOfTheLinkItsPositionStays() {
        intake.take(1, MESSAGE);
        intake.take(2, MESSAGE);
        offers.get(1).refuse(100);
        intake.end();

        offers.get(0).acknowledge(false);
        loop.runTimers();

        assertThat(progress).isEmpty();
        assertThat(offers).hasSize(2);
    }
}
