package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.StoredMessage;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a line of an export says, checked. */
sealed interface ImportedLine {
    /** Where the positions of the exported store stood. */
    record Start(long reservedThrough, long removedThrough) implements ImportedLine {}

    /** A message whose signature is right. */
    record Message(StoredMessage message) implements ImportedLine {}

    /** Up to where a node has processed everything. */
    record Remembered(NodeKey node, long position) implements ImportedLine {}

    /** A line that is none of these, or not true. */
    record Wrong(String why) implements ImportedLine {}

    /** Reads a line. Any thread. */
    static ImportedLine of(String line, RowCheck check) {
        try {
            JsonNode json = JsonMapper.shared().readTree(line);
            if (json.has(ExportLine.RESERVED)) {
                return new Start(number(json, ExportLine.RESERVED), number(json, ExportLine.REMOVED));
            }
            if (json.has(ExportLine.NODE)) {
                NodeKey node = NodeKey.parse(json.path(ExportLine.NODE).asString(""));
                return new Remembered(node, number(json, ExportLine.PROCESSED));
            }
            return message(line, json, check);
        } catch (JacksonException notJson) {
            return new Wrong("not JSON");
        } catch (ProtocolException fault) {
            return new Wrong(fault.info());
        } catch (IllegalArgumentException wrong) {
            return new Wrong(String.valueOf(wrong.getMessage()));
        }
    }

    private static ImportedLine message(String line, JsonNode json, RowCheck check) throws ProtocolException {
        VerifiedMessage message = check.verified(decoded(line, json, check));
        String id = json.path(ExportLine.ID).asString(message.id().toString());
        if (!id.equalsIgnoreCase(message.id().toString())) {
            return new Wrong("its id is not that of its contents, " + message.id());
        }
        return new Message(new StoredMessage(
                number(json, ExportLine.POSITION),
                message.id(),
                message.sender(),
                message.receiver(),
                message.form(),
                number(json, ExportLine.ACCEPTED_AT),
                message.timeEpochSecond(),
                RowCheck.membersOf(message)));
    }

    private static DecodedMessage decoded(String line, JsonNode json, RowCheck check) throws ProtocolException {
        JsonNode encoded = json.path(ExportLine.MEMBERS);
        byte[] text = line.getBytes(UTF_8);
        if (encoded.isString()) {
            byte[] members = Base64.getDecoder().decode(encoded.asString());
            text = MessageEncoder.untyped(members, 0, members.length);
        }
        return switch (check.decode(text)) {
            case Inbound.Delivery delivery -> delivery.message();
            case Inbound.Publish publish -> publish.message();
            default -> throw new IllegalArgumentException("expected {\"position\":…,\"message\":…,\"signature\":…}");
        };
    }

    private static long number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
            throw new IllegalArgumentException("field \"" + field + "\": expected a whole number from 0");
        }
        return value.asLong();
    }
}
