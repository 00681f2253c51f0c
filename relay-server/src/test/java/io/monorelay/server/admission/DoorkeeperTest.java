package io.monorelay.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Refusal;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which connections are accepted, by where they come from, how many there are and how fast they come. */
@Timeout(60)
final class DoorkeeperTest {
    private final Counters<Refusal> refusals = new Counters<>(Refusal.class);
    private long nanos = Long.MAX_VALUE - 1;

    private Doorkeeper door(String... settings) {
        RelayConfig config = config(settings);
        AccessRules rules = AccessRules.ofSettings(config.access(), NodeKey.of(new byte[32]), InstantSource.system());
        return new Doorkeeper(
                config.access(), config.proxies(), config.network().maxConnections(), rules, refusals, () -> nanos);
    }

    private static RelayConfig config(String... settings) {
        Map<String, String> flags = new HashMap<>();
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            flags.put(parts[0], parts[1]);
        }
        try {
            return ConfigLoader.load(null, Map.of(), flags).config();
        } catch (ConfigException invalid) {
            throw new IllegalStateException(invalid);
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException(notAnAddress);
        }
    }

    /** A connection that comes from there. */
    private static final class From extends EmbeddedChannel {
        private final InetAddress address;

        From(String address) {
            this.address = address(address);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(address, 4711);
        }

        @Override
        public SocketAddress remoteAddress() {
            return remoteAddress0();
        }
    }

    private static boolean comes(Doorkeeper door, String address) {
        return door.admit(new From(address));
    }

    @Test
    void anAddressHasOnlySoManyConnectionsAndOneThatEndsMakesRoom() {
        Doorkeeper door = door("access.max-per-address=2");
        From first = new From("192.0.2.1");
        assertThat(door.admit(first)).isTrue();
        assertThat(comes(door, "192.0.2.1")).isTrue();
        assertThat(comes(door, "192.0.2.1")).isFalse();
        assertThat(refusals.count(Refusal.ADDRESS_FULL)).isEqualTo(1);
        assertThat(comes(door, "192.0.2.2")).isTrue();
        door.left(first);
        assertThat(comes(door, "192.0.2.1")).isTrue();
        assertThat(comes(door, "192.0.2.1")).isFalse();
    }

    @Test
    void aNetworkIsTheFirst24BitsOfIpv4AndThe64OfIpv6() {
        Doorkeeper door = door("access.max-per-network=2");
        assertThat(comes(door, "192.0.2.1") && comes(door, "192.0.2.255")).isTrue();
        assertThat(comes(door, "192.0.2.77")).isFalse();
        assertThat(comes(door, "192.0.3.1")).isTrue();
        assertThat(comes(door, "2001:db8::1") && comes(door, "2001:db8::ffff:1:1:1"))
                .isTrue();
        assertThat(comes(door, "2001:db8::2")).isFalse();
        assertThat(comes(door, "2001:db8:0:1::2")).isTrue();
        assertThat(refusals.count(Refusal.NETWORK_FULL)).isEqualTo(2);
    }

    @Test
    void nothingIsRememberedOfWhoHasNoConnection() {
        Doorkeeper door = door("access.max-per-address=1");
        From only = new From("192.0.2.1");
        assertThat(door.admit(only)).isTrue();
        assertThat(comes(door, "192.0.2.1")).isFalse();
        door.left(only);
        assertThat(door.counted()).isZero();
        assertThat(door.open()).isZero();
    }

    @Test
    void connectionsComeNoFasterThanTheRate() {
        Doorkeeper door = door("access.accept-rate=2", "access.max-per-address=0");
        for (int i = 0; i < 4; i++) {
            assertThat(comes(door, "192.0." + i + ".1")).isTrue();
        }
        assertThat(comes(door, "198.51.100.1")).isFalse();
        assertThat(refusals.count(Refusal.TOO_FAST)).isEqualTo(1);
        nanos += TimeUnit.MILLISECONDS.toNanos(500);
        assertThat(comes(door, "198.51.100.1")).isTrue();
    }

    @Test
    void aNetworkThatComesTooFastKeepsNobodyElseOut() {
        Doorkeeper door = door("access.accept-rate-per-network=1", "access.accept-rate=100");
        for (int i = 0; i < 1_000; i++) {
            assertThat(comes(door, "192.0.2.1")).isEqualTo(i < 2);
        }
        assertThat(comes(door, "192.0.3.1")).isTrue();
        assertThat(refusals.count(Refusal.NETWORK_TOO_FAST)).isEqualTo(998);
    }

    @Test
    void loopbackHasNoLimitsButThatOfTheWholeRelay() {
        Doorkeeper door =
                door("access.max-per-address=1", "access.accept-rate-per-network=1", "network.max-connections=100");
        for (int i = 0; i < 100; i++) {
            assertThat(comes(door, i % 2 == 0 ? "127.0.0.1" : "::1")).isTrue();
        }
        assertThat(comes(door, "127.0.0.1")).isFalse();
        assertThat(refusals.count(Refusal.RELAY_FULL)).isEqualTo(1);
    }

    @Test
    void whoIsDeniedIsNotAccepted() {
        Doorkeeper door = door("access.deny=192.0.2.0/24,2001:db8::1");
        assertThat(comes(door, "192.0.2.1") || comes(door, "2001:db8::1")).isFalse();
        assertThat(comes(door, "192.0.3.1") && comes(door, "2001:db8::2")).isTrue();
        assertThat(refusals.count(Refusal.ACCESS_DENIED)).isEqualTo(2);
    }

    @Test
    void behindAProxyItIsTheClientThatCounts() {
        Doorkeeper door = door("access.max-per-address=1", "proxy.trusted=10.0.0.1");
        From first = proxied(door, "192.0.2.1");
        assertThat(door.readmit(first)).isTrue();
        assertThat(door.readmit(first)).as("the same once more").isTrue();
        assertThat(door.readmit(proxied(door, "192.0.2.1"))).isFalse();
        assertThat(door.readmit(proxied(door, "192.0.2.2"))).isTrue();
        first.close();
        door.left(first);
        assertThat(door.readmit(proxied(door, "192.0.2.1"))).isTrue();
    }

    @Test
    void aConnectionOfAProxyThatManyClientsShareCountsForTheLastOfThem() {
        Doorkeeper door = door("access.max-per-address=1", "proxy.trusted=10.0.0.1");
        From shared = proxied(door, "192.0.2.1");
        for (int i = 0; i < 100; i++) {
            says(shared, i % 2 == 0 ? "192.0.2.1" : "198.51.100.1");
            assertThat(door.readmit(shared)).isTrue();
            assertThat(door.counted()).as("an address and its network").isEqualTo(2);
            nanos += TimeUnit.SECONDS.toNanos(1);
        }
        assertThat(door.readmit(proxied(door, "192.0.2.1"))).isTrue();
        assertThat(door.readmit(proxied(door, "198.51.100.1"))).isFalse();
        says(shared, "127.0.0.1");
        assertThat(door.readmit(shared)).isTrue();
        assertThat(door.readmit(proxied(door, "198.51.100.1"))).isTrue();
    }

    @Test
    void whoeverIsNamedWhenTheConnectionHasEndedIsNotCounted() {
        Doorkeeper door = door("proxy.trusted=10.0.0.1");
        From shared = proxied(door, "192.0.2.1");
        assertThat(door.readmit(shared)).isTrue();
        shared.close();
        door.left(shared);
        says(shared, "192.0.2.2");
        door.readmit(shared);
        assertThat(door.counted()).isZero();
    }

    @Test
    void whoWasCountedIsCountedNoMoreWhenItLeavesWhateverTheSettingsHaveBecome() {
        Doorkeeper door = door("access.max-per-address=1");
        From before = new From("192.0.2.1");
        assertThat(door.admit(before)).isTrue();
        RelayConfig trusting = config("proxy.trusted=192.0.2.1");
        door.use(trusting.access(), trusting.proxies(), 100);
        From since = new From("192.0.2.1");
        assertThat(door.admit(since)).isTrue();
        RelayConfig strict = config("access.max-per-address=1");
        door.use(strict.access(), strict.proxies(), 100);
        door.left(since);
        assertThat(comes(door, "192.0.2.1")).as("one from there is left").isFalse();
        door.left(before);
        assertThat(door.counted()).isZero();
        assertThat(comes(door, "192.0.2.1")).isTrue();
    }

    private static void says(From proxy, String client) {
        ClientAddress.set(proxy, new InetSocketAddress(address(client), 1));
    }

    private static From proxied(Doorkeeper door, String client) {
        From proxy = new From("10.0.0.1");
        assertThat(door.admit(proxy)).isTrue();
        says(proxy, client);
        return proxy;
    }
}
