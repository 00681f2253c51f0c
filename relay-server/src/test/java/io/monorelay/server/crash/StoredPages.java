package io.monorelay.server.crash;

import io.monorelay.protocol.MessageId;
import io.monorelay.server.crash.Reader.Seen;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The history of a relay over HTTP, page by page. */
final class StoredPages {
    private StoredPages() {}

    /** All of it. */
    static List<Seen> read(URI relay) throws IOException, InterruptedException {
        List<Seen> all = new ArrayList<>();
        JsonNode page = page(relay, 0);
        while (!page.path("messages").isEmpty()) {
            page.path("messages").forEach(message -> all.add(seen(message)));
            page = page(relay, page.path("next").asLong());
        }
        return all;
    }

    private static JsonNode page(URI relay, long after) throws IOException, InterruptedException {
        return RelayProcess.get(relay, "/messages?limit=1000&after=" + after);
    }

    private static Seen seen(JsonNode message) {
        JsonNode contents = message.path("message");
        return new Seen(
                message.path("position").asLong(),
                MessageId.parse(message.path("id").asString()),
                !contents.path("receiver").isEmpty(),
                contents.path("data").asString());
    }
}
