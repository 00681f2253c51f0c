package io.monorelay.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
    private static final URI NODE = URI.create("http://node.example");

    private final AddressPolicy strict = new AddressPolicy(false);
    private final AddressPolicy lenient = new AddressPolicy(true);

    @ParameterizedTest
    @CsvSource({
        "http://node.example, http://node.example",
        "http://node.example/, http://node.example",
        "HTTP://Node.Example:8000, http://node.example:8000",
        "http://node.example:80/, http://node.example",
        "https://node.example:443, https://node.example",
        "https://node.example:80, https://node.example:80",
        "http://node.example:65535, http://node.example:65535",
        "http://node.example:1, http://node.example:1",
        "http://node.example/relay/, http://node.example/relay",
        "http://node.example//relay/./a/../b, http://node.example/relay/b",
        "http://8.8.8.8:8000, http://8.8.8.8:8000",
        "http://[2606:4700::1111]:8000, http://[2606:4700::1111]:8000",
    })
    void referenceIsNormalised(String reference, String expected) throws ProtocolException {
        assertThat(strict.parse(reference)).isEqualTo(URI.create(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "node.example",
                "node.example:8000",
                "//node.example",
                "ws://node.example",
                "ftp://node.example",
                "file:///etc/passwd",
                "gopher://node.example",
                "jar:http://node.example!/",
                "http:node.example",
                "http://",
                "http:///path",
                "http://:8000",
                "http://node.example:",
                "http://node.example:0",
                "http://node.example:65536",
                "http://node.example:-1",
                "http://node.example:99999999999",
                "http://user@node.example",
                "http://user:secret@node.example",
                "http://@node.example",
                "http://node.example?query",
                "http://node.example/#fragment",
                "http://node example",
                "http://node.example/\r\nHost: other",
                "http://node_.example",
                "http://2130706433",
                "http://0x7f000001",
                "http://0x7f.1",
                "http://127.1",
                "http://127.0.0.1.",
                "http://node.1example",
                "http://[::1",
            })
    void anythingElseIsNoReference(String reference) {
        assertThatThrownBy(() -> lenient.parse(reference)).isInstanceOfSatisfying(ProtocolException.class, refused -> {
            assertThat(refused.fault()).isEqualTo(Fault.REFERENCE_NOT_ALLOWED);
            assertThat(refused.info()).contains("\"" + reference + "\"", "expected");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://127.0.0.1:8000", "http://[::1]", "http://10.0.0.1", "http://[::ffff:192.168.0.1]:80"})
    void literalOfAPrivateAddressIsRefusedBeforeItIsLookedUp(String reference) {
        assertThatThrownBy(() -> strict.parse(reference)).isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.255",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2000::1",
                "2001:200::1",
                "2001:db7:ffff::1",
                "2001:db9::1",
                "2606:4700::1111",
                "3ffe:ffff::1",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1",
            })
    void publicAddressIsCalled(String address) throws Exception {
        strict.check(NODE, InetAddress.getByName(address));
        lenient.check(NODE, InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0, private",
        "10.255.255.255, private",
        "100.64.0.0, NAT",
        "100.127.255.255, NAT",
        "127.0.0.1, loopback",
        "127.255.255.255, loopback",
        "169.254.169.254, link-local",
        "172.16.0.0, private",
        "172.31.255.255, private",
        "192.0.0.8, protocol",
        "192.0.2.1, documentation",
        "192.88.99.1, 6to4",
        "192.168.0.0, private",
        "192.168.255.255, private",
        "198.18.0.0, benchmarks",
        "198.19.255.255, benchmarks",
        "198.51.100.7, documentation",
        "203.0.113.7, documentation",
        "::1, loopback",
        "fc00::1, private",
        "fdff:ffff::1, private",
        "fe80::1, link-local",
        "febf::1, link-local",
        "fec0::1, site-local",
        "2001::1, protocol",
        "2001:10::1, protocol",
        "2001:1ff::1, protocol",
        "2001:db8::1, documentation",
        "3fff::1, documentation",
        "::127.0.0.1, outside",
        "::8.8.8.8, outside",
        "64:ff9b::10.0.0.1, private",
        "64:ff9b::127.0.0.1, loopback",
        "64:ff9b:1::8.8.8.8, outside",
        "2002:7f00:1::1, loopback",
        "2002:a00:1::1, private",
        "2002:a9fe:a9fe::1, link-local",
        "4000::1, outside",
        "100::1, outside",
    })
    void specialAddressIsCalledOnlyWhenThatIsAllowed(String address, String kind) throws Exception {
        InetAddress resolved = InetAddress.getByName(address);

        assertThatThrownBy(() -> strict.check(NODE, resolved))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContainingAll("http://node.example", kind, "expected a public address");
        lenient.check(NODE, resolved);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.255.255.255",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "ff02::1",
                "64:ff9b::0.0.0.0",
                "2002:e000:1::1",
            })
    void addressOfNoSingleMachineIsNeverCalled(String address) throws UnknownHostException {
        InetAddress resolved = InetAddress.getByName(address);

        assertThatThrownBy(() -> strict.check(NODE, resolved)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> lenient.check(NODE, resolved)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void mappedAddressIsJudgedAsTheOneItStandsFor() {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;

        assertThat(AddressBlocks.notPublic(mapped)).contains("private");
        mapped[12] = 8;
        assertThat(AddressBlocks.notPublic(mapped)).isNull();
    }

    @Test
    void hostOfAnIpv6ReferenceIsWithoutBrackets() {
        assertThat(AddressPolicy.hostOf(URI.create("http://[::1]:8000"))).isEqualTo("::1");
        assertThat(AddressPolicy.hostOf(NODE)).isEqualTo("node.example");
    }

    @Test
    void portIsThatOfTheSchemeUnlessStated() {
        assertThat(AddressPolicy.portOf(NODE)).isEqualTo(80);
        assertThat(AddressPolicy.portOf(URI.create("https://node.example"))).isEqualTo(443);
        assertThat(AddressPolicy.portOf(URI.create("https://node.example:8443")))
                .isEqualTo(8443);
    }
}
