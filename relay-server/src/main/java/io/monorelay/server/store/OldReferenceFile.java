package io.monorelay.server.store;

import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.refs.Conduct;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.refs.ReferenceStoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file in which references were kept before there was a store: {@code
 * {"version":1,"references":[{"uri":…,"key":…,"level":"V1","last_good":…,"successes":n,"failures":n,
 * "failures_in_a_row":n},…]}}. It is taken over once.
 */
public final class OldReferenceFile {
    private static final Logger LOG = LoggerFactory.getLogger(OldReferenceFile.class);
    private static final String NAME = "references.json";
    private static final String NAME_WHEN_IMPORTED = NAME + ".imported";
    private static final int VERSION = 1;

    private final Path file;

    /**
     * @param data the data directory, which may have such a file
     */
    public OldReferenceFile(Path data) {
        file = data.resolve(NAME);
    }

    /**
     * Adds the references in the file to those in the store, and gives the file another name. What the store has already
     * stays as it is there. A file that cannot be used stays, with a warning. Blocks.
     *
     * @throws ReferenceStoreException if the store cannot be read or written
     */
    public void moveInto(ReferenceStore store) throws ReferenceStoreException {
        try {
            List<HttpReference> old = read(Files.readString(file));
            save(old, store);
            Files.move(file, file.resolveSibling(NAME_WHEN_IMPORTED));
            LOG.info("{} references were taken over from {}, which is now {}", old.size(), file, NAME_WHEN_IMPORTED);
        } catch (NoSuchFileException nothingToDo) {
            LOG.debug("there is no {}", file);
        } catch (IOException unusable) {
            LOG.warn("the references in {} are not taken over: {}", file, unusable.toString());
        } catch (IllegalArgumentException damaged) {
            LOG.warn("the references in {} are not taken over: {}", file, damaged.getMessage());
        }
    }

    private static void save(List<HttpReference> old, ReferenceStore store) throws ReferenceStoreException {
        Map<URI, HttpReference> all = new LinkedHashMap<>();
        old.forEach(reference -> all.put(reference.uri(), reference));
        store.load().forEach(reference -> all.put(reference.uri(), reference));
        store.save(List.copyOf(all.values()));
    }

    private static List<HttpReference> read(String text) {
        JsonNode root = parse(text);
        if (root.path("version").asInt(0) != VERSION || !root.path("references").isArray()) {
            throw new IllegalArgumentException("expected {\"version\":" + VERSION + ",\"references\":[…]}");
        }
        List<HttpReference> references = new ArrayList<>();
        for (JsonNode entry : root.path("references")) {
            references.add(reference(entry, "references[" + references.size() + "]"));
        }
        return references;
    }

    private static JsonNode parse(String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException noJson) {
            throw new IllegalArgumentException("expected JSON: " + noJson.getOriginalMessage(), noJson);
        }
    }

    private static HttpReference reference(JsonNode entry, String place) {
        try {
            return new HttpReference(
                    // Whether it may be called is looked at when it is.
                    new AddressPolicy(true).parse(entry.path("uri").asString("")),
                    NodeKey.parse(entry.path("key").asString("")),
                    Level.valueOf(entry.path("level").asString("")),
                    Conduct.ofTotals(
                            Instant.parse(entry.path("last_good").asString("")),
                            entry.path("successes").asLong(-1),
                            entry.path("failures").asLong(-1),
                            entry.path("failures_in_a_row").asLong(-1)));
        } catch (IllegalArgumentException | DateTimeException | ProtocolException damaged) {
            throw new IllegalArgumentException(place + ": " + damaged.getMessage(), damaged);
        }
    }
}
