package io.monorelay.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON text token by token, within the limits. Every method that reads a value expects to stand on its first
 * token and leaves on its last; what is not as expected becomes a {@link ProtocolException} that names the field. For
 * one thread.
 */
final class JsonCursor implements AutoCloseable {
    /** Reads the members of an object that it knows. */
    interface Members {
        /** Reads the value, on whose first token the cursor stands, or returns false without reading. */
        boolean read(String name) throws ProtocolException;
    }

    /** The value of a key or a signature, and how it was written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Octets(byte[] value, Form form) {}

    private static final int MAX_NAME_CHARS = 128;
    private static final int MAX_NUMBER_CHARS = 128;
    private static final int MAX_LONG_CHARS = 20;

    private final JsonParser parser;
    private final Limits limits;
    private final int offset;
    private int fields;

    JsonCursor(JsonFactory factory, Limits limits, byte[] array, int offset, int length) {
        this.parser = factory.createParser(ObjectReadContext.empty(), array, offset, length);
        this.limits = limits;
        this.offset = offset;
    }

    /** A factory whose parsers read UTF-8 only, and stop at what the cursor would refuse anyway. */
    static JsonFactory factory(Limits limits) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(limits.maxDepth() + 1)
                .maxDocumentLength(limits.maxFrameBytes())
                .maxStringLength(limits.maxFrameBytes())
                .maxNameLength(MAX_NAME_CHARS)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .build();
        return JsonFactory.builder()
                .streamReadConstraints(constraints)
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                .build();
    }

    @Override
    public void close() {
        parser.close();
    }

    /** Goes to the next token; null after the last. */
    @Nullable
    JsonToken next() throws ProtocolException {
        JsonToken token = advance();
        if (token == JsonToken.PROPERTY_NAME && ++fields > limits.maxFields()) {
            throw new ProtocolException(
                    Fault.TOO_MANY_FIELDS, "more than " + limits.maxFields() + " members, the most that is accepted");
        }
        if (parser.streamReadContext().getNestingDepth() > limits.maxDepth()) {
            throw new ProtocolException(
                    Fault.NESTED_TOO_DEEPLY,
                    "nested more than " + limits.maxDepth() + " deep, the most that is accepted");
        }
        return token;
    }

    private @Nullable JsonToken advance() throws ProtocolException {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    private ProtocolException malformed() {
        return new ProtocolException(
                Fault.MALFORMED_JSON,
                "not JSON at byte " + parser.currentLocation().getByteOffset());
    }

    /** Where the current token starts in the array. */
    int tokenStart() {
        return offset + (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Where the current token, a bracket or a brace, ends in the array. */
    int tokenEnd() {
        return tokenStart() + 1;
    }

    boolean isAt(JsonToken token) {
        return parser.currentToken() == token;
    }

    /** Reads an object, and passes over the members that {@code members} does not know. */
    void object(String field, Members members) throws ProtocolException {
        expect(field, JsonToken.START_OBJECT, "an object");
        List<String> seen = new ArrayList<>();
        while (next() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (seen.contains(name)) {
                throw new ProtocolException(Fault.DUPLICATE_FIELD, "field \"" + shown(name) + "\": there twice");
            }
            seen.add(name);
            next();
            if (!members.read(name)) {
                skip();
            }
        }
    }

    private void skip() throws ProtocolException {
        int open = 0;
        do {
            if (parser.currentToken().isStructStart()) {
                open++;
            } else if (parser.currentToken().isStructEnd()) {
                open--;
            }
        } while (open > 0 && next() != null);
    }

    /** A string as long as a frame may be. */
    String longText(String field) throws ProtocolException {
        expect(field, JsonToken.VALUE_STRING, "a string");
        String text = string();
        if (text.indexOf('\0') >= 0) {
            throw new ProtocolException(Fault.NUL_IN_TEXT, "field \"" + field + "\": has a NUL");
        }
        if (Text.hasLoneSurrogate(text)) {
            throw new ProtocolException(Fault.INVALID_UTF8, "field \"" + field + "\": has half of a surrogate pair");
        }
        return text;
    }

    /** A string of limited length. */
    String text(String field) throws ProtocolException {
        String text = longText(field);
        if (text.length() > limits.maxTextChars()) {
            throw new ProtocolException(
                    Fault.WRONG_LENGTH,
                    "field \"" + field + "\": expected at most " + limits.maxTextChars() + " characters, got "
                            + text.length());
        }
        return text;
    }

    @Nullable
    String textOrNull(String field) throws ProtocolException {
        return isAt(JsonToken.VALUE_NULL) ? null : text(field);
    }

    List<String> texts(String field) throws ProtocolException {
        expect(field, JsonToken.START_ARRAY, "an array of strings");
        List<String> texts = new ArrayList<>();
        while (next() != JsonToken.END_ARRAY) {
            texts.add(text(field));
        }
        return List.copyOf(texts);
    }

    /** A whole number from {@code least} to {@code most}. */
    long number(String field, long least, long most) throws ProtocolException {
        expect(field, JsonToken.VALUE_NUMBER_INT, "a whole number");
        boolean fits = string().length() <= MAX_LONG_CHARS && !isBig();
        long value = fits ? parser.getLongValue() : 0;
        if (!fits || value < least || value > most) {
            throw new ProtocolException(
                    Fault.NUMBER_OUT_OF_RANGE,
                    "field \"" + field + "\": expected " + least + " to " + most + ", got " + shown(string()));
        }
        return value;
    }

    private boolean isBig() {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER;
    }

    /** A position, a duration or a count. */
    long count(String field) throws ProtocolException {
        return number(field, 0, Long.MAX_VALUE);
    }

    @Nullable
    Long countOrNull(String field) throws ProtocolException {
        return isAt(JsonToken.VALUE_NULL) ? null : Long.valueOf(count(field));
    }

    NodeKey key(String field) throws ProtocolException {
        return NodeKey.of(octets(field, NodeKey.BYTES).value());
    }

    /** Exactly {@code length} bytes in either form. */
    Octets octets(String field, int length) throws ProtocolException {
        if (isAt(JsonToken.VALUE_STRING)) {
            return new Octets(base64Url(field, length), Form.COMPACT);
        }
        expect(field, JsonToken.START_ARRAY, length + " numbers");
        next();
        return new Octets(numbers(field, length), Form.MONOCHAIN);
    }

    /** The same, or null for {@code null}, {@code []} and {@code ""}. */
    @Nullable
    Octets octetsOrNone(String field, int length) throws ProtocolException {
        if (isAt(JsonToken.VALUE_NULL) || (isAt(JsonToken.VALUE_STRING) && string().isEmpty())) {
            return null;
        }
        if (!isAt(JsonToken.START_ARRAY)) {
            return octets(field, length);
        }
        boolean empty = next() == JsonToken.END_ARRAY;
        return empty ? null : new Octets(numbers(field, length), Form.MONOCHAIN);
    }

    private byte[] base64Url(String field, int length) throws ProtocolException {
        String text = string();
        byte[] value = Base64Url.decode(text, length);
        if (value != null) {
            return value;
        }
        int expected = Base64Url.encodedLength(length);
        Fault fault = text.length() == expected ? Fault.WRONG_TYPE : Fault.WRONG_LENGTH;
        throw new ProtocolException(
                fault,
                "field \"" + field + "\": expected " + expected + " characters of unpadded base64url, got "
                        + (fault == Fault.WRONG_LENGTH ? text.length() : "others"));
    }

    /** The rest of an array, from its first element on. */
    private byte[] numbers(String field, int length) throws ProtocolException {
        byte[] value = new byte[length];
        int count = 0;
        while (!isAt(JsonToken.END_ARRAY)) {
            byte octet = (byte) number(field, 0, 255);
            if (count < length) {
                value[count] = octet;
            }
            count++;
            next();
        }
        if (count != length) {
            throw new ProtocolException(
                    Fault.WRONG_LENGTH, "field \"" + field + "\": expected " + length + " numbers, got " + count);
        }
        return value;
    }

    private String string() throws ProtocolException {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    private void expect(String field, JsonToken expected, String description) throws ProtocolException {
        if (!isAt(expected)) {
            throw new ProtocolException(
                    Fault.WRONG_TYPE,
                    "field \"" + field + "\": expected " + description + ", got " + kind(parser.currentToken()));
        }
    }

    /** What a value is, for people. */
    static String kind(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT -> "no value";
        };
    }

    /** A name or number of the peer's as it can be given back: short, and whole characters. */
    private static String shown(String text) {
        String shortened = text.length() > 24 ? text.substring(0, 24) + "…" : text;
        return Text.faultIn(shortened) == null ? shortened : "?";
    }
}
