package io.monorelay.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.client.ProxySettings;
import io.monorelay.fanout.SlowPeers;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.Durability;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigLoaderTest extends ConfigFixture {
    @Test
    void withoutAnySourceTheDefaultsHold() throws Exception {
        RelayConfig config = load().config();
        assertThat(config.listen()).isEqualTo(new RelayConfig.Listen("0.0.0.0", 8000));
        assertThat(config.data()).isEqualTo(Path.of("./data"));
        assertThat(config.logLevel()).isEqualTo(RelayConfig.LogLevel.INFO);
        assertThat(config.node()).isEqualTo(new RelayConfig.Node("", "monochain", List.of(), true));
        assertThat(config.network())
                .isEqualTo(new RelayConfig.Network(RelayConfig.Transport.AUTO, 0, 100_000, 4096, 1 << 30));
        assertThat(config.cryptoProvider()).isEqualTo(RelayConfig.CryptoProvider.AUTO);
        assertThat(config.messages()).isEqualTo(new RelayConfig.Messages(65_536, Duration.ofMinutes(10)));
        assertThat(config.seen().maxIds()).isEqualTo(1_000_000);
        assertThat(config.log()).isEqualTo(new RelayConfig.LogSettings(16_384, 64 << 20));
        assertThat(config.fanout())
                .isEqualTo(
                        new RelayConfig.FanoutSettings(Duration.ofMillis(22), 64 << 20, 256 << 10, SlowPeers.CATCH_UP));
        assertThat(config.store())
                .isEqualTo(new RelayConfig.StoreSettings(
                        "", "", "", Durability.COMMIT, Duration.ofDays(7), 10L << 30, 64 << 20, 2, 2048));
        assertThat(config.timeouts()).isEqualTo(new RelayConfig.Timeouts(seconds(10), seconds(60), seconds(10)));
        assertThat(config.pings()).isEqualTo(new RelayConfig.Pings(seconds(12), seconds(25)));
        assertThat(config.references())
                .isEqualTo(new RelayConfig.ReferencesSettings(false, 1000, Duration.ofDays(30), 256));
        assertThat(config.forward())
                .isEqualTo(new RelayConfig.ForwardSettings(256, 1 << 20, 256, seconds(10), 3, Duration.ofMinutes(10)));
    }

    @Test
    void fileMayNestItsKeysOrNot() throws Exception {
        file("""
            # a comment
            listen: "[::1]:9000"
            node:
              name: north
              public-addresses: [ws://Relay.example.org/, "https://relay.example.org:8443"]
            message.max-bytes: 32KiB
            references: {allow-private: true, max: 5}
            seen:
            """);
        RelayConfig config = load().config();
        assertThat(config.listen()).isEqualTo(new RelayConfig.Listen("::1", 9000));
        assertThat(config.node().name()).isEqualTo("north");
        assertThat(config.node().publicAddresses())
                .containsExactly(URI.create("ws://relay.example.org"), URI.create("https://relay.example.org:8443"));
        assertThat(config.messages().maxBytes()).isEqualTo(32_768);
        assertThat(config.references())
                .isEqualTo(new RelayConfig.ReferencesSettings(true, 5, Duration.ofDays(30), 256));
    }

    @Test
    void emptyFileChangesNothing() throws Exception {
        file("# nothing but a comment\n");
        assertThat(load().config()).isEqualTo(new ConfigFixture() {}.load().config());
    }

    @Test
    void flagGoesBeforeEnvironmentBeforeFileBeforeDefault() throws Exception {
        file("node: {name: file, network: file}\nlog-level: warn\n");
        environment.put("MONORELAY_NODE_NAME", "environment");
        environment.put("MONORELAY_NODE_NETWORK", "environment");
        flags.put("node.name", "flag");
        RelayConfig config = load().config();
        assertThat(config.node().name()).isEqualTo("flag");
        assertThat(config.node().network()).isEqualTo("environment");
        assertThat(config.logLevel()).isEqualTo(RelayConfig.LogLevel.WARN);
        assertThat(config.data()).isEqualTo(Path.of("./data"));
    }

    @Test
    void everySettingCanBeGivenInEveryWay() throws Exception {
        StringBuilder yaml = new StringBuilder();
        for (Setting<?> setting : Catalogue.all()) {
            String text = setting.defaultText();
            yaml.append(setting.key()).append(": \"").append(text).append("\"\n");
            environment.put(setting.environmentVariable(), text);
            flags.put(setting.key(), text);
        }
        RelayConfig defaults = new ConfigFixture() {}.load().config();
        file(yaml.toString());
        assertThat(ConfigLoader.load(file, Map.of(), Map.of()).config()).isEqualTo(defaults);
        assertThat(ConfigLoader.load(null, environment, Map.of()).config()).isEqualTo(defaults);
        assertThat(ConfigLoader.load(null, Map.of(), flags).config()).isEqualTo(defaults);
    }

    @Test
    void variablesOfOthersAndOfTheLauncherAreIgnored() throws Exception {
        environment.put("PATH", "/bin");
        environment.put("MONORELAY_JAVA_OPTS", "-Xmx1g");
        assertThat(load().config()).isEqualTo(new ConfigFixture() {}.load().config());
    }

    @Test
    void listInAVariableIsSeparatedByCommas() throws Exception {
        environment.put("MONORELAY_NODE_PUBLIC_ADDRESSES", "wss://a.example, wss://b.example:1");
        assertThat(load().config().node().publicAddresses())
                .containsExactly(URI.create("wss://a.example"), URI.create("wss://b.example:1"));
    }

    @Test
    void linksAreAListOrASectionWithWhatElseThereIsToSay() throws Exception {
        String key = "02".repeat(NodeKey.BYTES);
        file("links: [wss://a.example, ws://b.example:8001]\nlinks.trusted: [" + key + "]\n");
        RelayConfig.Links links = load().config().links();
        assertThat(links.relays()).containsExactly(URI.create("wss://a.example"), URI.create("ws://b.example:8001"));
        assertThat(links.trusted()).containsExactly(NodeKey.parse(key));
        file("links: {trusted: [" + key + "]}\nentrypoint: wss://a.example\n");
        links = load().config().links();
        assertThat(links.relays()).isEmpty();
        assertThat(links.trusted()).containsExactly(NodeKey.parse(key));
        assertThat(links.entrypoints()).containsExactly(URI.create("wss://a.example"));
    }

    @Test
    void proxyOfTheLinksIsOneOrNoneOrLeftToTheEnvironmentAndItsPasswordIsShownNowhere() throws Exception {
        assertThat(load().config().links().proxy()).isEmpty();
        file("links: {proxy: none}\n");
        assertThat(load().config().links().proxy()).contains(ProxySettings.none());
        file("links: {proxy: 'socks5://me:secret@proxy.example:1080', ca-file: /etc/ca.pem}\n");
        EffectiveConfig effective = load();
        assertThat(effective.config().links().proxy())
                .contains(ProxySettings.parse("socks5://me:secret@proxy.example:1080"));
        assertThat(effective.config().links().authorities()).contains(Path.of("/etc/ca.pem"));
        assertThat(effective.describe() + effective.config().toString()).doesNotContain("secret");
        file("links: {proxy: 'ftp://me:secret@proxy.example'}\n");
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("links.proxy")
                .hasMessageContaining("socks5://HOST:PORT")
                .hasMessageNotContaining("secret");
    }

    @Test
    void standbyIsForNodesThatAreNotPublic() throws Exception {
        file("links.standby: true\nnode.public: false\n");
        assertThat(load().config().links().standby()).isTrue();
        file("links.standby: true\n");
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("links.standby")
                .hasMessageContaining("node.public");
    }

    @Test
    void descriptionNamesEveryValueAndWhereItCameFrom() throws Exception {
        file("node.name: north\n");
        environment.put("MONORELAY_LOG_SLOTS", "1024");
        flags.put("listen", "127.0.0.1:0");
        assertThat(load().describe())
                .hasSameSizeAs(Catalogue.all())
                .contains(
                        "node.name = north  (file " + file + ")",
                        "log.slots = 1024  (environment MONORELAY_LOG_SLOTS)",
                        "listen = 127.0.0.1:0  (--listen)",
                        "message.max-bytes = 64KiB  (default)",
                        "node.public-addresses = []  (default)");
    }

    @Test
    void secretsAreNeverShown() throws Exception {
        Setting<String> secret =
                Setting.of("store.password", "", ValueType.text(), "a password").hidden();
        Settings given = ConfigLoader.settings(List.of(secret), null, Map.of(), Map.of("store.password", "hunter2"));
        assertThat(given.get(secret)).isEqualTo("hunter2");
        assertThat(given.lines()).containsExactly("store.password = (hidden)  (--store.password)");
        assertRefused(
                () -> ConfigLoader.settings(List.of(secret), null, Map.of(), Map.of("store.password", "hunter\n2")),
                "store.password = (hidden)  (--store.password): expected at most 128 printable characters");
    }

    @Test
    void passwordOfTheDatabaseIsShownNowhere() throws Exception {
        flags.put("store.url", "jdbc:postgresql://db.example/relay?sslmode=require");
        flags.put("store.user", "north");
        flags.put("store.password", "hunter2");
        EffectiveConfig config = load();
        assertThat(config.config().store().password()).isEqualTo("hunter2");
        assertThat(config.describe())
                .contains("store.password = (hidden)  (--store.password)")
                .allSatisfy(line -> assertThat(line).doesNotContain("hunter2"));
        assertThat(config.config().toString()).contains("north").doesNotContain("hunter2");
    }

    @Test
    void slowPeersAreDealtWithAsConfigured() throws Exception {
        flags.put("fanout.slow-peers", "catch-up");
        assertThat(load().config().fanout().slowPeers()).isEqualTo(SlowPeers.CATCH_UP);
        flags.put("fanout.slow-peers", "close");
        assertThat(load().config().fanout().slowPeers()).isEqualTo(SlowPeers.CLOSE);
    }

    @Test
    void keysAndVariablesAreUnique() {
        Map<String, Setting<?>> names = new HashMap<>();
        for (Setting<?> setting : Catalogue.all()) {
            assertThat(names.put(setting.key(), setting)).isNull();
            assertThat(names.put(setting.environmentVariable(), setting)).isNull();
            assertThat(setting.description()).isNotBlank();
            assertThat(setting.expected()).isNotBlank();
        }
        assertThat(names).containsKeys("message.max-bytes", "MONORELAY_MESSAGE_MAX_BYTES");
    }

    @Test
    void environmentIsThatOfTheProcess() {
        assertThat(ConfigLoader.environment()).isNotEmpty();
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
