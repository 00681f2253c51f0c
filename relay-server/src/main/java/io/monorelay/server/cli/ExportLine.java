package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.store.StoreSummary;
import io.monorelay.server.store.StoredRow;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The lines of an export, each a JSON object:
 *
 * <pre>
 * {"reserved_through":R,"removed_through":M}                                   once, first
 * {"position":P,"id":hex,"accepted_at":ms,"message":…,"signature":…}           a message, byte for byte as it was signed
 * {"position":P,"id":hex,"accepted_at":ms,"members_base64":…}                  one that was signed with line breaks in it
 * {"node":key,"processed_through":P}                                           a remembered position
 * </pre>
 */
final class ExportLine {
    static final String RESERVED = "reserved_through";
    static final String REMOVED = "removed_through";
    static final String POSITION = "position";
    static final String ID = "id";
    static final String ACCEPTED_AT = "accepted_at";
    static final String MEMBERS = "members_base64";
    static final String NODE = "node";
    static final String PROCESSED = "processed_through";

    private ExportLine() {}

    static String start(StoreSummary store) {
        return "{\"" + RESERVED + "\":" + store.reservedThrough() + ",\"" + REMOVED + "\":" + store.removedThrough()
                + "}";
    }

    static String message(StoredRow row) {
        return "{\"" + POSITION + "\":" + row.position() + ",\"" + ID + "\":\""
                + HexFormat.of().formatHex(row.id()) + "\",\"" + ACCEPTED_AT + "\":" + row.acceptedAtMillis() + ","
                + members(row.members()) + "}";
    }

    private static String members(byte[] members) {
        for (byte octet : members) {
            if (octet == '\n' || octet == '\r') {
                return "\"" + MEMBERS + "\":\"" + Base64.getEncoder().encodeToString(members) + "\"";
            }
        }
        return new String(members, UTF_8);
    }

    static String remembered(NodeKey node, long position) {
        return "{\"" + NODE + "\":\"" + node + "\",\"" + PROCESSED + "\":" + position + "}";
    }
}
