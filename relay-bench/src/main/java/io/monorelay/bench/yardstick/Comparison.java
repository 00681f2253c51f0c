package io.monorelay.bench.yardstick;

import io.monorelay.bench.messages.MessageFile;
import io.monorelay.bench.messages.SignedMessages;
import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.protocol.Form;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Measures all servers in turn, so that a change of the machine's mood meets each of them. Used by one thread, which may
 * block.
 */
final class Comparison {
    private final Measurement measurement;
    private final List<Contender> contenders;
    private final Plan plan;
    private final Scratch scratch;
    private final Progress progress;

    Comparison(Measurement measurement, List<Contender> contenders, Plan plan, Scratch scratch, Progress progress) {
        this.measurement = measurement;
        this.contenders = contenders;
        this.plan = plan;
        this.scratch = scratch;
        this.progress = progress;
    }

    Runs run(List<Workload> workloads) throws IOException, InterruptedException {
        List<Run> runs = new ArrayList<>();
        for (Workload workload : workloads) {
            // Signed for each workload anew, since a relay takes no old messages.
            Path messages = sign(workload, plan, scratch, progress);
            runs.addAll(run(workload, messages));
            Files.deleteIfExists(messages);
        }
        return new Runs(runs);
    }

    private List<Run> run(Workload workload, Path messages) throws IOException, InterruptedException {
        List<Run> runs = new ArrayList<>();
        // One that has failed would fail again, and keep the others waiting.
        Set<Contender> failed = EnumSet.noneOf(Contender.class);
        for (int number = 1; number <= plan.runs(); number++) {
            for (Contender contender : contenders) {
                if (contender.whyNot(workload).isEmpty() && !failed.contains(contender)) {
                    Run run = run(workload, contender, number, messages);
                    runs.add(run);
                    if (run.failed()) {
                        failed.add(contender);
                    }
                }
            }
        }
        return runs;
    }

    private Run run(Workload workload, Contender contender, int number, Path messages)
            throws IOException, InterruptedException {
        Run run = measured(workload, contender, number, messages);
        progress.say(run.name() + ": " + inWords(run));
        return run;
    }

    private Run measured(Workload workload, Contender contender, int number, Path messages)
            throws IOException, InterruptedException {
        try {
            return measurement.run(workload, contender, number, messages);
        } catch (RunException e) {
            return Run.failed(workload, contender, number, String.valueOf(e.getMessage()));
        }
    }

    private static String inWords(Run run) {
        String flaws = String.join(", ", run.flaws());
        if (run.failed()) {
            return flaws;
        }
        Figure first = Figure.of(run.workload()).getFirst();
        String value = first.over(List.of(run)).text(first.pattern()) + " " + first.title();
        return flaws.isEmpty() ? value : value + "; not to be trusted: " + flaws;
    }

    /** A file of messages, enough for one run; empty for a workload that publishes none. */
    static Path sign(Workload workload, Plan plan, Scratch scratch, Progress progress) throws IOException {
        Path file = scratch.file("messages");
        file.toFile().deleteOnExit();
        if (workload.publishes()) {
            int count = workload.messagesFor(plan.publishingSeconds());
            progress.say(workload.id() + ": signing " + count + " messages");
            sign(count, workload.dataBytes(), file);
        }
        return file;
    }

    /** Writes that many messages of new senders. */
    static void sign(int count, int dataBytes, Path file) throws IOException {
        SignedMessages messages = new SignedMessages(
                Ed25519Provider.choose(Ed25519Provider.Preference.AUTO), 1, Form.MONOCHAIN, dataBytes);
        try (OutputStream out = MessageFile.create(file)) {
            new MessageFile(messages, InstantSource.system()).write(count, out);
        }
    }
}
