package io.monorelay.server.cli;

import io.monorelay.refs.Conduct;
import io.monorelay.refs.HttpReference;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What is printed about references: a table for people, or a JSON object a line. */
final class ReferenceLines {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MICROS_PER_MILLI = 1_000;
    private static final int LAST_UNIT = 2;

    private ReferenceLines() {}

    static List<String> table(List<HttpReference> references, Instant now) {
        List<String> lines = new ArrayList<>();
        if (references.isEmpty()) {
            lines.add("no references");
            return lines;
        }
        lines.add(row("TRUST", "LEVEL", "TOOK", "FAILED", "INVALID", "LATENCY", "LAST GOOD", "STATE", "ADDRESS"));
        for (HttpReference reference : references) {
            Conduct conduct = reference.conduct();
            lines.add(row(
                    Math.round(100 * conduct.trust(now)) + " %",
                    level(reference),
                    conduct.successes(),
                    conduct.failures(),
                    conduct.grudge().offences(),
                    latency(conduct),
                    ago(conduct.lastGood(), now),
                    state(conduct, now),
                    Lines.printable(reference.uri().toString())));
        }
        return lines;
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%-5s  %-5s  %8s  %8s  %7s  %8s  %-12s  %-18s  %s", cells);
    }

    private static String level(HttpReference reference) {
        return reference.level().name().toLowerCase(Locale.ROOT);
    }

    private static String latency(Conduct conduct) {
        if (conduct.latencyMicros() == 0) {
            return "-";
        }
        return String.format(Locale.ROOT, "%.1f ms", (double) conduct.latencyMicros() / MICROS_PER_MILLI);
    }

    private static String state(Conduct conduct, Instant now) {
        if (conduct.isAvoided(now)) {
            return "avoided for "
                    + length(Duration.between(now, conduct.grudge().avoidedUntil())
                            .plusSeconds(1));
        }
        return conduct.isFailing() ? "failed " + conduct.failuresInARow() + " times" : "good";
    }

    private static String ago(Instant then, Instant now) {
        return length(Duration.between(then, now)) + " ago";
    }

    /** In the largest unit of which there are at least two. */
    private static String length(Duration time) {
        if (time.toDays() >= LAST_UNIT) {
            return time.toDays() + " d";
        }
        if (time.toHours() >= LAST_UNIT) {
            return time.toHours() + " h";
        }
        return time.toMinutes() >= LAST_UNIT ? time.toMinutes() + " min" : Math.max(time.toSeconds(), 0) + " s";
    }

    static String json(HttpReference reference, Instant now) {
        Conduct conduct = reference.conduct();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("uri", reference.uri().toString());
            json.writeStringProperty("key", reference.key().toString());
            json.writeStringProperty("level", level(reference));
            json.writeNumberProperty("trust", conduct.trust(now));
            json.writeNumberProperty("successes", conduct.successes());
            json.writeNumberProperty("failures", conduct.failures());
            json.writeNumberProperty("failures_in_a_row", conduct.failuresInARow());
            json.writeNumberProperty("offences", conduct.grudge().offences());
            json.writeNumberProperty("latency_us", conduct.latencyMicros());
            json.writeStringProperty("last_good", conduct.lastGood().toString());
            json.writeBooleanProperty("avoided", conduct.isAvoided(now));
            if (conduct.isAvoided(now)) {
                json.writeStringProperty(
                        "avoided_until", conduct.grudge().avoidedUntil().toString());
            }
            json.writeEndObject();
        }
        return text.toString();
    }
}
