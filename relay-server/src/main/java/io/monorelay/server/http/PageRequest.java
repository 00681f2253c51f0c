package io.monorelay.server.http;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Selection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which part of history a client asks for.
 *
 * @param after messages behind this position
 * @param limit at most so many
 * @param sender of this node alone, or null: of all
 */
record PageRequest(long after, int limit, @Nullable NodeKey sender) {
    static final int MAX_MESSAGES = 1000;
    static final int MAX_BYTES = 1 << 20;

    private static final int DEFAULT_MESSAGES = 100;

    static PageRequest of(Map<String, List<String>> parameters) throws ProtocolException {
        long after = 0;
        long limit = DEFAULT_MESSAGES;
        NodeKey sender = null;
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            String value = single(name, parameter.getValue());
            switch (name) {
                case "after" -> after = number(name, value, 0, Long.MAX_VALUE);
                case "limit" -> limit = number(name, value, 1, MAX_MESSAGES);
                case "sender" -> sender = key(name, value);
                case "receiver" ->
                    throw new ProtocolException(
                            Fault.NOT_FOR_STRANGERS,
                            "messages to one node are handed to that node alone, over a WebSocket on which it has proven"
                                    + " its key");
                default ->
                    throw bad(
                            "unknown parameter \"" + RequestTarget.shown(name) + "\", expected after, limit or sender");
            }
        }
        return new PageRequest(after, (int) limit, sender);
    }

    private static String single(String name, List<String> values) throws ProtocolException {
        if (values.size() > 1) {
            throw bad("parameter \"" + RequestTarget.shown(name) + "\": there " + values.size() + " times");
        }
        return values.get(0);
    }

    private static long number(String name, String value, long least, long most) throws ProtocolException {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, as for one out of range.
        }
        throw bad("parameter \"" + name + "\": expected a whole number from " + least + " to " + most + ", got \""
                + RequestTarget.shown(value) + "\"");
    }

    private static NodeKey key(String name, String value) throws ProtocolException {
        try {
            return NodeKey.parse(value);
        } catch (IllegalArgumentException neither) {
            throw bad("parameter \"" + name + "\": expected a key as 43 characters of unpadded base64url or 64 hex"
                    + " digits, got \"" + RequestTarget.shown(value) + "\"");
        }
    }

    private static ProtocolException bad(String info) {
        return new ProtocolException(Fault.BAD_PARAMETER, info);
    }

    /** The question to the store. */
    HistoryQuery upTo(long through) {
        return new HistoryQuery(after, through, limit, MAX_BYTES, new Selection(true, null, sender, null));
    }
}
