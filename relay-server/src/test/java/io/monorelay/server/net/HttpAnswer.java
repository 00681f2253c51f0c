package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An HTTP answer as a client sees it.
 *
 * @param headers by name in lower case
 */
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
    private static final JsonMapper JSON = JsonMapper.shared();

    public String text() {
        return new String(body, UTF_8);
    }

    public JsonNode json() {
        return JSON.readTree(body);
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The code that the body of an error repeats; -1 when there is none. */
    public int code() {
        return json().path("code").asInt(-1);
    }

    public String info() {
        return json().path("info").asString("");
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + text();
    }
}
