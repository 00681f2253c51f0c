package io.monorelay.protocol;

import static io.monorelay.protocol.ContentsReader.present;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Reads the outermost object of a text, whose members may come in any order, and tells from them what it is. */
final class EnvelopeReader implements JsonCursor.Members {
    private static final byte[] MESSAGE_NAME = "\"message\":".getBytes(US_ASCII);

    private final JsonCursor cursor;
    private final byte[] array;
    private final int offset;
    private final int end;

    // of a message
    private DecodedMessage.@Nullable Contents contents;
    private int contentsOffset;
    private int contentsLength;
    private JsonCursor.@Nullable Octets signature;
    private @Nullable Long position;

    // of a v1 handshake
    private HandshakeReader.@Nullable Initiator initiator;
    private @Nullable NodeKey responderKey;
    private @Nullable String textToSign;

    // of an answer
    private @Nullable Long code;
    private @Nullable String info;
    private @Nullable MessageId id;
    private @Nullable String receiver;
    private @Nullable String durability;
    private @Nullable Long retryAfterMillis;

    // of any frame that is one member
    private @Nullable Inbound only;

    EnvelopeReader(JsonCursor cursor, byte[] array, int offset, int end) {
        this.cursor = cursor;
        this.array = array;
        this.offset = offset;
        this.end = end;
    }

    Inbound read() throws ProtocolException {
        JsonToken first = cursor.next();
        if (first == null) {
            throw new ProtocolException(Fault.MALFORMED_JSON, "expected a JSON object, got nothing");
        }
        if (first != JsonToken.START_OBJECT) {
            throw new ProtocolException(Fault.UNKNOWN_SHAPE, "expected a JSON object, got " + JsonCursor.kind(first));
        }
        cursor.object("", this);
        if (cursor.next() != null) {
            throw new ProtocolException(Fault.MALFORMED_JSON, "expected nothing after the JSON object");
        }
        return shape();
    }

    @Override
    public boolean read(String name) throws ProtocolException {
        switch (name) {
            case "message" -> message();
            case "signature" -> signature = cursor.octets(name, HandshakeReader.SIGNATURE_BYTES);
            case "position" -> position = cursor.count(name);
            case "initiator" -> initiator = new HandshakeReader(cursor).initiator();
            case "responder_key" -> responderKey = cursor.key(name);
            case "code" -> code = cursor.number(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "info" -> info = cursor.text(name);
            case "id" -> id = FlowReader.id(name, cursor.text(name));
            case "receiver" -> receiver = cursor.textOrNull(name);
            case "durability" -> durability = cursor.textOrNull(name);
            case "retry_after_ms" -> retryAfterMillis = cursor.countOrNull(name);
            case "handshake" -> only(new HandshakeReader(cursor).handshake());
            case "hello" -> only(new HandshakeReader(cursor).hello());
            case "welcome" -> only(new HandshakeReader(cursor).welcome());
            case "ack" -> only(new FlowReader(cursor).ack());
            case "gap" -> only(new FlowReader(cursor).gap());
            case "drain" -> only(new FlowReader(cursor).drain());
            case "fetch" -> only(new FlowReader(cursor).fetch());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void message() throws ProtocolException {
        if (cursor.isAt(JsonToken.VALUE_STRING)) {
            textToSign = cursor.text("message");
            return;
        }
        contentsOffset = cursor.tokenStart();
        contents = new ContentsReader(cursor).read();
        contentsLength = cursor.tokenEnd() - contentsOffset;
    }

    private void only(Inbound inbound) throws ProtocolException {
        if (only != null) {
            throw new ProtocolException(Fault.UNKNOWN_SHAPE, "expected one thing in a frame, got two");
        }
        only = inbound;
    }

    private Inbound shape() throws ProtocolException {
        if (only != null) {
            return only;
        }
        if (initiator != null || responderKey != null) {
            return handshakeV1();
        }
        if (contents != null || signature != null) {
            return position == null ? new Inbound.Publish(decoded()) : new Inbound.Delivery(position, decoded());
        }
        if (code != null) {
            return new Inbound.Refusal(code.intValue(), present("info", info), id, retryAfterMillis);
        }
        if (info != null) {
            return new Inbound.Success(info, id, position, receiver, durability);
        }
        if (position != null && id != null) {
            return new Inbound.Announcement(position, id);
        }
        throw new ProtocolException(
                Fault.UNKNOWN_SHAPE, "expected the members of a message, a handshake or an answer, got none of them");
    }

    private Inbound handshakeV1() throws ProtocolException {
        HandshakeReader.Initiator from = present("initiator", initiator);
        String text = present("message", textToSign);
        if (responderKey == null) {
            return new Inbound.HandshakeRequestV1(from.key(), from.ref(), text);
        }
        byte[] proof = present("signature", signature).value();
        return new Inbound.HandshakeResponseV1(from.key(), from.ref(), responderKey, text, proof);
    }

    private DecodedMessage decoded() throws ProtocolException {
        if (textToSign != null) {
            throw new ProtocolException(Fault.WRONG_TYPE, "field \"message\": expected an object, got a string");
        }
        DecodedMessage.Contents said = present("message", contents);
        JsonCursor.Octets proof = present("signature", signature);
        ContentsReader.sameForm("signature", said.form(), proof.form());
        return new DecodedMessage(said, source(said.form(), proof.value()), proof.value());
    }

    /** Finds out whether message and signature are written side by side exactly as they are to be relayed. */
    private DecodedMessage.Source source(Form form, byte[] proof) {
        byte[] tail =
                new JsonText(320).raw(",\"signature\":").octets(proof, form).toBytes();
        int from = contentsOffset - MESSAGE_NAME.length;
        int contentsEnd = contentsOffset + contentsLength;
        boolean asRelayed = stands(MESSAGE_NAME, from) && stands(tail, contentsEnd);
        return asRelayed ? source(from, contentsEnd + tail.length - from) : source(-1, 0);
    }

    private DecodedMessage.Source source(int membersOffset, int membersLength) {
        return new DecodedMessage.Source(array, contentsOffset, contentsLength, membersOffset, membersLength);
    }

    private boolean stands(byte[] text, int at) {
        boolean inside = at >= offset && at + text.length <= end;
        return inside && Arrays.equals(array, at, at + text.length, text, 0, text.length);
    }
}
