package io.monorelay.protocol;

import static io.monorelay.protocol.ContentsReader.present;

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

    @Override
    public boolean read(String name) throws ProtocolException {
        switch (name) {
            case "position" -> position = cursor.count(name);
            case "from" -> from = cursor.count(name);
            case "to" -> to = cursor.count(name);
            case "reason" -> reason = cursor.text(name);
            case "within_ms" -> withinMillis = cursor.count(name);
            case "alternatives" -> alternatives = cursor.texts(name);
            default -> {
                return false;
            }
        }
        return true;
    }
}
