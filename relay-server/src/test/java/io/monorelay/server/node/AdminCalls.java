package io.monorelay.server.node;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Objects;

/** What an operator asks a relay on its admin port; headers come in pairs of a name and a value. */
final class AdminCalls {
    private final int port;

    private AdminCalls(int port) {
        this.port = port;
    }

    static AdminCalls to(RunningRelay relay) {
        InetSocketAddress address = Objects.requireNonNull(relay.node().adminAddress());
        return new AdminCalls(address.getPort());
    }

    HttpAnswer get(String path, String... headers) {
        return call("GET", path, BodyPublishers.noBody(), headers);
    }

    HttpAnswer post(String path, String body, String... headers) {
        return call("POST", path, BodyPublishers.ofString(body), headers);
    }

    HttpAnswer put(String path, String body) {
        return call("PUT", path, BodyPublishers.ofString(body));
    }

    HttpAnswer delete(String path) {
        return call("DELETE", path, BodyPublishers.noBody());
    }

    private HttpAnswer call(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMillis(RawConnection.PATIENCE_MILLIS))
                .method(method, body);
        if (headers.length != 0) {
            request.headers(headers);
        }
        return RunningRelay.exchange(request);
    }
}
