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
            String value = Parameters.single(name, parameter.getValue());
            switch (name) {
                case "after" -> after = Parameters.number(name, value, 0, Long.MAX_VALUE);
                case "limit" -> limit = Parameters.number(name, value, 1, MAX_MESSAGES);
                case "sender" -> sender = Parameters.key(name, value);
                case "receiver" ->
                    throw new ProtocolException(
                            Fault.NOT_FOR_STRANGERS,
                            "messages to one node are handed to that node alone, over a WebSocket on which it has proven"
                                    + " its key");
                default -> throw Parameters.unknown(name, "after, limit or sender");
            }
        }
        return new PageRequest(after, (int) limit, sender);
    }

    /** The question to the store. */
    HistoryQuery upTo(long through) {
        return new HistoryQuery(after, through, limit, MAX_BYTES, new Selection(true, null, sender, null));
    }
}
