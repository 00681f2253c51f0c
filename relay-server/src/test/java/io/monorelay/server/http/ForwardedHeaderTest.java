package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressBlock;
import io.monorelay.server.config.Proxies;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxies are 10.0.0.0/8; each request comes from 10.0.0.1. */
final class ForwardedHeaderTest {
    private static final InetSocketAddress PROXY = new InetSocketAddress("10.0.0.1", 4000);
    private static final List<AddressBlock> TRUSTED = List.of(AddressBlock.parse("10.0.0.0/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 192.0.2.1:0",
                "192.0.2.1:4711 | 192.0.2.1:4711",
                "2001:db8::1 | [2001:db8::1]:0",
                "[2001:db8::1] | [2001:db8::1]:0",
                "[2001:db8::1]:4711 | [2001:db8::1]:4711",
                "203.0.113.9, 192.0.2.1 | 192.0.2.1:0",
                "203.0.113.9,192.0.2.1,10.2.3.4 | 192.0.2.1:0",
                "203.0.113.9, 192.0.2.1 , 10.2.3.4, 10.0.0.9 | 192.0.2.1:0",
                "10.9.9.9, 10.2.3.4 | 10.9.9.9:0",
                "192.0.2.1, unknown, 10.2.3.4 | 10.2.3.4:0",
                "192.0.2.1, | 10.0.0.1:4000",
                "192.0.2.1, 192.0.2.2:99999 | 10.0.0.1:4000",
                "192.0.2.1, relay.example | 10.0.0.1:4000",
                "192.0.2.1, [2001:db8::1 | 10.0.0.1:4000",
                "192.0.2.1, 192.0.2.2: | 10.0.0.1:4000",
                "'192.0.2.1, \"192.0.2.2\"' | 10.0.0.1:4000",
            })
    void xForwardedForIsReadFromTheRightPastProxies(String header, String client) throws ProtocolException {
        assertThat(client(Proxies.Header.X_FORWARDED_FOR, headers("X-Forwarded-For", header)))
                .isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "for=192.0.2.1 | 192.0.2.1:0",
                "FOR=192.0.2.1 | 192.0.2.1:0",
                "for=\"192.0.2.1:4711\" | 192.0.2.1:4711",
                "for=\"[2001:db8::1]:4711\" | [2001:db8::1]:4711",
                "proto=https; for=192.0.2.1;by=10.0.0.1 | 192.0.2.1:0",
                "for=203.0.113.9, for=192.0.2.1;proto=http, for=10.2.3.4 | 192.0.2.1:0",
                "for=\"a,for=203.0.113.9\", for=192.0.2.1 | 192.0.2.1:0",
                "for=\"a;for=203.0.113.9\";proto=\"\\\"\", for=192.0.2.1 | 192.0.2.1:0",
                "for=192.0.2.1, for=unknown | 10.0.0.1:4000",
                "for=192.0.2.1, for=_hidden | 10.0.0.1:4000",
                "for=192.0.2.1, proto=https | 10.0.0.1:4000",
                "for=192.0.2.1, | 10.0.0.1:4000",
            })
    void forwardedIsReadFromTheRightPastProxies(String header, String client) throws ProtocolException {
        assertThat(client(Proxies.Header.FORWARDED, headers("Forwarded", header)))
                .isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() throws ProtocolException {
        HttpHeaders headers = headers("X-Forwarded-For", "203.0.113.9");
        headers.add("x-forwarded-for", "192.0.2.1");
        assertThat(client(Proxies.Header.X_FORWARDED_FOR, headers)).isEqualTo("192.0.2.1:0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for=\"192.0.2.9, for=192.0.2.1",
                "for=192.0.2.9\", for=192.0.2.1",
                "for=\"\\\", for=192.0.2.1",
                "for=192.0.2.1;for=203.0.113.9",
            })
    void whatWouldHideTheProxysOwnWordIsRefused(String header) {
        assertThatThrownBy(() -> client(Proxies.Header.FORWARDED, headers("Forwarded", header)))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BAD_FORWARDED));
    }

    @Test
    void theHeaderThatProxiesDoNotWriteIsIgnored() throws ProtocolException {
        HttpHeaders headers = headers("X-Forwarded-For", "203.0.113.9");
        headers.add("Forwarded", "for=203.0.113.8");
        assertThat(client(Proxies.Header.NONE, headers)).isEqualTo("10.0.0.1:4000");
        headers.remove("Forwarded");
        assertThat(client(Proxies.Header.FORWARDED, headers)).isEqualTo("10.0.0.1:4000");
    }

    private static String client(Proxies.Header header, HttpHeaders headers) throws ProtocolException {
        return NetUtil.toSocketAddressString(ForwardedHeader.client(headers, new Proxies(TRUSTED, header), PROXY));
    }

    private static HttpHeaders headers(String name, String value) {
        return new DefaultHttpHeaders().add(name, value);
    }
}
