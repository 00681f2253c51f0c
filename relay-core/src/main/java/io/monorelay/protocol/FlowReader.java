package io.monorelay.protocol;

import static io.monorelay.protocol.ContentsReader.present;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the values of the members with which a relay and a node keep in step. */
final class FlowReader implements JsonCursor.Members {
    private final JsonCursor cursor;
    private @Nullable Long position;
    private @Nullable Long from;
    private @Nullable Long to;
    private @Nullable String reason;
    private @Nullable Long withinMillis;
    private List<String> alternatives = List.of();
    private @Nullable List<MessageId> ids;

    FlowReader(JsonCursor cursor) {
        this.cursor = cursor;
    }

    Inbound.Ack ack() throws ProtocolException {
        cursor.object("ack", this);
        return new Inbound.Ack(present("position", position));
    }

    Inbound.Gap gap() throws ProtocolException {
        cursor.object("gap", this);
        return new Inbound.Gap(present("from", from), present("to", to), present("reason", reason));
    }

    Inbound.Drain drain() throws ProtocolException {
        cursor.object("drain", this);
        return new Inbound.Drain(present("within_ms", withinMillis), alternatives);
    }

    Inbound.Fetch fetch() throws ProtocolException {
        cursor.object("fetch", this);
        return new Inbound.Fetch(present("ids", ids));
    }

    /** The id that a text is. */
    static MessageId id(String field, String hex) throws ProtocolException {
        try {
            return MessageId.parse(hex);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    Fault.WRONG_LENGTH, "field \"" + field + "\": expected " + MessageId.HEX_DIGITS + " hex digits");
        }
    }

    private static List<MessageId> ids(String field, List<String> texts) throws ProtocolException {
        if (texts.isEmpty() || texts.size() > Limits.MAX_FETCH_IDS) {
            throw new ProtocolException(
                    Fault.WRONG_LENGTH,
                    "field \"" + field + "\": expected 1 to " + Limits.MAX_FETCH_IDS + " ids, got " + texts.size());
        }
        List<MessageId> ids = new ArrayList<>(texts.size());
        for (String hex : texts) {
            ids.add(id(field, hex));
        }
        return List.copyOf(ids);
    }

    @Override
    public boolean read(String name) throws ProtocolException {
        switch (name) {
            case "position" -> position = cursor.count(name);
            case "from" -> from = cursor.count(name);
            case "to" -> to = cursor.count(name);
            case "reason" -> reason = cursor.text(name);
            case "within_ms" -> withinMillis = cursor.count(name);
            case "ids" -> ids = ids(name, cursor.texts(name));
            case "alternatives" -> alternatives = cursor.texts(name);
            default -> {
                return false;
            }
        }
        return true;
    }
}
