package io.monorelay.protocol;

import tools.jackson.core.json.JsonFactory;

/**
 * Turns the text of a frame or a body into what it says, or refuses it with the exact fault. Stricter than an original
 * node on purpose: numbers outside 0…255, wrong lengths, invalid UTF-8, unreadable times, duplicate members, trailing
 * bytes and NULs are faults. Members that it does not know are passed over, with or without a {@code _type}. Any thread
 * may call.
 */
public final class InboundDecoder {
    private final Limits limits;
    private final JsonFactory factory;

    public InboundDecoder(Limits limits) {
        this.limits = limits;
        this.factory = JsonCursor.factory(limits);
    }

    /** Decodes a whole array; see {@link #decode(byte[], int, int)}. */
    public Inbound decode(byte[] utf8) throws ProtocolException {
        return decode(utf8, 0, utf8.length);
    }

    /**
     * Decodes bytes that nobody has looked at. A message that is decoded keeps the array, which must not change from then
     * on.
     *
     * @throws ProtocolException with what was wrong and what was expected
     */
    public Inbound decode(byte[] array, int offset, int length) throws ProtocolException {
        checkLength(length);
        if (!Utf8Validator.isValid(array, offset, offset + length)) {
            throw new ProtocolException(Fault.INVALID_UTF8, "not UTF-8");
        }
        return decodeText(array, offset, length);
    }

    /**
     * Decodes a text that is known to be UTF-8, as what a WebSocket delivers is; otherwise as
     * {@link #decode(byte[], int, int)}.
     *
     * @throws ProtocolException with what was wrong and what was expected
     */
    public Inbound decodeChecked(byte[] utf8) throws ProtocolException {
        checkLength(utf8.length);
        return decodeText(utf8, 0, utf8.length);
    }

    private void checkLength(int length) throws ProtocolException {
        if (length > limits.maxFrameBytes()) {
            throw new ProtocolException(
                    Fault.TOO_LARGE, length + " bytes, at most " + limits.maxFrameBytes() + " are accepted");
        }
    }

    private Inbound decodeText(byte[] array, int offset, int length) throws ProtocolException {
        Inbound canonical = CanonicalScanner.scan(array, offset, length);
        return canonical != null ? canonical : decodeAny(array, offset, length);
    }

    /** Decodes a text by the general way alone. */
    Inbound decodeAny(byte[] array, int offset, int length) throws ProtocolException {
        try (JsonCursor cursor = new JsonCursor(factory, limits, array, offset, length)) {
            return new EnvelopeReader(cursor, array, offset, offset + length).read();
        }
    }
}
