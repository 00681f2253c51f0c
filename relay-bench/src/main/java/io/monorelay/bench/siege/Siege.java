package io.monorelay.bench.siege;

import io.monorelay.bench.load.LoadPlan;
import io.monorelay.bench.load.LoadResult;
import io.monorelay.bench.load.LoadRun;
import io.monorelay.bench.process.Jvm;
import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Attacks one relay, with one attack after the other. During each, honest nodes publish and receive, before it begins in calm and
 * then under attack. Used by one thread, which blocks.
 */
final class Siege implements AutoCloseable {
    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration ENDING = Duration.ofSeconds(60);

    private final Target target;
    private final Plan plan;
    private final @Nullable Jvm jvm;
    private final State.Looker looker;
    private final ExecutorService loader = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("siege-load").factory());
    private int network;

    private Siege(Target target, Plan plan, @Nullable Jvm jvm) {
        this.target = target;
        this.plan = plan;
        this.jvm = jvm;
        looker = new State.Looker(target, jvm);
    }

    /** Looks into the relay's process, where it has one of its own. */
    static Siege of(Target target, Plan plan) throws IOException, RunException {
        return new Siege(
                target, plan, target.pid().isPresent() ? Jvm.of(target.pid().getAsLong()) : null);
    }

    Verdict suffer(Attack attack) throws IOException, InterruptedException, RunException {
        Duration length = longer(plan.attack(), attack.least());
        network++;
        try (Assault assault = new Assault(target, network, length)) {
            attack.prepare(assault);
            State before = looker.look();
            LoadPlan load = plan.load(target, length);
            Hours hours = new Hours(plan.warmUp(), plan.calm());
            Future<LoadResult> honest = loader.submit(() -> new LoadRun(load, hours).run());
            Newcomers newcomers = new Newcomers(target);
            JsonNode begun = attack(attack, assault, hours, newcomers);
            LoadResult result = resultOf(honest, load);
            State after = looker.whenAllHaveLeft(before);
            Counted counted = new Counted(begun, after.page());
            Aftermath aftermath = new Aftermath(length, assault.outcomes(), counted, result, plan.nodes());
            return new Verdict(attack, aftermath, hours, before, after, newcomers.judge());
        }
    }

    /** Returns what the relay said of itself when the attack began. */
    private JsonNode attack(Attack attack, Assault assault, Hours hours, Newcomers newcomers)
            throws IOException, InterruptedException, RunException {
        try {
            Duration calm = plan.warmUp().plus(plan.calm());
            if (!hours.awaitEndOfCalm(STARTING.plus(calm))) {
                throw new RunException("the honest nodes could not begin");
            }
            JsonNode begun = looker.page();
            newcomers.start();
            assault.begin();
            attack.run(assault);
            return begun;
        } finally {
            hours.endAttack();
            assault.close();
            newcomers.end();
        }
    }

    private static LoadResult resultOf(Future<LoadResult> honest, LoadPlan load)
            throws InterruptedException, RunException {
        Duration most = load.phases().published().plus(load.phases().patience()).plus(ENDING);
        try {
            return honest.get(most.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new RunException("the honest nodes failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new RunException("the honest nodes did not end", e);
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public void close() {
        loader.shutdownNow();
        looker.close();
        if (jvm != null) {
            jvm.close();
        }
    }
}
