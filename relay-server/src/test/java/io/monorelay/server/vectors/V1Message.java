package io.monorelay.server.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.server.node.ForeignNode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A broadcast as an original node reads it: what is signed are the bytes between the first member and the signature.
 *
 * @param data what it says, and whether its sender signed it
 */
record V1Message(String data, boolean isSigned) {
    private static final String START = "{\"message\":";
    private static final String SIGNATURE = ",\"signature\":";

    /** What is no broadcast is one that nobody signed. */
    static V1Message of(String text) {
        int end = text.lastIndexOf(SIGNATURE);
        if (!text.startsWith(START) || end < 0) {
            return new V1Message(text, false);
        }
        try {
            JsonNode broadcast = JsonMapper.shared().readTree(text);
            boolean signed = ForeignNode.verifies(
                    ForeignNode.bytes(broadcast.path("message").path("sender")),
                    text.substring(START.length(), end).getBytes(UTF_8),
                    ForeignNode.bytes(broadcast.path("signature")));
            return new V1Message(broadcast.path("message").path("data").asString(), signed);
        } catch (JacksonException | IllegalStateException unreadable) {
            return new V1Message(text, false);
        }
    }
}
