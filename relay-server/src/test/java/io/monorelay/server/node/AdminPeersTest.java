package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.ws.JdkSocket;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Who is connected, as the operator sees it and ends it. */
@Timeout(60)
final class AdminPeersTest {
    private static final String ON = "admin.listen=127.0.0.1:0";

    private static List<JsonNode> peers(AdminCalls admin, String protocol) {
        return admin.get("/peers")
                .json()
                .path("peers")
                .valueStream()
                .filter(peer -> peer.path("protocol").asString().equals(protocol))
                .toList();
    }

    @Test
    void everybodyWhoIsConnectedIsListed() {
        ForeignNode node = ForeignNode.generate();
        try (RunningRelay relay = RunningRelay.start(ON);
                JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, node)) {
            AdminCalls admin = AdminCalls.to(relay);
            assertThat(v1.isQuiet() && v2.isQuiet()).isTrue();
            await().untilAsserted(() -> assertThat(peers(admin, "v1"))
                    .singleElement()
                    .satisfies(peer -> {
                        assertThat(peer.path("id").asLong()).isPositive();
                        assertThat(peer.path("key").isNull()).isTrue();
                        assertThat(peer.path("address").asString()).matches("127\\.0\\.0\\.1:\\d+");
                        assertThat(Instant.parse(peer.path("since").asString()))
                                .isBefore(Instant.now().plusSeconds(5));
                    }));
            assertThat(peers(admin, "v2"))
                    .singleElement()
                    .satisfies(peer -> assertThat(peer.path("key").asString()).isEqualTo(node.keyText()));
            assertThat(admin.get("/peers").json().path("connected").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(admin.get("/peers?limit=1").json().path("peers")).hasSize(1);
            assertThat(admin.get("/peers?limit=0").status()).isEqualTo(400);
            assertThat(admin.get("/peers?first=1").status()).isEqualTo(400);
        }
    }

    @Test
    void peerThatIsKickedIsClosed() {
        try (RunningRelay relay = RunningRelay.start(ON);
                JdkSocket kicked = JdkSocket.v1(relay);
                JdkSocket other = JdkSocket.v2(relay, ForeignNode.generate())) {
            AdminCalls admin = AdminCalls.to(relay);
            long id = peers(admin, "v1").getFirst().path("id").asLong();
            HttpAnswer answer = admin.post("/peers/" + id + "/kick", "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("kicked").path("id").asLong()).isEqualTo(id);
            assertThat(kicked.closeCode()).isEqualTo(1008);
            await().untilAsserted(() -> assertThat(
                            admin.post("/peers/" + id + "/kick", "").status())
                    .isEqualTo(404));
            assertThat(admin.get("/peers/" + id + "/kick").status()).isEqualTo(405);
            assertThat(admin.post("/peers/first/kick", "").status()).isEqualTo(400);
            relay.sendToAll("who is left gets it");
            assertThat(other.nextData()).isEqualTo("who is left gets it");
        }
    }

    @Test
    void banHoldsFromTheMomentOnUntilItIsLifted() {
        ForeignNode node = ForeignNode.generate();
        String subject = "{\"subject\":\"" + node.keyText() + "\",\"reason\":\"floods\"}";
        try (RunningRelay relay = RunningRelay.start(ON);
                JdkSocket banned = JdkSocket.v2(relay, node);
                JdkSocket other = JdkSocket.v2(relay, ForeignNode.generate())) {
            AdminCalls admin = AdminCalls.to(relay);
            HttpAnswer made = admin.post("/bans", subject);
            assertThat(made.status()).as("%s", made).isEqualTo(200);
            assertThat(made.json().path("saved").asBoolean()).isTrue();
            assertThat(banned.closeCode()).isGreaterThanOrEqualTo(1008);
            JsonNode rule = admin.get("/bans").json().path("rules").get(0);
            assertThat(rule.path("kind").asString()).isEqualTo("deny");
            assertThat(rule.path("subject").asString()).isEqualTo(node.keyText());
            assertThat(rule.path("reason").asString()).isEqualTo("floods");
            assertThat(rule.path("permanent").asBoolean()).isFalse();
            assertThat(relay.post("/broadcast", node.broadcast("banned", relay.now()))
                            .status())
                    .isEqualTo(403);

            assertThat(admin.delete("/bans?subject=" + node.keyText()).status()).isEqualTo(200);
            assertThat(admin.delete("/bans?subject=" + node.keyText()).status()).isEqualTo(404);
            assertThat(admin.get("/bans").json().path("rules")).isEmpty();
            assertThat(relay.post("/broadcast", node.broadcast("back", relay.now()))
                            .status())
                    .isEqualTo(200);
            assertThat(other.nextData()).isEqualTo("back");
        }
    }

    @Test
    void banThatCannotBeReadIsRefused() {
        try (RunningRelay relay = RunningRelay.start(ON)) {
            AdminCalls admin = AdminCalls.to(relay);
            assertThat(admin.post("/bans", "no JSON").status()).isEqualTo(400);
            assertThat(admin.post("/bans", "{\"subject\":\"somebody\"}").info())
                    .contains("a key, an address or a network");
            assertThat(admin.post("/bans", "{\"subject\":\"192.0.2.0/24\",\"until\":\"soon\"}")
                            .info())
                    .contains("2030-01-31T12:00:00Z");
            assertThat(admin.post("/bans", "{\"subject\":\"192.0.2.0/24\",\"kind\":\"perhaps\"}")
                            .info())
                    .contains("deny or allow");
            assertThat(admin.post("/bans", "{\"subject\":\"" + relay.key() + "\"}")
                            .status())
                    .isEqualTo(400);
            assertThat(admin.get("/bans").json().path("rules")).isEmpty();
        }
    }
}
