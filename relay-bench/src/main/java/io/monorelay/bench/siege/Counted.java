package io.monorelay.bench.siege;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** By how much the counters of a relay's page rose from one look at it to a later one. */
record Counted(JsonNode before, JsonNode after) {
    /** @param group and {@code name} as the page has them, such as "faults" and "too_large" */
    long of(String group, String name) {
        return at(after, group, name) - at(before, group, name);
    }

    /** All of a group together. */
    long of(String group) {
        return sum(after, group) - sum(before, group);
    }

    private static long at(JsonNode page, String group, String name) {
        return page.path("totals").path(group).path(name).asLong(0);
    }

    private static long sum(JsonNode page, String group) {
        return page.path("totals")
                .path(group)
                .valueStream()
                .mapToLong(count -> count.asLong(0))
                .sum();
    }

    /** How many connections there were at the second look. */
    static int connections(JsonNode page) {
        return page.path("connections").asInt(0);
    }

    /** What no peer can cause: bugs, and failures of the store. */
    long errors() {
        return of("storage", "failures") + of("faults", "internal") + of("closes", "internal_error");
    }

    /** All that have risen and say that something was refused. */
    Map<String, Long> refusals() {
        Map<String, Long> risen = new TreeMap<>();
        for (String group : new String[] {"faults", "refusals", "closes", "drops"}) {
            for (String name : after.path("totals").path(group).propertyNames()) {
                long count = of(group, name);
                if (count > 0) {
                    risen.put(group + "." + name, count);
                }
            }
        }
        return risen;
    }
}
