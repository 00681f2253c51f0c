package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import io.monorelay.bench.yardstick.Machine;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is written down about a siege.
 *
 * @param circumstances lines that say what the relay was run with
 * @param skipped attacks that could not be made, each with the reason
 */
record SiegeReport(
        LocalDate date,
        Machine machine,
        List<String> circumstances,
        List<Verdict> verdicts,
        Map<String, String> skipped) {
    private static final double BYTES_A_MB = 1e6;

    boolean isGood() {
        return verdicts.stream().allMatch(Verdict::isGood);
    }

    /** For a list. */
    static String line(Attack attack) {
        return String.format(Locale.ROOT, "%-20s %s", attack.name(), attack.what());
    }

    /** What was found of one, for people on a terminal. */
    static String text(Verdict verdict) {
        StringBuilder text = new StringBuilder();
        text.append(verdict.attack().name())
                .append(": ")
                .append(verdict.attack().what())
                .append('\n');
        for (Finding finding : verdict.findings()) {
            text.append(finding.isGood() ? "  ok    " : "  FAIL  ");
            text.append(finding.what()).append(": ").append(finding.text()).append('\n');
        }
        return text.append("  attackers saw ")
                .append(verdict.aftermath().outcomes().text())
                .append("\n\n")
                .toString();
    }

    /** A line for each, for people on a terminal. */
    String table() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-20s %10s %10s %10s %10s %12s %8s  %s%n",
                "attack",
                "honest/s",
                "attack/s",
                "calm p99",
                "p99, ms",
                "relay cores",
                "RSS MB",
                "verdict"));
        for (Verdict verdict : verdicts) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-20s %10.0f %10.0f %10.1f %10.1f %5.2f → %4.2f %8.0f  %s%n",
                    verdict.attack().name(),
                    verdict.hours().attack().publishedPerSecond(),
                    verdict.attacksPerSecond(),
                    verdict.hours().calm().p99Millis(),
                    verdict.hours().attack().p99Millis(),
                    verdict.hours().calm().cores(),
                    verdict.hours().attack().cores(),
                    verdict.hours().attack().residentBytes() / BYTES_A_MB,
                    judged(verdict)));
        }
        skipped.forEach((name, why) -> text.append(String.format(Locale.ROOT, "%-20s skipped: %s%n", name, why)));
        return text.append(isGood() ? "good\n" : "not good\n").toString();
    }

    private static String judged(Verdict verdict) {
        List<String> bad = verdict.findings().stream()
                .filter(finding -> !finding.isGood())
                .map(Finding::what)
                .toList();
        return bad.isEmpty() ? "good" : "not good: " + String.join(", ", bad);
    }

    /** The same in Markdown, with what each attack does. */
    String markdown() {
        StringBuilder text = new StringBuilder("# Siege, " + date + "\n\n" + machine.markdown());
        circumstances.forEach(line -> text.append("- ").append(line).append('\n'));
        text.append(
                "\n| attack | what is done | honest messages/s | p99 before → under attack, ms | relay, cores | RSS, MB |"
                        + " verdict |\n|---|---|---:|---:|---:|---:|---|\n");
        for (Verdict verdict : verdicts) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %.1f → %.1f | %.2f → %.2f | %.0f → %.0f | %s |%n",
                    verdict.attack().name(),
                    verdict.attack().what(),
                    verdict.hours().attack().publishedPerSecond(),
                    verdict.hours().calm().p99Millis(),
                    verdict.hours().attack().p99Millis(),
                    verdict.hours().calm().cores(),
                    verdict.hours().attack().cores(),
                    verdict.hours().calm().residentBytes() / BYTES_A_MB,
                    verdict.hours().attack().residentBytes() / BYTES_A_MB,
                    judged(verdict)));
        }
        skipped.forEach((name, why) -> text.append("| ")
                .append(name)
                .append(" | skipped: ")
                .append(why)
                .append(" |\n"));
        return text.toString();
    }

    /** For programs: everything that is in the texts. */
    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("date", date.toString());
        all.put("machine", machine);
        all.put("circumstances", circumstances);
        all.put("good", isGood());
        all.put("attacks", verdicts.stream().map(Verdict::raw).toList());
        all.put("skipped", skipped);
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
    }
}
