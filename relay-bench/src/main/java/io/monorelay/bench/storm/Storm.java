package io.monorelay.bench.storm;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.Goal;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One run: nodes link up, their relay is killed and comes back, and so do they. Used by one thread. */
final class Storm {
    private static final int MESSAGES_EACH_TIME = 20;
    private static final Duration BETWEEN_MESSAGES = Duration.ofMillis(100);
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final double BACK_WITHIN_SECONDS = 60;

    private final Plan plan;
    private final Scratch scratch;
    private final Progress progress;
    private final List<String> command;
    private final Crowd crowd = new Crowd();
    private final Publisher publisher;
    private final int port;
    private final List<Figure> figures = new ArrayList<>();
    private long diedAtNanos;
    private String timeline = "";

    Storm(Project project, Scratch scratch, Plan plan, Progress progress) throws IOException {
        this.plan = plan;
        this.scratch = scratch;
        this.progress = progress;
        port = Server.lastingPort();
        publisher = new Publisher(port);
        command = List.of(project.relay(), "serve", "--listen=127.0.0.1:" + port, "--data=" + scratch.file("data"));
    }

    List<Figure> run() throws IOException, InterruptedException, RunException {
        try (crowd) {
            runAll();
        }
        return List.copyOf(figures);
    }

    private void runAll() throws IOException, InterruptedException, RunException {
        try (Server relay = start()) {
            progress.say("linking up");
            linkUp();
            relay.kill();
            diedAtNanos = System.nanoTime();
        }
        Deadline.await("every link to the dead relay has ended", plan.patience(), () -> crowd.open() == 0);
        progress.say("the relay is dead");
        LockSupport.parkNanos(plan.outage().toNanos());
        comeBack();
    }

    /** A table of when dials succeeded and failed. */
    String timeline() {
        return timeline;
    }

    private Server start() throws IOException, InterruptedException, RunException {
        return Server.thatSaysItsPort(command, scratch.file("relay.log"));
    }

    private void linkUp() throws IOException, InterruptedException, RunException {
        long start = System.nanoTime();
        crowd.start(plan.clients(), URI.create("ws://127.0.0.1:" + port));
        Deadline.await("all linked up, but " + crowd.open(), plan.patience(), () -> crowd.open() == plan.clients());
        double seconds = (System.nanoTime() - start) / 1e9;
        add(Figure.of("all dial a relay at the same moment", "until all have their link, s", "%.1f", seconds));
        publisher.publish(MESSAGES_EACH_TIME);
        crowd.timeline().clear();
    }

    private void comeBack() throws IOException, InterruptedException, RunException {
        try (HealthChecks checks = HealthChecks.start(port);
                Server relay = start()) {
            crowd.forgetTrouble();
            Duration cpuBefore = relay.cpu();
            publishUntilAllAreBack();
            double cpuMillis = relay.cpu().minus(cpuBefore).toNanos() / 1e6;
            publisher.publish(MESSAGES_EACH_TIME);
            long expected = (long) publisher.published() * plan.clients();
            boolean all = Deadline.comesTrue(plan.patience(), () -> crowd.received() >= expected);
            progress.say(all ? "all have everything" : "not all have everything");
            addReturn(checks, cpuMillis);
            addChecks(checks);
            addMessages(expected);
            timeline = crowd.timeline().markdown(diedAtNanos);
            crowd.trouble().forEach((what, times) -> progress.say(times + " times: " + what));
            crowd.close();
        }
    }

    private void publishUntilAllAreBack() throws IOException, InterruptedException, RunException {
        long end = System.nanoTime() + plan.patience().toNanos();
        while (crowd.open() < plan.clients() && System.nanoTime() < end) {
            publisher.publish(1);
            Deadline.comesTrue(BETWEEN_MESSAGES, () -> crowd.open() == plan.clients());
        }
        progress.say(crowd.open() + " are back");
    }

    private void addReturn(HealthChecks checks, double cpuMillis) {
        String part = "after " + plan.outage().toSeconds() + " s all come back";
        double[] seconds = crowd.timeline().successes(checks.openSinceNanos());
        int[] each = crowd.timeline().successesEach(INTERVAL, diedAtNanos);
        add(Figure.of(part, "links not open again", "%.0f", plan.clients() - crowd.open())
                .withGoal(new Goal.AtMost(0)));
        add(Figure.of(part, "half of them, s after the port was open", "%.1f", seconds[seconds.length / 2]));
        add(Figure.of(part, "the last of them, s after the port was open", "%.1f", seconds[seconds.length - 1])
                .withGoal(new Goal.AtMost(BACK_WITHIN_SECONDS)));
        add(Figure.of(part, "links opened more than once", "%.0f", seconds.length - plan.clients())
                .withGoal(new Goal.AtMost(0)));
        add(Figure.of(
                part,
                "most links opened in 0.1 s",
                "%.0f",
                Arrays.stream(each).max().orElse(0)));
        add(Figure.of(part, "CPU of the relay meanwhile, ms a link", "%.2f", cpuMillis / plan.clients()));
    }

    private void addChecks(HealthChecks checks) {
        String part = "health checks meanwhile, a pair every 0.1 s";
        double[] millis = checks.millis();
        add(Figure.of(part, "answered", "%.0f", millis.length));
        add(Figure.of(
                        part,
                        "not answered well within 1 s",
                        "%.0f",
                        checks.failures().size())
                .withGoal(new Goal.AtMost(0)));
        add(Figure.of(part, "half of the answers within, ms", "%.1f", millis[millis.length / 2]));
        add(Figure.of(part, "the slowest answer, ms", "%.1f", millis[millis.length - 1]));
        checks.failures().forEach(progress::say);
    }

    private void addMessages(long expected) {
        String part = "messages, before and while they come back";
        add(Figure.of(part, "published", "%.0f", publisher.published()));
        add(Figure.of(part, "deliveries missing", "%.0f", (double) (expected - crowd.received()))
                .withGoal(new Goal.AtMost(0)));
        add(Figure.of(part, "deliveries repeated", "%.0f", (double) crowd.repeated())
                .withGoal(new Goal.AtMost(0)));
        add(Figure.of(part, "gaps stated", "%.0f", (double) crowd.gaps()).withGoal(new Goal.AtMost(0)));
    }

    private void add(Figure figure) {
        figures.add(figure);
        progress.say(figure.part() + ": " + figure.spread().text(figure.pattern()) + " " + figure.title());
    }
}
