package io.monorelay.refs;

import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.HttpReference.Level;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How stored references are written: {@code {"version":1,"references":[{"uri":…,"key":…,"level":"V1","last_good":…,
 * "successes":n,"failures":n,"failures_in_a_row":n},…]}}. Pure; any thread.
 */
final class ReferenceFormat {
    private static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ReferenceFormat() {}

    static byte[] write(List<HttpReference> references) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.writerWithDefaultPrettyPrinter().createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            json.writeArrayPropertyStart("references");
            for (HttpReference reference : references) {
                write(reference, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(HttpReference reference, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("uri", reference.uri().toString());
        json.writeStringProperty("key", reference.key().toString());
        json.writeStringProperty("level", reference.level().name());
        json.writeStringProperty("last_good", reference.lastGood().toString());
        json.writeNumberProperty("successes", reference.successes());
        json.writeNumberProperty("failures", reference.failures());
        json.writeNumberProperty("failures_in_a_row", reference.failuresInARow());
        json.writeEndObject();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws ReferenceFileException naming the place and what was expected there
     */
    static List<HttpReference> read(byte[] text) throws ReferenceFileException {
        JsonNode root = parse(text);
        if (!root.path("version").isInt() || root.path("version").intValue() != VERSION) {
            throw new ReferenceFileException("version: expected " + VERSION + ", got " + shown(root.path("version")));
        }
        JsonNode array = root.path("references");
        if (!array.isArray()) {
            throw new ReferenceFileException("references: expected an array, got " + shown(array));
        }
        List<HttpReference> references = new ArrayList<>();
        for (JsonNode entry : array) {
            references.add(new Entry(entry, "references[" + references.size() + "]").toReference());
        }
        return references;
    }

    private static JsonNode parse(byte[] text) throws ReferenceFileException {
        try {
            return JSON.readTree(text);
        } catch (JacksonException damaged) {
            String place = "line " + damaged.getLocation().getLineNr() + ", column "
                    + damaged.getLocation().getColumnNr();
            throw new ReferenceFileException(place + ": expected JSON: " + damaged.getOriginalMessage(), damaged);
        }
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }

    /** One stored reference, and where it stands in the file. */
    private record Entry(JsonNode node, String place) {
        HttpReference toReference() throws ReferenceFileException {
            URI uri = uri();
            NodeKey key = key();
            Level level = level();
            Instant lastGood = lastGood();
            try {
                return new HttpReference(
                        uri,
                        key,
                        level,
                        lastGood,
                        number("successes"),
                        number("failures"),
                        number("failures_in_a_row"));
            } catch (IllegalArgumentException impossible) {
                throw new ReferenceFileException(place + ": " + impossible.getMessage(), impossible);
            }
        }

        private URI uri() throws ReferenceFileException {
            try {
                // Whether it may be called is looked at when it is; the configuration may have changed.
                return new AddressPolicy(true).parse(text("uri"));
            } catch (ProtocolException refused) {
                throw new ReferenceFileException(place + ".uri: " + refused.info(), refused);
            }
        }

        private NodeKey key() throws ReferenceFileException {
            try {
                return NodeKey.parse(text("key"));
            } catch (IllegalArgumentException noKey) {
                throw new ReferenceFileException(place + ".key: " + noKey.getMessage(), noKey);
            }
        }

        private Level level() throws ReferenceFileException {
            String text = text("level");
            for (Level level : Level.values()) {
                if (level.name().equals(text)) {
                    return level;
                }
            }
            throw new ReferenceFileException(place + ".level: expected V1 or V2, got \"" + text + "\"");
        }

        private Instant lastGood() throws ReferenceFileException {
            String text = text("last_good");
            try {
                return Instant.parse(text);
            } catch (DateTimeException noTime) {
                throw new ReferenceFileException(
                        place + ".last_good: expected a time like 2026-01-31T12:00:00Z, got \"" + text + "\"", noTime);
            }
        }

        private String text(String name) throws ReferenceFileException {
            JsonNode value = node.path(name);
            if (!value.isString()) {
                throw new ReferenceFileException(place + "." + name + ": expected a string, got " + shown(value));
            }
            return value.stringValue();
        }

        private long number(String name) throws ReferenceFileException {
            JsonNode value = node.path(name);
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw new ReferenceFileException(place + "." + name + ": expected a whole number, got " + shown(value));
            }
            return value.longValue();
        }
    }
}
