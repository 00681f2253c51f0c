package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.Inbound;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept no longer is stated as a gap to whoever asks for it, and everything after it comes. */
@Timeout(60)
final class RetentionTest {
    private static final String BY_SIZE = "store.retention-bytes=1MiB";
    private static final String IN_MEMORY = "store.durability=memory";

    private static final int MESSAGES = 128;
    private static final String PADDING = "x".repeat(16 << 10);
    private static final int KEPT_AT_MOST = (1 << 20) / PADDING.length();

    @TempDir
    private Path data;

    private final LinkedNode publisher = LinkedNode.trusting();
    private final LinkedNode node = LinkedNode.generate();
    private RunningRelay relay;
    private Inbox publishing;
    private long first;
    private long last;

    @AfterEach
    void stop() {
        publisher.close();
        node.close();
        relay.close();
    }

    private void start(String setting) {
        relay = RunningRelay.start("data=" + data, "store.memory-bytes=1MiB", setting);
        publishing = publisher.connect(relay);
    }

    /** Publishes twice as much as is kept, at positions that follow on each other; waits until what is too much is gone. */
    private void publishTooMuch() {
        first = publish(0);
        for (int number = 1; number < MESSAGES; number++) {
            last = publish(number);
        }
        assertThat(last).isEqualTo(first + MESSAGES - 1);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> removedThrough() >= last - KEPT_AT_MOST);
    }

    private long publish(int number) {
        return publishing.publish(number + PADDING).position();
    }

    private long removedThrough() {
        return relay.get("/messages?limit=1").json().path("removed_through").asLong(0);
    }

    private void assertComes(Inbox inbox, long from) throws InterruptedException {
        for (long position = from; position <= last; position++) {
            assertThat(inbox.next().position()).isEqualTo(position);
        }
        assertLive(inbox);
    }

    private void assertLive(Inbox inbox) throws InterruptedException {
        publishing.publish("live");
        inbox.assertNext("live");
    }

    @ParameterizedTest
    @ValueSource(strings = {BY_SIZE, IN_MEMORY})
    void whatIsGoneIsStatedAndTheRestComes(String setting) throws Exception {
        start(setting);
        publishTooMuch();

        Inbox inbox = node.resume(relay, first);
        assertThat(inbox.link().resumedFrom()).isEqualTo(first);
        Inbound.Gap gap = inbox.nextGap();
        assertThat(gap.from()).isEqualTo(first + 1);
        assertThat(gap.to()).isEqualTo(removedThrough()).isLessThan(last - 1);
        assertComes(inbox, gap.to() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {BY_SIZE, IN_MEMORY})
    void whoResumesWithinTheBoundMissesNothing(String setting) throws Exception {
        start(setting);
        publishTooMuch();

        assertComes(node.resume(relay, removedThrough()), removedThrough() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {BY_SIZE, IN_MEMORY})
    void whoKnewOfNothingIsToldOfNoGap(String setting) throws Exception {
        start(setting);
        publishTooMuch();
        publishing.publish("for it", node.key());

        Inbox inbox = node.connect(relay);
        inbox.assertNext("for it");
        assertLive(inbox);
    }

    @Test
    void aRestartOfARelayThatKeepsNothingIsStatedAndGivesNoPositionTwice() throws Exception {
        start(IN_MEMORY);
        last = publish(0);
        relay.close();

        start(IN_MEMORY);
        long relayIsAt = publishing.link().position();
        assertThat(relayIsAt).isGreaterThan(last);
        Inbox inbox = node.resume(relay, last);
        Inbound.Gap gap = inbox.nextGap();
        assertThat(gap.from()).isEqualTo(last + 1);
        assertThat(gap.to()).isEqualTo(relayIsAt);
        assertThat(publishing.publish("live").position()).isGreaterThan(gap.to());
        inbox.assertNext("live");
    }
}
