package io.monorelay.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.MessageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class StandbyTest {
    private static final MessageId ONE = new MessageId(1, 1, 1, 1);
    private static final MessageId TWO = new MessageId(2, 2, 2, 2);
    private static final DecodedMessage MESSAGE = IntakeTest.message();

    private final ManualLinkLoop loop = new ManualLinkLoop();
    private final Set<MessageId> store = new HashSet<>();
    private final Counters<Linking> counters = new Counters<>(Linking.class);
    private final Standby standby = new Standby(loop, Duration.ofMillis(200), this::ask, counters);
    private final Link north = new Link();
    private final Link south = new Link();

    private void ask(List<MessageId> ids, Consumer<Set<MessageId>> answer) {
        loop.execute(() -> answer.accept(Set.copyOf(store)));
    }

    /** A link that writes down what is fetched over it. */
    private static final class Link implements Standby.Source {
        private final List<MessageId> fetched = new ArrayList<>();

        @Override
        public void fetch(List<MessageId> ids) {
            fetched.addAll(ids);
        }
    }

    /** What became of an announcement. */
    private static final class Outcome implements Intake.Expected {
        private String what = "";

        @Override
        public void known() {
            what += "known";
        }

        @Override
        public void came(DecodedMessage fetched) {
            what += "came";
        }

        @Override
        public void missing() {
            what += "missing";
        }
    }

    private Outcome announce(Link link, MessageId id) {
        Outcome outcome = new Outcome();
        standby.announced(link, id, outcome);
        return outcome;
    }

    private void letTheDeadlinePass() {
        loop.runTimers();
        loop.runTimers();
    }

    @Test
    void whatComesFromElsewhereInTimeIsNotFetched() {
        Outcome before = announce(north, ONE);
        standby.stored(ONE);
        Outcome after = announce(south, ONE);
        letTheDeadlinePass();

        assertThat(before.what).isEqualTo("known");
        assertThat(after.what).isEqualTo("known");
        assertThat(north.fetched).isEmpty();
        assertThat(counters.count(Linking.FETCHED)).isZero();
    }

    @Test
    void whatTheStoreHasByTheDeadlineIsNotFetched() {
        Outcome outcome = announce(north, ONE);
        store.add(ONE);
        letTheDeadlinePass();

        assertThat(outcome.what).isEqualTo("known");
        assertThat(north.fetched).isEmpty();
    }

    @Test
    void whatHasNotComeByTheDeadlineIsFetchedFromOneThatAnnouncedIt() {
        Outcome atNorth = announce(north, ONE);
        Outcome atSouth = announce(south, ONE);
        loop.runTimers();
        assertThat(north.fetched).isEmpty();
        loop.runTimers();
        assertThat(north.fetched).containsExactly(ONE);
        assertThat(south.fetched).isEmpty();

        standby.came(north, ONE, MESSAGE);
        standby.stored(ONE);

        assertThat(atNorth.what).isEqualTo("came");
        assertThat(atSouth.what).isEqualTo("known");
        letTheDeadlinePass();
        assertThat(counters.count(Linking.FETCHED)).isEqualTo(1);
        assertThat(loop.timers()).isEmpty();
    }

    @Test
    void whoDoesNotAnswerOrHasItNoMoreIsFollowedByTheNext() {
        Outcome atNorth = announce(north, ONE);
        Outcome atSouth = announce(south, ONE);
        letTheDeadlinePass();
        letTheDeadlinePass();
        assertThat(south.fetched)
                .as("the other one, since the first did not answer")
                .containsExactly(ONE);

        standby.missing(south, ONE);
        letTheDeadlinePass();

        assertThat(atSouth.what).isEqualTo("missing");
        assertThat(atNorth.what).isEmpty();
        assertThat(north.fetched).containsExactly(ONE, ONE);
    }

    @Test
    void whatALinkAnnouncedEndsWithIt() {
        Outcome gone = announce(north, ONE);
        announce(north, TWO);
        Outcome left = announce(south, TWO);
        standby.ended(north);
        letTheDeadlinePass();

        assertThat(south.fetched).containsExactly(TWO);
        assertThat(north.fetched).isEmpty();
        standby.came(south, TWO, MESSAGE);
        assertThat(left.what).isEqualTo("came");
        assertThat(gone.what).isEmpty();
    }

    @Test
    void answerThatNobodyWaitsForIsPassedOver() {
        standby.came(north, ONE, MESSAGE);
        standby.missing(south, TWO);
        assertThat(loop.timers()).isEmpty();
    }
}
