package io.monorelay.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;

/** Reads the contents of a message, the value that is signed. */
final class ContentsReader implements JsonCursor.Members {
    /** For texts that have been within some limits before. */
    private static final Limits ANY = Limits.defaults().withAnyShape();

    private static final JsonFactory ANY_FACTORY = JsonCursor.factory(ANY);

    private final JsonCursor cursor;
    private JsonCursor.@Nullable Octets sender;
    private JsonCursor.@Nullable Octets receiver;
    private @Nullable String data;
    private @Nullable String time;

    ContentsReader(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** The data of contents that have been decoded before. */
    static String dataOf(byte[] array, int offset, int length) {
        try (JsonCursor cursor = new JsonCursor(ANY_FACTORY, ANY, array, offset, length)) {
            ContentsReader reader = new ContentsReader(cursor);
            cursor.next();
            cursor.object("message", reader);
            return present("data", reader.data);
        } catch (ProtocolException e) {
            throw new IllegalStateException("the text of a decoded message has been changed", e);
        }
    }

    DecodedMessage.Contents read() throws ProtocolException {
        cursor.object("message", this);
        JsonCursor.Octets from = present("sender", sender);
        present("data", data);
        return new DecodedMessage.Contents(
                NodeKey.of(from.value()), receiverLike(from.form()), epochSecond(), from.form());
    }

    @Override
    public boolean read(String name) throws ProtocolException {
        switch (name) {
            case "sender" -> sender = cursor.octets(name, NodeKey.BYTES);
            case "receiver" -> receiver = cursor.octetsOrNone(name, NodeKey.BYTES);
            case "data" -> data = cursor.longText(name);
            case "time" -> time = cursor.text(name);
            default -> {
                return false;
            }
        }
        return true;
    }

    private @Nullable NodeKey receiverLike(Form form) throws ProtocolException {
        if (receiver == null) {
            return null;
        }
        sameForm("receiver", form, receiver.form());
        return NodeKey.of(receiver.value());
    }

    private long epochSecond() throws ProtocolException {
        long second = WireTime.parseSecond(present("time", time));
        if (second == WireTime.UNREADABLE) {
            throw new ProtocolException(
                    Fault.UNREADABLE_TIME, "field \"time\": expected a date and time as \"YYYY-MM-DD HH:MM:SS\"");
        }
        return second;
    }

    static void sameForm(String field, Form expected, Form form) throws ProtocolException {
        if (form != expected) {
            throw new ProtocolException(
                    Fault.WRONG_TYPE, "field \"" + field + "\": expected to be written as field \"sender\" is");
        }
    }

    static <T> T present(String field, @Nullable T value) throws ProtocolException {
        if (value == null) {
            throw new ProtocolException(Fault.MISSING_FIELD, "field \"" + field + "\": missing");
        }
        return value;
    }
}
