package io.monorelay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressBlock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "65536, 65536",
        "1B, 1",
        "64KiB, 65536",
        "64 KiB, 65536",
        "3MiB, 3145728",
        "2GiB, 2147483648",
        "1TiB, 1099511627776",
    })
    void byteSizeIsRead(String text, long bytes) {
        assertThat(Quantities.byteSize("0", "1TiB").parser().parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "64KB", "64kib", "-1", "1.5MiB", "1025GiB", "999999999999TiB", "9999999999999"})
    void otherByteSizesAreNotRead(String text) {
        assertThat(Quantities.byteSize("0", "1TiB").parser().parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"8ms, 8", "10s, 10000", "10m, 600000", "2h, 7200000", "1d, 86400000", "0ms, 0"})
    void durationIsRead(String text, long milliseconds) {
        assertThat(Quantities.duration("0ms", "1d").parser().parse(text)).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "8us", "-8ms", "1.5s", "25h", "8MS"})
    void otherDurationsAreNotRead(String text) {
        assertThat(Quantities.duration("0ms", "1d").parser().parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0:8000, 0.0.0.0, 8000", "relay.example.org:0, relay.example.org, 0", "[::]:65535, ::, 65535"})
    void listenIsRead(String text, String host, int port) {
        assertThat(ValueType.listen().parser().parse(text)).isEqualTo(new RelayConfig.Listen(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8000", ":8000", "host", "host:", "host:65536", "host:-1", "::1:8000", "a b:1", "[]:1"})
    void otherListensAreNotRead(String text) {
        assertThat(ValueType.listen().parser().parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relay.example.org",
                "ftp://relay.example.org",
                "ws://",
                "ws://relay.example.org/path",
                "ws://relay.example.org?q",
                "ws://user@relay.example.org",
                "ws://relay.example.org:65536",
                "ws://relay.example.org,",
                "ws://[zz]",
                "ws://[:::1]",
                "ws://re lay",
            })
    void otherAddressesAreNotRead(String text) {
        assertThat(ValueType.addresses().parser().parse(text)).isNull();
    }

    @Test
    void keysAreReadAsPeopleWriteThem() {
        String hex = "ab".repeat(NodeKey.BYTES);
        String base64Url = NodeKey.parse(hex).toString();
        ValueType.Parser<List<NodeKey>> parser = ValueType.keys().parser();
        assertThat(parser.parse(hex + ", " + base64Url)).containsExactly(NodeKey.parse(hex), NodeKey.parse(hex));
        assertThat(parser.parse("")).isEmpty();
        assertThat(parser.parse(hex + ",")).isNull();
        assertThat(parser.parse(hex.substring(1))).isNull();
    }

    @Test
    void integerIsReadWithinItsBounds() {
        ValueType.Parser<Integer> parser = ValueType.integer(-1, 10).parser();
        assertThat(parser.parse("-1")).isEqualTo(-1);
        assertThat(parser.parse("10")).isEqualTo(10);
        assertThat(parser.parse("-2")).isNull();
        assertThat(parser.parse("11")).isNull();
        assertThat(parser.parse("4294967297")).isNull();
        assertThat(parser.parse("1e1")).isNull();
        assertThat(parser.parse("")).isNull();
    }

    @Test
    void powerOfTwoIsOne() {
        ValueType.Parser<Integer> parser = ValueType.powerOfTwo(2, 1024).parser();
        assertThat(parser.parse("1024")).isEqualTo(1024);
        assertThat(parser.parse("1000")).isNull();
        assertThat(parser.parse("1")).isNull();
    }

    @Test
    void addressBlocksAreAList() {
        ValueType.Parser<List<AddressBlock>> parser = ValueType.addressBlocks().parser();
        assertThat(parser.parse("")).isEmpty();
        assertThat(parser.parse("10.0.0.1, 2001:db8::/32"))
                .extracting(AddressBlock::toString)
                .containsExactly("10.0.0.1", "2001:db8::/32");
        assertThat(parser.parse("10.0.0.1, relay.example")).isNull();
    }

    @Test
    void boolIsTrueOrFalse() {
        ValueType.Parser<Boolean> parser = ValueType.bool().parser();
        assertThat(parser.parse("true")).isTrue();
        assertThat(parser.parse("false")).isFalse();
        assertThat(parser.parse("yes")).isNull();
    }

    @Test
    void textIsPrintableAndShort() {
        ValueType.Parser<String> parser = ValueType.text().parser();
        assertThat(parser.parse("")).isEmpty();
        assertThat(parser.parse("nœud")).isEqualTo("nœud");
        assertThat(parser.parse("a\nb")).isNull();
        assertThat(parser.parse("x".repeat(129))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "a, '', 1", "kitten, sitting, 3", "listn, listen, 1", "flaw, lawn, 2"})
    void distanceIsThatOfLevenshtein(String from, String to, int distance) {
        assertThat(KnownKeys.distance(from, to)).isEqualTo(distance);
        assertThat(KnownKeys.distance(to, from)).isEqualTo(distance);
    }
}
