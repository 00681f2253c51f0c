package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.monorelay.client.Publication.Accepted;
import io.monorelay.client.RelayException;
import io.monorelay.protocol.CloseCode;
import io.monorelay.server.net.RawConnection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node that was away gets what it missed, then what comes, over real sockets and from a real database. */
@Timeout(60)
final class ResumeTest {
    @TempDir
    private Path data;

    private final List<LinkedNode> nodes = new ArrayList<>();
    private RunningRelay relay;
    private LinkedNode publisher;
    private Inbox publishing;

    @AfterEach
    void stop() {
        nodes.forEach(LinkedNode::close);
        if (relay != null) {
            relay.close();
        }
    }

    private void start(String... settings) {
        List<String> all = new ArrayList<>(List.of("data=" + data, "network.event-loops=2"));
        all.addAll(List.of(settings));
        useRelay(RunningRelay.start(all.toArray(String[]::new)));
    }

    private void useRelay(RunningRelay started) {
        relay = started;
        publisher = newNode();
        publishing = publisher.connect(relay);
    }

    private void restart(String... settings) {
        relay.close();
        start(settings);
    }

    private LinkedNode newNode() {
        LinkedNode node = LinkedNode.generate();
        nodes.add(node);
        return node;
    }

    /** That what comes next is what is published now: there was nothing else. */
    private void assertLive(Inbox inbox) throws InterruptedException {
        String now = "live for " + inbox;
        publishing.publish(now);
        inbox.assertNext(now);
    }

    // broadcasts

    @Test
    void whoNamesAPositionGetsWhatCameAfterItAndThenWhatComes() throws Exception {
        start();
        publishing.publish("one");
        long second = publishing.publish("two").position();
        publishing.publish("three");
        publishing.publish("four");

        Inbox inbox = newNode().resume(relay, second);
        assertThat(inbox.link().resumedFrom()).isEqualTo(second);
        inbox.assertNext("three", "four");
        assertLive(inbox);
    }

    @Test
    void whoNamesNoPositionAndHasAcknowledgedNoneStartsWithWhatComes() throws Exception {
        start();
        publishing.publish("before");

        Inbox inbox = newNode().connect(relay);
        assertThat(inbox.link().resumedFrom()).isNull();
        assertLive(inbox);
    }

    @Test
    void whoKeepsNoPositionGoesOnAfterTheOneThatItAcknowledged() throws Exception {
        start();
        LinkedNode node = newNode();
        long second;
        try (Inbox first = node.connect(relay)) {
            publishing.publish("one");
            second = publishing.publish("two").position();
            publishing.publish("three");
            first.assertNext("one", "two", "three");
            first.link().acknowledge(second);
        }
        publishing.publish("four");

        Inbox inbox = node.connect(relay);
        assertThat(inbox.link().resumedFrom()).isEqualTo(second);
        inbox.assertNext("three", "four");
        assertLive(inbox);
    }

    @Test
    void whoNamesAPositionOfTheFutureStartsWithWhatComes() throws Exception {
        start();
        long last = publishing.publish("before").position();

        Inbox inbox = newNode().resume(relay, Long.MAX_VALUE);
        assertThat(inbox.link().resumedFrom()).isEqualTo(last);
        assertLive(inbox);
    }

    @Test
    void aNodesOwnMessagesDoNotComeBack() throws Exception {
        start();
        LinkedNode node = newNode();
        try (Inbox first = node.connect(relay)) {
            first.publish("its own");
            publishing.publish("another's");
            first.assertNext("another's");
        }
        Inbox inbox = node.resume(relay, 0);
        inbox.assertNext("another's");
        assertLive(inbox);
    }

    // addressed messages

    @Test
    void whatIsForAnAbsentNodeIsStoredAndComesBeforeLiveTraffic() throws Exception {
        start();
        LinkedNode absent = newNode();
        Accepted first = publishing.publish("for it", absent.key());
        publishing.publish("for all");
        Accepted second = publishing.publish("for it too", absent.key());
        assertThat(List.of(first, second)).extracting(Accepted::receiver).containsOnly("stored");

        List<CompletionStage<?>> traffic = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            traffic.add(publishing.link().publish("traffic " + i, null));
        }
        Inbox inbox = absent.connect(relay);
        traffic.forEach(LinkedNode::await);
        assertThat(inbox.next().position()).isEqualTo(first.position());
        assertThat(inbox.next().position()).isEqualTo(second.position());
        assertRisesTo(publishing.publish("the end"), inbox, second.position());
        assertThat(publishing.publish("at once", absent.key()).receiver()).isEqualTo("online");
        inbox.assertNext("at once");
    }

    private static void assertRisesTo(Accepted end, Inbox inbox, long after) throws InterruptedException {
        long previous = after;
        while (previous < end.position()) {
            long next = inbox.next().position();
            assertThat(next).isGreaterThan(previous);
            previous = next;
        }
    }

    @Test
    void whoResumesGetsWhatIsAddressedToItInItsPlace() throws Exception {
        start();
        LinkedNode absent = newNode();
        publishing.publish("one");
        publishing.publish("two, for it", absent.key());
        publishing.publish("three");
        publishing.publish("four, for it", absent.key());

        Inbox inbox = absent.resume(relay, 0);
        inbox.assertNext("one", "two, for it", "three", "four, for it");
        assertLive(inbox);
    }

    @Test
    void whatIsAddressedToOneNodeIsForNobodyElse() throws Exception {
        start();
        Accepted secret = publishing.publish("a secret", newNode().key());
        Accepted known = publishing.publish("known to all");

        Inbox stranger = newNode().resume(relay, 0);
        stranger.assertNext("known to all");
        assertLive(stranger);
        JsonNode page = relay.get("/messages").json().path("messages");
        assertThat(page.findValuesAsString("id"))
                .contains(known.id().toString())
                .doesNotContain(secret.id().toString());
        assertThat(relay.get("/messages/" + known.id()).status()).isEqualTo(200);
        assertThat(relay.get("/messages/" + secret.id()).status()).isEqualTo(404);
        assertThat(relay.get("/messages?receiver=" + publisher.key()).status()).isEqualTo(403);
    }

    @Test
    void whatWasAddressedToANodeComesAgainUntilItIsAcknowledged() throws Exception {
        start();
        LinkedNode node = newNode();
        publishing.publish("for it", node.key());
        try (Inbox first = node.connect(relay)) {
            first.assertNext("for it");
        }
        try (Inbox second = node.connect(relay)) {
            long position = second.next().position();
            second.link().acknowledge(position);
        }
        Inbox third = node.connect(relay);
        assertLive(third);
    }

    // restarts

    @Test
    void aRestartLosesNothingAndGivesNoPositionTwice() throws Exception {
        start();
        LinkedNode node = newNode();
        ForeignNode author = ForeignNode.generate();
        String before = author.broadcast("before");
        long first = post(before);
        long second = publishing.publish("for it", node.key()).position();

        restart();
        assertThat(post(before)).as("known from before").isEqualTo(first);
        assertThat(publishing.link().position()).isGreaterThanOrEqualTo(second);
        long third = publishing.publish("after").position();
        assertThat(third).isGreaterThan(second);

        Inbox inbox = node.resume(relay, 0);
        inbox.assertNext("before", "for it", "after");
        assertLive(inbox);
    }

    private long post(String message) {
        return relay.post("/broadcast", message).json().path("position").asLong();
    }

    @Test
    void whatANodeHasAcknowledgedIsRememberedOverARestart() throws Exception {
        start();
        LinkedNode node = newNode();
        long acknowledged;
        try (Inbox first = node.connect(relay)) {
            acknowledged = publishing.publish("one").position();
            first.assertNext("one");
            first.link().acknowledge(acknowledged);
        }
        publishing.publish("two");

        restart();
        Inbox inbox = node.connect(relay);
        assertThat(inbox.link().resumedFrom()).isEqualTo(acknowledged);
        inbox.assertNext("two");
        assertLive(inbox);
    }

    // when the store cannot be read

    @Test
    void aNodeWhosePositionCannotBeReadIsToldToComeAgain() {
        StallingStore stalling = new StallingStore();
        useRelay(RunningRelay.startOn(stalling));
        stalling.failReading("the database is away");
        LinkedNode node = newNode();

        Throwable failure = catchThrowable(() -> node.connect(relay));
        assertThat(failure)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(RelayException.class, refused -> {
                    assertThat(refused).hasMessageContaining("503").hasMessageContaining("try again");
                    assertThat(refused.next()).isEqualTo(CloseCode.Next.RECONNECT_WITH_BACK_OFF);
                });
        assertThat(closeCodeOfAHandshake()).isEqualTo(1013);

        stalling.work();
        assertThat(node.connect(relay).link().resumedFrom()).isNull();
    }

    private int closeCodeOfAHandshake() {
        try (RawConnection connection = relay.dial().upgradeV2()) {
            JsonNode hello = JsonMapper.shared().readTree(connection.frame().payload());
            String audience = relay.socketAddress().toString();
            connection.sendText(ForeignNode.generate()
                    .answerV2(hello, audience, Instant.now())
                    .text());
            assertThat(connection.frame().text()).contains("503");
            return connection.frame().closeCode();
        }
    }

    @Test
    void aReplayWaitsForAStoreThatCannotBeReadNow() throws Exception {
        StallingStore stalling = new StallingStore();
        useRelay(RunningRelay.startOn(stalling));
        publishing.publish("one");
        stalling.failReading("the database is away");
        Inbox inbox = newNode().resume(relay, 0);
        publishing.publish("two");
        assertThat(relay.get("/messages").status()).isEqualTo(503);

        stalling.work();
        inbox.assertNext("one", "two");
        assertLive(inbox);
    }
}
