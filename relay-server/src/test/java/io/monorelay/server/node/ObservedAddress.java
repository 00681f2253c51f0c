package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.RawConnection;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a relay where it sees a client, by a v2 handshake of a new node. */
public final class ObservedAddress {
    private static final String UPGRADE =
            "GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: " + RawConnection.UPGRADE_KEY
                    + "\r\nSec-WebSocket-Protocol: monorelay.v2\r\n";

    private ObservedAddress() {}

    /** By two requests, both with these header lines, each of which ends with a line end. */
    public static String ofRequests(RawConnection connection, String headers) {
        String head = " /handshake HTTP/1.1\r\nHost: relay\r\n" + headers;
        JsonNode hello = connection.send("GET" + head + "\r\n").answer().json();
        String proof = ForeignNode.generate()
                .answerV2(hello, "http://relay", Instant.now())
                .text();
        connection.send("POST" + head + "Content-Length: " + proof.length() + "\r\n\r\n" + proof);
        return observed(connection.answer().json());
    }

    /** By a WebSocket, whose upgrade has these header lines. */
    public static String ofWebSocket(RawConnection connection, String headers) {
        assertThat(connection.send(UPGRADE + headers + "\r\n").head()).startsWith("HTTP/1.1 101 ");
        JsonNode hello = json(connection);
        connection.sendText(ForeignNode.generate()
                .answerV2(hello, "ws://relay", Instant.now())
                .text());
        return observed(json(connection));
    }

    private static JsonNode json(RawConnection connection) {
        return JsonMapper.shared().readTree(connection.frame().text());
    }

    private static String observed(JsonNode message) {
        JsonNode observed = message.path("welcome").path("observed_address");
        assertThat(observed.isString()).as("%s", message).isTrue();
        return observed.asString();
    }
}
