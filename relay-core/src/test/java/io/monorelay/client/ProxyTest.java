package io.monorelay.client;

import static io.monorelay.client.ClientFixture.failureOf;
import static io.monorelay.client.ClientFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.monorelay.client.ProxyAddress.Kind;
import io.monorelay.client.ScriptedRelay.Conversation;
import io.monorelay.protocol.CloseCode.Next;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Through real proxies, to a relay whose name only they know. */
@Timeout(60)
final class ProxyTest {
    private static final URI RELAY = URI.create("ws://relay.invalid:8000");

    private static ClientOptions through(ProxyAddress proxy) {
        return ClientOptions.defaults().withLimits(ClientFixture.LIMITS).withProxy(ProxySettings.through(proxy));
    }

    private static ProxyAddress address(Kind kind, LoopbackProxy proxy, String user, String password) {
        return new ProxyAddress(kind, "127.0.0.1", proxy.port(), user, password);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRelayIsDialledByItsNameThroughTheProxy(Kind kind) throws Exception {
        ScriptedRelay relay = ScriptedRelay.start();
        try (LoopbackProxy proxy = LoopbackProxy.speaking(kind, relay.uri().getPort(), null);
                ClientFixture fixture = new ClientFixture(relay, through(address(kind, proxy, null, null)))) {
            CompletionStage<RelayLink> opening = fixture.dialer.connect(RELAY, fixture.listener);
            assertThat(proxy.nextAsked()).isEqualTo("relay.invalid:8000");
            Conversation conversation = relay.accept();
            conversation.handshake(fixture.handshakes, fixture.relayIdentity);
            assertThat(get(opening).relay()).isEqualTo(RELAY);
            conversation.sendPing("through it");
            assertThat(conversation.next()).isEqualTo(new ScriptedRelay.Event.Pong("through it"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aProxyIsAskedForTheAddressThatWasFoundWhereTheResolverDecidesForProxiesToo(Kind kind) throws Exception {
        HostResolver deciding = new HostResolver() {
            @Override
            public List<InetAddress> addressesOf(URI uri, String host) throws UnknownHostException {
                return List.of(InetAddress.getByAddress(host, new byte[] {(byte) 192, 0, 2, 7}));
            }

            @Override
            public boolean decidesForProxies(URI uri) {
                return true;
            }
        };
        ScriptedRelay relay = ScriptedRelay.start();
        try (LoopbackProxy proxy = LoopbackProxy.speaking(kind, relay.uri().getPort(), null);
                ClientFixture fixture = new ClientFixture(
                        relay, through(address(kind, proxy, null, null)).withHosts(deciding))) {
            CompletionStage<RelayLink> opening = fixture.dialer.connect(RELAY, fixture.listener);
            assertThat(proxy.nextAsked()).isEqualTo("192.0.2.7:8000");
            relay.accept().handshake(fixture.handshakes, fixture.relayIdentity);
            assertThat(get(opening).relay()).isEqualTo(RELAY);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aProxyGetsThePasswordThatItWants(Kind kind) throws Exception {
        ScriptedRelay relay = ScriptedRelay.start();
        try (LoopbackProxy proxy = LoopbackProxy.speaking(kind, relay.uri().getPort(), "user:secret");
                ClientFixture fixture = new ClientFixture(relay, through(address(kind, proxy, "user", "secret")))) {
            CompletionStage<RelayLink> opening = fixture.dialer.connect(RELAY, fixture.listener);
            relay.accept().handshake(fixture.handshakes, fixture.relayIdentity);
            get(opening);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aProxyThatRefusesIsToldFromARelayThatDoes(Kind kind) throws Exception {
        ScriptedRelay relay = ScriptedRelay.start();
        try (LoopbackProxy proxy = LoopbackProxy.speaking(kind, relay.uri().getPort(), "user:secret");
                ClientFixture fixture = new ClientFixture(relay, through(address(kind, proxy, "user", "wrong")))) {
            RelayException failure = failureOf(fixture.dialer.connect(RELAY, fixture.listener));
            assertThat(failure).hasMessageContaining("the proxy does not connect to the relay");
            assertThat(failure.getMessage()).doesNotContain("wrong");
            assertThat(failure.next()).isEqualTo(Next.RECONNECT_WITH_BACK_OFF);
        }
    }

    @Test
    void aProxyThatIsNotThereIsTold() throws Exception {
        ProxyAddress nobody = new ProxyAddress(Kind.HTTP, "127.0.0.1", 1, null, null);
        try (ClientFixture fixture = ClientFixture.start(through(nobody))) {
            assertThat(failureOf(fixture.dialer.connect(RELAY, fixture.listener)))
                    .hasMessageContaining("cannot connect to the proxy http://127.0.0.1:1");
        }
    }

    @Test
    void aProxyWhoseNameIsNotKnownIsTold() throws Exception {
        ProxyAddress nowhere = new ProxyAddress(Kind.SOCKS5, "proxy.invalid", 1080, null, null);
        try (ClientFixture fixture = ClientFixture.start(through(nowhere))) {
            assertThat(failureOf(fixture.connect())).hasMessageContaining("the host \"proxy.invalid\" is not known");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ws://a.example.org, true",
        "ws://example.org, true",
        "wss://EXAMPLE.org, true",
        "ws://notexample.org, false",
        "ws://deep.below.test, true",
        "ws://test, false",
        "ws://10.0.0.1, true",
        "ws://10.0.0.10, false",
        "ws://[::1]:8000, true",
    })
    void whatIsToBeReachedDirectlyIs(URI relay, boolean direct) {
        ProxyAddress proxy = ProxyAddress.parse("http://proxy:3128");
        ProxySettings settings = new ProxySettings(proxy, proxy, List.of("Example.org", ".test", "10.0.0.1", "::1"));
        assertThat(settings.proxyFor(RelayAddress.of(relay))).isEqualTo(direct ? null : proxy);
    }

    @Test
    void eachSchemeHasItsProxy() {
        ProxyAddress proxy = ProxyAddress.parse("socks5://proxy");
        ProxySettings secureOnly = new ProxySettings(proxy, null, List.of());
        assertThat(secureOnly.proxyFor(RelayAddress.of(URI.create("https://a"))))
                .isEqualTo(proxy);
        assertThat(secureOnly.proxyFor(RelayAddress.of(URI.create("http://a")))).isNull();
        ProxySettings noneAtAll = new ProxySettings(proxy, proxy, List.of("*"));
        assertThat(noneAtAll.proxyFor(RelayAddress.of(URI.create("https://a")))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://proxy:1", "proxy:1", "http://", "http://proxy:99999", "socks4://proxy", "ht tp://x"})
    void whatIsNoProxyIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyAddress.parse(url))
                .withMessageContaining("http://HOST:PORT");
    }

    @Test
    void aProxyIsShownWithoutItsPassword() {
        assertThat(ProxyAddress.parse("http://user:secret@proxy:3128")).hasToString("http://proxy:3128");
    }
}
