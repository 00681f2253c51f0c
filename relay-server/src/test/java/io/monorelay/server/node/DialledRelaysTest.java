package io.monorelay.server.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.refs.Conduct;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.server.net.CuttableProxy;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a node dials the relays that it links to, and what it remembers of them. */
@Timeout(60)
final class DialledRelaysTest {
    private static final int NOBODY_LISTENS = 1;

    @Test
    void relaysAreDialledThroughTheProxyOfTheSettings() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningRelay relay = RunningRelay.start(
                        "links=ws://relay.invalid:8000", "links.proxy=http://127.0.0.1:" + proxy.getLocalPort());
                Socket asking = proxy.accept()) {
            assertThat(relay.key()).isNotNull();
            BufferedReader request = new BufferedReader(new InputStreamReader(asking.getInputStream(), US_ASCII));
            assertThat(request.readLine()).isEqualTo("CONNECT relay.invalid:8000 HTTP/1.1");
        }
    }

    @Test
    void authoritiesThatCannotBeReadAreToldAtTheStart(@TempDir Path directory) throws Exception {
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        assertThatThrownBy(() -> RunningRelay.start("links=wss://relay.invalid", "links.ca-file=" + missing))
                .hasStackTraceContaining("links.ca-file: there is no file " + missing);
        assertThatThrownBy(() -> RunningRelay.start("links=wss://relay.invalid", "links.ca-file=" + empty))
                .hasStackTraceContaining("links.ca-file: " + empty + " has no certificate in PEM form");
    }

    @Test
    void publicNodeNamesItsAddressToTheRelaysThatItDials() {
        try (RunningRelay dialled = RunningRelay.start("references.allow-private=true");
                RunningRelay first = RunningRelay.start()) {
            first.stop();
            // Only now is its port known.
            URI address = URI.create("http://127.0.0.1:" + first.port());
            try (RunningRelay dialling =
                    first.startAgain("links=" + dialled.socketAddress(), "node.public-addresses=" + address)) {
                dialling.awaitLinks(1);
                await().untilAsserted(() -> {
                    HttpReference known = dialled.node().references().find(address);
                    assertThat(known).isNotNull();
                    assertThat(known.key()).isEqualTo(dialling.key());
                    assertThat(known.level()).isEqualTo(HttpReference.Level.V2);
                });
            }
        }
    }

    @Test
    void relayThatIsAnotherThanTheBookSaysHasOffended() {
        CuttableProxy wire = CuttableProxy.to(NOBODY_LISTENS);
        URI inTheBook = URI.create("http://127.0.0.1:" + wire.port());
        try (RunningRelay dialled = RunningRelay.start();
                RunningRelay dialling = RunningRelay.start("links=ws://127.0.0.1:" + wire.port())) {
            ReferenceBook book = dialling.node().references();
            book.verified(inTheBook, dialling.key(), HttpReference.Level.V2);
            wire.passOnTo(dialled.port());
            dialling.awaitLinks(1);

            assertThat(dialling.total("offences", "wrong_key")).isEqualTo(1);
            assertThat(book.find(inTheBook)).isNotNull();
            assertThat(book.bestToDial(1, new Random(1))).isEmpty();
        }
    }

    @Test
    void relayThatTookThePlaceOfAnotherHasOffended() {
        assertThat(offencesAfterAnotherTookItsPlace(false)).isEqualTo(1);
    }

    @Test
    void relayWhoseNewKeyTheBookHasIsNotBlamedForIt() {
        assertThat(offencesAfterAnotherTookItsPlace(true)).isZero();
    }

    private static long offencesAfterAnotherTookItsPlace(boolean bookKnows) {
        try (RunningRelay first = RunningRelay.start();
                RunningRelay second = RunningRelay.start();
                CuttableProxy wire = CuttableProxy.to(first.port());
                RunningRelay dialling = RunningRelay.start("links=ws://127.0.0.1:" + wire.port())) {
            dialling.awaitLinks(1);
            URI inTheBook = URI.create("http://127.0.0.1:" + wire.port());
            dialling.node()
                    .references()
                    .verified(inTheBook, (bookKnows ? second : first).key(), HttpReference.Level.V2);
            wire.passOnTo(second.port());
            first.stop();
            await().untilAsserted(() -> assertThat(dialling.node()
                            .links()
                            .reports()
                            .getFirst()
                            .status()
                            .lastFailure())
                    .contains("another relay answers there"));
            return dialling.total("offences", "wrong_key");
        }
    }

    @Test
    void howOftenARelayCouldBeReachedIsRemembered() {
        CuttableProxy wire = CuttableProxy.to(NOBODY_LISTENS);
        URI inTheBook = URI.create("http://127.0.0.1:" + wire.port());
        try (RunningRelay dialled = RunningRelay.start();
                RunningRelay dialling = RunningRelay.start("links=ws://127.0.0.1:" + wire.port())) {
            ReferenceBook book = dialling.node().references();
            book.verified(inTheBook, dialled.key(), HttpReference.Level.V2);
            await().untilAsserted(() ->
                    assertThat(book.find(inTheBook).conduct().failures()).isPositive());
            wire.passOnTo(dialled.port());
            dialling.awaitLinks(1);

            Conduct conduct = book.find(inTheBook).conduct();
            assertThat(conduct.successes()).isEqualTo(1);
            assertThat(conduct.latencyMicros()).isPositive();
            assertThat(conduct.isFailing()).isFalse();
        }
    }
}
