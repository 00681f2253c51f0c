package io.monorelay.bench.siege;

import io.monorelay.bench.process.OwnRelay;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Server;
import io.monorelay.bench.yardstick.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Attacks a relay that serves honest nodes. */
@Command(
        name = "siege",
        sortOptions = false,
        customSynopsis = "scripts/siege [ATTACK...] [OPTION...]",
        description = {
            "Starts a relay, lets honest nodes publish and receive through it, and attacks it, with all that --list names or"
                    + " those named: for each attack first some seconds of calm, then the attack, then it waits until the"
                    + " relay has given back what it took.",
            "",
            "Good when no honest message was lost, repeated or out of order, when the honest p99 stayed within twice that of"
                    + " the calm (or below 50 ms), when who came meanwhile was let in within a second, when memory stayed"
                    + " within its bounds and came back with connections and descriptors, and when the attackers were"
                    + " refused as they should be, and counted.",
            "",
            "Attackers are at 127.66.x.x, honest nodes at 127.0.0.1, so that the relay's limits of one address or network,"
                    + " from which it exempts nobody here, hold for each of them apart. Linux."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class SiegeCommand implements Callable<Integer> {
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final int MOST_NODES = 100;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ATTACK", arity = "0..*", description = "as --list names them; default: all")
    private @Nullable List<String> names;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            paramLabel = "N",
            description = "of each attack, but for those that need longer; default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--calm",
            defaultValue = "8",
            paramLabel = "SECONDS",
            description = "before each attack; default: ${DEFAULT-VALUE}")
    private int calm;

    @Option(
            names = "--nodes",
            defaultValue = "20",
            paramLabel = "N",
            description = "honest nodes, a fifth of them as an original node; default: ${DEFAULT-VALUE}")
    private int nodes;

    @Option(
            names = "--rate",
            defaultValue = "100",
            paramLabel = "RATE",
            description = "messages a second of all honest nodes together; default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(names = "--list", description = "names the attacks, and ends")
    private boolean list;

    @Option(names = "--json", paramLabel = "FILE", description = "writes everything that was found")
    private @Nullable Path json;

    @Option(names = "--keep", description = "writes the table and the figures to relay-bench/results/DATE-MACHINE")
    private boolean keep;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            Attacks.all().forEach(attack -> out.println(SiegeReport.line(attack)));
            out.flush();
            return 0;
        }
        if (seconds < 1 || calm < 1 || nodes < 2 || nodes > MOST_NODES || !(rate > 0)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds " + seconds + " --calm " + calm + " --nodes " + nodes + " --rate " + rate
                            + ", expected at least 1, 1, 2 to " + MOST_NODES + ", and more than 0");
        }
        List<Attack> attacks = attacks();
        int port = Server.lastingPort();
        List<String> settings = settings(port);
        return OwnRelay.during(project(), port, settings, spec.commandLine().getErr(), own -> {
            Target target = new Target(
                    own.address(), OptionalLong.of(own.pid()), project().vectors());
            return siege(target, attacks, settings);
        });
    }

    /** What differs from the defaults: nobody is exempt from limits, the relay knows its address, and it compresses. */
    private static List<String> settings(int port) {
        return List.of(
                "--access.exempt=", "--node.public-addresses=ws://127.0.0.1:" + port, "--compression.enabled=true");
    }

    private List<Attack> attacks() {
        if (names == null || names.isEmpty()) {
            return Attacks.all();
        }
        return names.stream().map(this::attack).toList();
    }

    private Attack attack(String name) {
        return Attacks.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "there is no attack " + name + ", expected one that --list names"));
    }

    private Project project() {
        return projectOption.project();
    }

    private int siege(Target target, List<Attack> attacks, List<String> settings)
            throws IOException, InterruptedException, RunException {
        Plan plan = new Plan(
                nodes,
                rate,
                WARM_UP,
                Duration.ofSeconds(calm),
                Duration.ofSeconds(seconds),
                ThreadLocalRandom.current().nextLong());
        PrintWriter out = spec.commandLine().getOut();
        List<Verdict> verdicts = new ArrayList<>();
        Map<String, String> skipped = new LinkedHashMap<>();
        try (Siege siege = Siege.of(target, plan)) {
            for (Attack attack : attacks) {
                if (attack.obstacle().isPresent()) {
                    skipped.put(attack.name(), attack.obstacle().get());
                    continue;
                }
                Verdict verdict = siege.suffer(attack);
                out.print(SiegeReport.text(verdict));
                out.flush();
                verdicts.add(verdict);
            }
        }
        List<String> circumstances = List.of(
                nodes + " honest nodes publish " + rate
                        + " messages/s of 128 bytes together, a fifth of the nodes are as an"
                        + " original; the relay in another process, over loopback, attackers and honest nodes in one",
                "settings: " + String.join(" ", settings));
        return report(new SiegeReport(
                LocalDate.now(ZoneOffset.UTC), Machine.here(project()), circumstances, verdicts, skipped));
    }

    private int report(SiegeReport report) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.print(report.table());
        out.flush();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        if (keep) {
            Results.of(project(), report.date(), report.machine().shortName(), false)
                    .write("siege", report.markdown(), report.json(), out);
        }
        return report.isGood() ? 0 : 1;
    }
}
