package io.monorelay.server.cli;

import io.monorelay.client.Delivery;
import io.monorelay.client.Publication;
import io.monorelay.protocol.NodeKey;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What the commands print about messages: one line each, for people or as JSON. */
final class Lines {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int SHORT_KEY_CHARS = 8;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Lines() {}

    /** Time, sender, receiver if there is one, and what it says. */
    static String human(Delivery delivery, ZoneId zone) {
        NodeKey receiver = delivery.receiver();
        String to = receiver == null ? "" : " → " + abbreviated(receiver);
        String time = CLOCK.format(delivery.time().atZone(zone));
        return time + "  " + abbreviated(delivery.sender()) + to + "  " + printable(delivery.data());
    }

    static String json(Delivery delivery) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("position", delivery.position());
            json.writeStringProperty("id", delivery.id().toString());
            json.writeStringProperty("sender", delivery.sender().toString());
            json.writeName("receiver");
            stringOrNull(json, delivery.receiver());
            json.writeStringProperty("data", delivery.data());
            json.writeStringProperty("time", delivery.time().toString());
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Where a message is in the relay's log, or why it is not. */
    static String human(Publication publication) {
        return switch (publication) {
            case Publication.Accepted accepted -> {
                String receiver = accepted.receiver() == null ? "" : "  receiver " + accepted.receiver();
                yield accepted.position() + "  " + accepted.id() + receiver;
            }
            case Publication.Refused refused ->
                "refused: " + printable(refused.info()) + " (" + refused.code() + ")  " + refused.id();
        };
    }

    static String json(Publication publication) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            switch (publication) {
                case Publication.Accepted accepted -> members(json, accepted);
                case Publication.Refused refused -> members(json, refused);
            }
            json.writeStringProperty("id", publication.id().toString());
            json.writeEndObject();
        }
        return text.toString();
    }

    /**
     * A text that does to a terminal nothing but appear on one line: controls, line separators and what changes the
     * direction of writing are escaped, and so is the backslash.
     */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(character -> append(printable, character));
        return printable.toString();
    }

    private static void append(StringBuilder text, int character) {
        switch (character) {
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case '\\' -> text.append("\\\\");
            default -> {
                if (isHarmless(character)) {
                    text.appendCodePoint(character);
                } else {
                    text.append(String.format(Locale.ROOT, "\\u{%x}", character));
                }
            }
        }
    }

    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            // The joiners belong to the spelling of some languages and to emoji.
            case Character.FORMAT -> character == ZERO_WIDTH_JOINER || character == ZERO_WIDTH_NON_JOINER;
            default -> true;
        };
    }

    private static String abbreviated(NodeKey key) {
        return key.toString().substring(0, SHORT_KEY_CHARS);
    }

    private static void members(JsonGenerator json, Publication.Accepted accepted) {
        Long position = accepted.position();
        if (position != null) {
            json.writeNumberProperty("position", position);
        }
        if (accepted.receiver() != null) {
            json.writeStringProperty("receiver", accepted.receiver());
        }
        if (accepted.durability() != null) {
            json.writeStringProperty("durability", accepted.durability());
        }
    }

    private static void members(JsonGenerator json, Publication.Refused refused) {
        json.writeNumberProperty("code", refused.code());
        json.writeStringProperty("info", refused.info());
        Long retryAfterMillis = refused.retryAfterMillis();
        if (retryAfterMillis != null) {
            json.writeNumberProperty("retry_after_ms", retryAfterMillis);
        }
    }

    private static void stringOrNull(JsonGenerator json, @Nullable NodeKey key) {
        if (key == null) {
            json.writeNull();
        } else {
            json.writeString(key.toString());
        }
    }
}
