package io.monorelay.server.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.Publication;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.Page;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import io.monorelay.store.StoredMessage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FeedTest {
    private static final URI RELAY = URI.create("ws://127.0.0.1:8000");

    private static final NodeKey SENDER = NodeKey.of(new byte[NodeKey.BYTES]);

    private final ManualLinkLoop loop = new ManualLinkLoop();
    private final Shelf shelf = new Shelf();
    private final Wire wire = new Wire();
    private final Counters<Linking> counters = new Counters<>(Linking.class);
    private long progress = -1;
    private final Feed feed = new Feed(
            loop,
            wire,
            shelf,
            message -> new String(message.members(), UTF_8).contains("theirs"),
            position -> progress = position,
            counters);

    @Test
    void whatIsDurableGoesOutInOrderAndPositionsMoveAsItIsAcknowledged() {
        shelf.store(1, "a");
        shelf.store(2, "b");
        feed.start(0);
        shelf.answer();

        assertThat(wire.sent()).containsExactly("{a}", "{b}");
        assertThat(progress).as("nothing is acknowledged").isEqualTo(-1);
        acknowledge(0);
        assertThat(progress).isEqualTo(1);
        acknowledge(1);
        assertThat(progress).isEqualTo(2);
        assertThat(feed.fedThrough()).isEqualTo(2);
        assertThat(counters.count(Linking.FED)).isEqualTo(2);
    }

    @Test
    void positionWaitsForTheFirstThatIsNotAcknowledged() {
        shelf.store(1, "a");
        shelf.store(2, "b");
        shelf.store(3, "c");
        feed.start(0);
        shelf.answer();

        acknowledge(2);
        acknowledge(1);
        assertThat(feed.fedThrough()).isZero();
        acknowledge(0);
        assertThat(progress).isEqualTo(3);
    }

    @Test
    void whatBecomesDurableLaterFollows() {
        feed.start(0);
        shelf.answer();
        assertThat(wire.sent()).isEmpty();

        shelf.store(1, "a");
        shelf.answer();

        assertThat(wire.sent()).containsExactly("{a}");
    }

    @Test
    void itStartsAfterItsPosition() {
        shelf.store(1, "a");
        shelf.store(2, "b");
        feed.start(1);
        shelf.answer();

        assertThat(wire.sent()).containsExactly("{b}");
    }

    @Test
    void whatCameFromThereIsNotFedBack() {
        shelf.store(1, "theirs");
        shelf.store(2, "ours");
        shelf.store(3, "theirs");
        feed.start(0);
        shelf.answer();

        assertThat(wire.sent()).containsExactly("{ours}");
        acknowledge(0);
        assertThat(progress).isEqualTo(3);
        assertThat(counters.count(Linking.NOT_FED_BACK)).isEqualTo(2);
    }

    @Test
    void noMoreAreOutstandingThanTheRelayReads() {
        for (int i = 1; i <= 2 * Feed.MAX_OUTSTANDING; i++) {
            shelf.store(i, "message " + i);
        }
        feed.start(0);
        shelf.answer();
        assertThat(wire.sent()).hasSizeLessThanOrEqualTo(Feed.MAX_OUTSTANDING);

        for (int next = 0; next < 2 * Feed.MAX_OUTSTANDING; next++) {
            assertThat(wire.sent()).hasSizeGreaterThan(next);
            acknowledge(next);
            shelf.answer();
            assertThat(wire.sent().size() - next - 1).isLessThanOrEqualTo(Feed.MAX_OUTSTANDING);
        }
        assertThat(progress).isEqualTo(2 * Feed.MAX_OUTSTANDING);
    }

    @Test
    void whatTheRelayCannotTakeNowIsPublishedAgainWhenItSaysAndNothingIsReadMeanwhile() {
        shelf.store(1, "a");
        shelf.store(2, "b");
        feed.start(0);
        shelf.answer();
        answer(0, new Publication.Refused(id(1), RELAY, 503, "busy", 70L));
        answer(1, new Publication.Refused(id(2), RELAY, 503, "busy", 90L));
        shelf.store(3, "c");
        shelf.answer();
        assertThat(wire.sent()).containsExactly("{a}", "{b}");
        assertThat(loop.timers()).containsExactly(70L);

        loop.runTimers();
        acknowledge(2);
        acknowledge(3);
        shelf.answer();

        assertThat(wire.sent()).containsExactly("{a}", "{b}", "{a}", "{b}", "{c}");
        assertThat(progress).isEqualTo(2);
        assertThat(counters.count(Linking.FED_DELAYED)).isEqualTo(2);
    }

    @Test
    void whatTheRelayNeverTakesIsCountedAndPassedOver() {
        shelf.store(1, "a");
        shelf.store(2, "too long");
        shelf.store(3, "c");
        wire.neverTakes = "{too long}";
        feed.start(0);
        shelf.answer();

        answer(0, new Publication.Refused(id(1), RELAY, 403, "no", null));
        acknowledge(1);

        assertThat(wire.sent()).containsExactly("{a}", "{c}");
        assertThat(progress).isEqualTo(3);
        assertThat(counters.count(Linking.FED_REFUSED)).isEqualTo(2);
    }

    @Test
    void publicationThatFailsWhileTheLinkStaysIsTriedAgain() {
        shelf.store(1, "a");
        feed.start(0);
        shelf.answer();

        wire.answers.get(0).completeExceptionally(new IllegalStateException("no room"));
        loop.run();
        assertThat(loop.timers()).containsExactly(Feed.RETRY_MILLIS);
        loop.runTimers();
        acknowledge(1);

        assertThat(progress).isEqualTo(1);
    }

    @Test
    void storeThatCannotBeReadIsAskedAgain() {
        shelf.store(1, "a");
        shelf.failing = true;
        feed.start(0);
        shelf.answer();
        assertThat(wire.sent()).isEmpty();

        shelf.failing = false;
        loop.runTimers();
        shelf.answer();

        assertThat(wire.sent()).containsExactly("{a}");
    }

    @Test
    void whatWasRemovedBeforeItWasFedIsCounted() {
        shelf.removedThrough = 5;
        shelf.store(6, "a");
        feed.start(2);
        shelf.answer();

        assertThat(wire.sent()).containsExactly("{a}");
        assertThat(counters.count(Linking.REMOVED_BEFORE_FED)).isEqualTo(1);
    }

    @Test
    void afterItsEndNothingHappens() {
        shelf.store(1, "a");
        feed.start(0);
        shelf.answer();
        feed.end();

        acknowledge(0);
        shelf.store(2, "b");
        shelf.answer();

        assertThat(progress).isEqualTo(-1);
        assertThat(wire.sent()).containsExactly("{a}");
    }

    @Test
    void whateverTheRelaySaysEverythingIsFedAtLastAndThePositionNeverMovesBack() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int count = 1_000;
        feed.start(0);
        long before = 0;
        for (int round = 0; progress < count; round++) {
            assertThat(round).as("seed %d", seed).isLessThan(100_000);
            long last = shelf.last();
            if (last < count && random.nextInt(3) == 0) {
                shelf.store(last + 1, "message " + (last + 1));
            }
            shelf.answer();
            wire.answerOne(random);
            loop.run();
            if (random.nextInt(20) == 0) {
                loop.runTimers();
            }
            assertThat(feed.fedThrough()).as("seed %d", seed).isGreaterThanOrEqualTo(before);
            before = feed.fedThrough();
        }
        assertThat(wire.accepted).as("seed %d", seed).doesNotHaveDuplicates().hasSize(count);
    }

    private void acknowledge(int sent) {
        answer(sent, new Publication.Accepted(id(sent), RELAY, null, null, null));
    }

    private void answer(int sent, Publication publication) {
        wire.answers.get(sent).complete(publication);
        loop.run();
    }

    private static MessageId id(long number) {
        return new MessageId(number, 0, 0, 0);
    }

    /** A relay that says what the test says. */
    private static final class Wire implements Feed.Line {
        final List<String> texts = new ArrayList<>();
        final List<CompletableFuture<Publication>> answers = new ArrayList<>();
        final List<String> accepted = new ArrayList<>();

        @Nullable
        String neverTakes;

        @Override
        public CompletionStage<Publication> publish(byte[] text) {
            String shown = new String(text, UTF_8);
            if (shown.equals(neverTakes)) {
                throw new IllegalArgumentException("too long");
            }
            texts.add(shown);
            CompletableFuture<Publication> answer = new CompletableFuture<>();
            answers.add(answer);
            return answer;
        }

        List<String> sent() {
            return List.copyOf(texts);
        }

        void answerOne(Random random) {
            List<Integer> open = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                if (!answers.get(i).isDone()) {
                    open.add(i);
                }
            }
            if (open.isEmpty()) {
                return;
            }
            int chosen = open.get(random.nextInt(open.size()));
            if (random.nextInt(10) == 0) {
                answers.get(chosen).complete(new Publication.Refused(id(chosen), RELAY, 503, "busy", 100L));
            } else {
                accepted.add(texts.get(chosen));
                answers.get(chosen).complete(new Publication.Accepted(id(chosen), RELAY, null, null, null));
            }
        }
    }

    /** A store of which everything is durable, and which answers when the test says so. */
    private final class Shelf implements Feed.Source {
        private final TreeMap<Long, StoredMessage> messages = new TreeMap<>();
        private @Nullable Runnable waiting;
        private @Nullable Runnable question;
        long removedThrough;
        boolean failing;

        void store(long position, String members) {
            byte[] text = members.getBytes(UTF_8);
            messages.put(position, new StoredMessage(position, id(position), SENDER, null, Form.MONOCHAIN, 0, 0, text));
            Runnable waiter = waiting;
            waiting = null;
            if (waiter != null) {
                waiter.run();
            }
        }

        long last() {
            return messages.isEmpty() ? 0 : messages.lastKey();
        }

        void answer() {
            for (Runnable asked = question; asked != null; asked = question) {
                question = null;
                asked.run();
                loop.run();
            }
        }

        @Override
        public long durableThrough() {
            return last();
        }

        @Override
        public void awaitDurable(long position, Runnable then) {
            assertThat(position).isGreaterThan(last());
            waiting = then;
        }

        @Override
        public void read(long after, long through, StoreReaders.Answer<Page> answer) {
            assertThat(question).as("one question at a time").isNull();
            question = () -> {
                if (failing) {
                    answer.onFailure(new StoreException("broken"));
                    return;
                }
                List<StoredMessage> page = messages.subMap(after, false, through, true).values().stream()
                        .limit(Feed.PAGE_MESSAGES)
                        .toList();
                boolean isEnd = page.isEmpty() || page.getLast().position() == through;
                answer.onAnswer(new Page(page, isEnd ? through : page.getLast().position(), isEnd, removedThrough));
            };
        }
    }
}
