package io.monorelay.server.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.LinkStatus;
import io.monorelay.metrics.Linking;
import io.monorelay.metrics.Outcome;
import io.monorelay.refs.HttpReference;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Relays that a node links to because it knows them, and not because its settings name them. */
@Timeout(60)
final class ChosenRelaysTest {
    private static final String ALLOW_PRIVATE = "references.allow-private=true";

    private static URI addressOf(RunningRelay relay) {
        return URI.create("http://127.0.0.1:" + relay.port());
    }

    /** A node that has that relay in its book. */
    private static RunningRelay knowing(RunningRelay relay, String... settings) {
        RunningRelay first = RunningRelay.start();
        first.node().references().verified(addressOf(relay), relay.key(), HttpReference.Level.V2);
        first.stop();
        return first.startAgain(settings);
    }

    private static long accepted(RunningRelay relay) {
        return relay.node().metrics().outcomes().count(Outcome.ACCEPTED);
    }

    @Test
    void nodeLinksToARelayThatItKnowsAndGivesItWhatIsForEverybodyAlone() {
        try (RunningRelay known = RunningRelay.start();
                RunningRelay node = knowing(known, ALLOW_PRIVATE, "links.wanted=1");
                LinkedNode sender = LinkedNode.generate();
                Collector atKnown = Collector.at(known);
                Collector atNode = Collector.at(node)) {
            node.awaitLinks(1);
            assertThat(node.node().links().reports().getFirst().status().relay())
                    .isEqualTo(addressOf(known));

            try (Inbox inbox = sender.connect(node)) {
                inbox.publish("for one", LinkedNode.generate().key());
                inbox.publish("for all");
            }
            known.sendToAll("the other way");
            atKnown.assertGets("for all", "the other way");
            atNode.assertGets("for all", "the other way");
            await().untilAsserted(
                            () -> assertThat(node.node().metrics().linking().count(Linking.FED))
                                    .isEqualTo(1));
            // What is for one of whom nobody knows goes to it as to everybody that is known, over HTTP and once.
            await().untilAsserted(() -> assertThat(accepted(known)).isEqualTo(3));
            assertThat(known.node().metrics().outcomes().count(Outcome.DUPLICATE))
                    .isZero();
        }
    }

    @Test
    void privateAddressIsNotDialledUnlessThatIsAllowed() {
        try (RunningRelay known = RunningRelay.start();
                RunningRelay node = knowing(known, "links.wanted=1")) {
            await().untilAsserted(
                            () -> assertThat(node.node().metrics().linking().count(Linking.NOT_OPENED))
                                    .isEqualTo(1));
            await().untilAsserted(
                            () -> assertThat(node.node().links().reports()).isEmpty());
            assertThat(known.page().path("connections").asInt()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void withAnEntrypointAloneAnotherRelayIsChosenBesideIt() {
        try (RunningRelay entrypoint = RunningRelay.start();
                RunningRelay known = RunningRelay.start();
                RunningRelay node = knowing(
                        known, ALLOW_PRIVATE, "node.public=false", "entrypoint=" + entrypoint.socketAddress())) {
            node.awaitLinks(2);
            assertThat(node.node().links().reports())
                    .extracting(report -> report.status().relayKey())
                    .containsExactlyInAnyOrder(entrypoint.key(), known.key());
        }
    }

    @Test
    void noneIsChosenWhereLinksAreGiven() {
        try (RunningRelay named = RunningRelay.start();
                RunningRelay known = RunningRelay.start();
                RunningRelay node = knowing(known, ALLOW_PRIVATE, "links=" + named.socketAddress())) {
            node.awaitLinks(1);
            assertThat(node.node().links().reports())
                    .extracting(report -> report.status().relay())
                    .containsExactly(named.socketAddress());
        }
    }

    @Test
    void chosenRelayBringsNothingFromLongAgoAndOneOfTheSettingsDoes() {
        ForeignNode author = ForeignNode.generate();
        try (LinkedNode trusted = LinkedNode.generate();
                RunningRelay known = RunningRelay.start("links.trusted=" + trusted.key());
                RunningRelay choosing = knowing(known, ALLOW_PRIVATE, "links.wanted=1");
                RunningRelay naming = RunningRelay.start("links=" + known.socketAddress());
                Collector atChoosing = Collector.at(choosing);
                Collector atNaming = Collector.at(naming)) {
            choosing.awaitLinks(1);
            naming.awaitLinks(1);
            try (Inbox inbox = trusted.connect(known)) {
                List.of(
                                author.broadcast("from long ago", known.now().minusSeconds(3_600)),
                                author.broadcast("of today", known.now()))
                        .forEach(text -> LinkedNode.await(inbox.link().publishText(text.getBytes(UTF_8))));
            }
            atNaming.assertGets("from long ago", "of today");
            atChoosing.assertGets("of today");
            assertThat(choosing.node().metrics().linking().count(Linking.RECEIVED_REFUSED))
                    .isEqualTo(1);
            assertThat(accepted(choosing)).isEqualTo(1);
        }
    }

    @Test
    void whoProvesAnotherKeyThanTheBookHasIsDropped() {
        try (RunningRelay known = RunningRelay.start();
                RunningRelay other = RunningRelay.start()) {
            RunningRelay first = RunningRelay.start();
            first.node().references().verified(addressOf(known), other.key(), HttpReference.Level.V2);
            first.stop();
            try (RunningRelay node = first.startAgain(ALLOW_PRIVATE, "links.wanted=1")) {
                await().untilAsserted(() ->
                        assertThat(node.total("offences", "wrong_key")).isEqualTo(1));
                await().untilAsserted(() -> assertThat(node.node().links().reports())
                        .noneMatch(report -> report.status().state() == LinkStatus.State.OPEN)
                        .isEmpty());
            }
        }
    }
}
