package io.monorelay.server.forward;

import static io.monorelay.server.forward.ScriptedServer.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.NodeIdentity;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.server.config.RelayConfig.ForwardSettings;
import io.monorelay.server.link.LinkedKeys;
import io.monorelay.server.store.SettableClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** A forwarder with a log, a book of references and servers that are scripted, but no relay around it. */
final class ForwardWorld {
    static final int QUEUE_MESSAGES = 8;
    static final int FAILURES = 3;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MAX_CALLS = 256;

    final RelayMetrics metrics = new RelayMetrics();
    final MessageLog log = new MessageLog(1024, 1 << 20);
    final Messages messages = new Messages(log);
    final SettableClock clock = new SettableClock();
    final ReferenceBook book = new ReferenceBook(10, Duration.ofDays(30), clock, metrics.offences());
    final KeyDirectory directory = new KeyDirectory();
    final NodeIdentity self = NodeIdentity.generate(Messages.ED25519);
    final NodeIdentity sender = NodeIdentity.generate(Messages.ED25519);
    final NodeIdentity node = NodeIdentity.generate(Messages.ED25519);
    final NodeIdentity other = NodeIdentity.generate(Messages.ED25519);

    private final List<AutoCloseable> open = new ArrayList<>();
    private HttpForwarder forwarder;

    void start() {
        start(MAX_CALLS);
    }

    /** Forwards with so many calls under way at a time. */
    void start(int maxCalls) {
        try {
            Loopback loopback = new Loopback();
            open.add(loopback);
            forwarder = HttpForwarder.start(new HttpForwarder.Parts(
                    log,
                    book,
                    directory,
                    new LinkedKeys(),
                    self.key(),
                    new InboundDecoder(Limits.defaults()),
                    clock,
                    loopback.caller(TIMEOUT),
                    new ForwardSettings(QUEUE_MESSAGES, 1 << 20, maxCalls, TIMEOUT, FAILURES, PAUSE),
                    metrics));
        } catch (SSLException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    HttpForwarder forwarder() {
        return forwarder;
    }

    HttpReference reference(URI uri) {
        HttpReference reference = book.find(uri);
        assertThat(reference).isNotNull();
        return reference;
    }

    /** A server that takes every message, as nodes of either level do. */
    ScriptedServer taking() throws IOException {
        return open(new ScriptedServer((number, request, out) -> {
            out.write(acknowledging(request));
            return true;
        }));
    }

    /** The answer of a node that takes the message in that request. */
    static byte[] acknowledging(String request) {
        return ok(Messages.acknowledgement(request.substring(request.indexOf("\r\n\r\n") + 4)));
    }

    static byte[] ok(byte[] body) {
        return ascii("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"
                + new String(body, StandardCharsets.ISO_8859_1));
    }

    /** A server that says the same to everybody, and keeps its connections. */
    ScriptedServer server(byte[] response) throws IOException {
        return open(new ScriptedServer((number, request, out) -> {
            out.write(response);
            return true;
        }));
    }

    ScriptedServer open(ScriptedServer server) {
        open.add(server);
        return server;
    }

    void close() throws Exception {
        forwarder.close();
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }
}
