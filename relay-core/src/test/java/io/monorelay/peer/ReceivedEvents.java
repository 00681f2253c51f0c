package io.monorelay.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What the reader of an event stream makes of the bytes it gets (WHATWG HTML, section 9.2.6): the data of each event. It
 * checks that a gap comes as an event of its own kind, and everything else as a message.
 */
public final class ReceivedEvents {
    private final StringBuilder line = new StringBuilder();
    private final List<String> data = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private String event = "";
    private String lastId = "";

    /** Reads on, and returns the data of all events since the beginning. */
    public List<String> read(ByteBuf in) {
        in.readCharSequence(in.readableBytes(), UTF_8).chars().forEach(character -> on((char) character));
        in.discardReadBytes();
        return texts;
    }

    /** Where a reader that comes back goes on; empty when it has got nothing. */
    public String lastId() {
        return lastId;
    }

    private void on(char character) {
        assertThat(character)
                .as("a line that does not end as those of the relay do")
                .isNotEqualTo('\r');
        if (character == '\n') {
            onLine(line.toString());
            line.setLength(0);
        } else {
            line.append(character);
        }
    }

    private void onLine(String text) {
        if (text.isEmpty()) {
            dispatch();
        } else if (!text.startsWith(":")) {
            String[] field = text.split(": ", 2);
            switch (field[0]) {
                case "id" -> lastId = field[1];
                case "event" -> event = field[1];
                case "data" -> data.add(field[1]);
                default -> throw new AssertionError("no event of the relay has a field as in \"" + text + "\"");
            }
        }
    }

    private void dispatch() {
        if (!data.isEmpty()) {
            String text = String.join("\n", data);
            assertThat(event).as("kind of event of %s", text).isEqualTo(text.startsWith("{\"gap\":") ? "gap" : "");
            texts.add(text);
        }
        data.clear();
        event = "";
    }
}
