package io.monorelay.bench.siege;

import io.monorelay.bench.load.LoadResult;
import io.monorelay.bench.report.Finding;
import java.time.Duration;

/**
 * What there is to judge when an attack is over.
 *
 * @param length of the attack
 * @param outcomes as the attackers saw them
 * @param counted by the relay meanwhile
 * @param load what became of the honest nodes' messages
 * @param nodes how many honest nodes there were
 */
record Aftermath(Duration length, Outcomes outcomes, Counted counted, LoadResult load, int nodes) {
    /** Something that must have come so often at least, as the attackers saw it. */
    Finding seen(String what, long least, String... outcome) {
        long seen = 0;
        for (String each : outcome) {
            seen += outcomes.of(each);
        }
        return new Finding(what, seen >= least && seen > 0, seen + " of " + least);
    }

    /** Something that must not have come. */
    Finding never(String what, String outcome) {
        return new Finding(what, outcomes.of(outcome) == 0, outcomes.of(outcome) + " times");
    }

    /** Something that the relay must have counted so often at least, and once in any case. */
    Finding counted(String group, String name, long least) {
        long count = counted.of(group, name);
        return new Finding(
                "counted as " + group + "." + name,
                count >= Math.max(1, least),
                count + ", expected at least " + Math.max(1, least));
    }
}
