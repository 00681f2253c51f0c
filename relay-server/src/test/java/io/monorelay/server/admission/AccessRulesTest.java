package io.monorelay.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.config.Access;
import io.monorelay.server.config.Subject;
import io.monorelay.server.store.SettableClock;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect and take part, by the settings and by what is changed while the relay runs. */
@Timeout(60)
final class AccessRulesTest {
    private static final NodeKey SELF = key(0);
    private static final NodeKey ALICE = key(1);
    private static final NodeKey BOB = key(2);
    private static final Access.Caps NO_CAPS = new Access.Caps(0, 0, 0, 0);

    @TempDir
    Path data;

    private final SettableClock clock = new SettableClock();

    private static NodeKey key(int octet) {
        byte[] bytes = new byte[NodeKey.BYTES];
        Arrays.fill(bytes, (byte) octet);
        return NodeKey.of(bytes);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException(notAnAddress);
        }
    }

    private static List<Subject> subjects(String... texts) {
        return Arrays.stream(texts).map(AccessRulesTest::subject).toList();
    }

    private static Subject subject(String text) {
        Subject subject = Subject.parse(text);
        assertThat(subject).as(text).isNotNull();
        return subject;
    }

    private AccessRules rules(Access.Mode mode, List<Subject> deny, List<Subject> allow) throws IOException {
        return AccessRules.open(new Access(mode, deny, allow, List.of(), NO_CAPS), SELF, data, clock);
    }

    private AccessRules open() throws IOException {
        return rules(Access.Mode.OPEN, List.of(), List.of());
    }

    private static <T> T saved(CompletionStage<T> change) {
        return change.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void everybodyMayWhereThereAreNoRules() throws IOException {
        try (AccessRules rules = open()) {
            assertThat(rules.admits(ALICE) && rules.admits(address("192.0.2.1")))
                    .isTrue();
            assertThat(rules.refuses(ALICE) || rules.requireProof()).isFalse();
        }
    }

    @Test
    void theSettingsDenyKeysAddressesAndNetworks() throws IOException {
        List<Subject> denied = subjects(ALICE.toString(), "192.0.2.7", "198.51.100.0/22", "2001:db8::/32");
        try (AccessRules rules = rules(Access.Mode.OPEN, denied, List.of())) {
            assertThat(rules.admits(ALICE)).isFalse();
            assertThat(rules.refuses(ALICE)).isTrue();
            assertThat(rules.admits(BOB)).isTrue();
            assertThat(rules.admits(address("192.0.2.7"))).isFalse();
            assertThat(rules.admits(address("192.0.2.8"))).isTrue();
            assertThat(rules.admits(address("198.51.103.255"))).isFalse();
            assertThat(rules.admits(address("198.51.104.0"))).isTrue();
            assertThat(rules.admits(address("2001:db8:1:2:3:4:5:6"))).isFalse();
            assertThat(rules.admits(address("2001:db9::"))).isTrue();
            assertThat(rules.list()).hasSize(4).allMatch(AccessRule::permanent);
        }
    }

    @Test
    void withAListOnlyThoseOnItMayAndADenialWins() throws IOException {
        try (AccessRules rules = rules(Access.Mode.ALLOW_LIST, List.of(), subjects(ALICE.toString()))) {
            assertThat(rules.admits(ALICE) && rules.admits(SELF)).isTrue();
            assertThat(rules.admits(BOB)).isFalse();
            assertThat(rules.admits(address("192.0.2.1")))
                    .as("no address is listed")
                    .isTrue();
            rules.ban(Subject.of(ALICE), Optional.empty(), "");
            assertThat(rules.admits(ALICE)).isFalse();
            rules.allow(Subject.of(BOB), Optional.empty(), "");
            assertThat(rules.admits(BOB)).isTrue();
        }
    }

    @Test
    void addressesOnTheListAreTheOnlyOnes() throws IOException {
        try (AccessRules rules = rules(Access.Mode.ALLOW_LIST, List.of(), subjects("192.0.2.0/24"))) {
            assertThat(rules.admits(address("192.0.2.9"))).isTrue();
            assertThat(rules.admits(address("192.0.3.9"))).isFalse();
            assertThat(rules.admits(address("::1"))).isFalse();
        }
    }

    @Test
    void whatIsLiftedHoldsNoMore() throws IOException {
        try (AccessRules rules = open()) {
            rules.ban(Subject.of(ALICE), Optional.empty(), "spam");
            rules.ban(Subject.of(address("192.0.2.1")), Optional.empty(), "flood");
            assertThat(rules.admits(ALICE) || rules.admits(address("192.0.2.1")))
                    .isFalse();
            assertThat(saved(rules.lift(Subject.of(ALICE)))).isTrue();
            assertThat(saved(rules.lift(subject("192.0.2.1")))).isTrue();
            assertThat(saved(rules.lift(Subject.of(BOB)))).isFalse();
            assertThat(rules.admits(ALICE) && rules.admits(address("192.0.2.1")))
                    .isTrue();
            assertThat(rules.list()).isEmpty();
        }
    }

    @Test
    void aRuleEndsByItself() throws IOException {
        try (AccessRules rules = open()) {
            rules.ban(Subject.of(ALICE), Optional.of(clock.instant().plusSeconds(60)), "");
            rules.ban(Subject.of(BOB), Optional.empty(), "");
            clock.pass(Duration.ofSeconds(59));
            rules.expire();
            assertThat(rules.admits(ALICE)).isFalse();
            clock.pass(Duration.ofSeconds(1));
            rules.expire();
            assertThat(rules.admits(ALICE)).isTrue();
            assertThat(rules.admits(BOB)).isFalse();
        }
    }

    @Test
    void rulesOutliveTheRelay() throws IOException {
        Optional<Instant> until = Optional.of(clock.instant().plusSeconds(60));
        List<AccessRule> before;
        try (AccessRules rules = open()) {
            rules.ban(Subject.of(ALICE), until, "spam \"and\" more");
            rules.ban(subject("192.0.2.0/24"), Optional.empty(), "");
            saved(rules.allow(Subject.of(BOB), Optional.empty(), "a friend"));
            before = rules.list();
        }
        try (AccessRules rules = open()) {
            assertThat(rules.list()).isEqualTo(before);
            assertThat(rules.admits(ALICE) || rules.admits(address("192.0.2.3")))
                    .isFalse();
        }
        clock.pass(Duration.ofSeconds(60));
        try (AccessRules rules = open()) {
            assertThat(rules.admits(ALICE)).isTrue();
            assertThat(rules.list()).hasSize(2);
        }
    }

    @Test
    void aFileThatCannotBeReadIsNotTakenForNoRules() throws IOException {
        Files.writeString(
                data.resolve("access.json"), "{\"version\":1,\"rules\":[{\"kind\":\"deny\",\"subject\":\"x\"}]}");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("\"x\" is neither");
    }

    @Test
    void aNodeDoesNotDenyItself() throws IOException {
        try (AccessRules rules = open()) {
            assertThatThrownBy(() -> rules.ban(Subject.of(SELF), Optional.empty(), ""))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
