package io.monorelay.bench.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** What is written down about a soak: a page for people, its picture, and the samples. */
final class SoakReport {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Soak: {{title}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 1140px; margin: 2em auto; padding: 0 1em; color: #222 }
            td { padding: .2em 1.2em .2em 0; vertical-align: top }
            pre { background: #f4f4f4; padding: 1em; overflow: auto }
            img { max-width: 100% }
            .good { color: #17692f } .bad { color: #b3201b; font-weight: bold }
            </style>
            <h1>Soak: {{title}}</h1>
            <p>{{when}} · {{machine}}
            <p class="{{class}}">{{verdict}}
            <table>
            {{findings}}</table>
            <pre>{{load}}</pre>
            <img alt="The relay over time" src="data:image/png;base64,{{png}}">
            </html>
            """;

    private final String title;
    private final String machine;
    private final Outcome outcome;

    SoakReport(String title, String machine, Outcome outcome) {
        this.title = title;
        this.machine = machine;
        this.outcome = outcome;
    }

    /** For people, on a terminal. */
    String text() {
        StringBuilder text = new StringBuilder(outcome.load().text());
        text.append('\n');
        for (Finding finding : outcome.findings()) {
            text.append(finding.isGood() ? "ok    " : "FAIL  ");
            text.append(finding.what()).append(": ").append(finding.text()).append('\n');
        }
        return text.append(outcome.isGood() ? "good\n" : "not good\n").toString();
    }

    /** Writes {@code report.html}, which needs nothing beside it, {@code soak.png} and {@code samples.json}. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        byte[] png = new Charts(outcome.samples()).png();
        Files.write(directory.resolve("soak.png"), png);
        Files.writeString(directory.resolve("report.html"), html(png), UTF_8);
        Files.writeString(directory.resolve("samples.json"), json(), UTF_8);
    }

    private String html(byte[] png) {
        String findings = outcome.findings().stream().map(SoakReport::row).collect(Collectors.joining());
        return PAGE.replace("{{title}}", escaped(title))
                .replace(
                        "{{when}}",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .replace("{{machine}}", escaped(machine))
                .replace("{{class}}", outcome.isGood() ? "good" : "bad")
                .replace("{{verdict}}", outcome.isGood() ? "good" : "not good")
                .replace("{{findings}}", findings)
                .replace("{{load}}", escaped(outcome.load().text()))
                .replace("{{png}}", Base64.getEncoder().encodeToString(png));
    }

    private static String row(Finding finding) {
        return "<tr><td class=\"" + (finding.isGood() ? "good\">ok" : "bad\">FAIL") + "<td>" + escaped(finding.what())
                + "<td>" + escaped(finding.text()) + "\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private String json() {
        List<Sample> samples = outcome.samples();
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(samples) + "\n";
    }
}
