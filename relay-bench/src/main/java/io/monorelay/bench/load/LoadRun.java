package io.monorelay.bench.load;

import io.monorelay.bench.process.ProcessUsage;
import io.monorelay.bench.process.RunException;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import java.util.concurrent.ThreadLocalRandom;

/** Runs a plan against a relay. Used by one thread, which may block. */
public final class LoadRun {
    private final LoadPlan plan;
    private final Observer observer;
    private final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);

    public LoadRun(LoadPlan plan, Observer observer) {
        this.plan = plan;
        this.observer = observer;
    }

    /** Connects all nodes, publishes, and waits until everything that was acknowledged has come, or for long enough. */
    public LoadResult run() throws InterruptedException, RunException {
        if (plan.serverPid().isPresent()) {
            // One that is not there is a mistake, and not a relay that has ended.
            ProcessUsage.of(plan.serverPid().getAsLong());
        }
        int id = ThreadLocalRandom.current().nextInt();
        int publishers = plan.crowd().publishers();
        int dataBytes = plan.pace().dataBytes();
        try (Supply supply = new Supply(
                        ed25519, id, publishers, dataBytes, plan.pace().depth(publishers));
                Generator generator = new Generator(plan.threads())) {
            supply.start();
            Run run = new Run(id, plan, ed25519, supply, new DueTimes(publishers), new Tally());
            Population population = new Population(run, generator);
            population.connect();
            return load(run, generator, population);
        }
    }

    private LoadResult load(Run run, Generator generator, Population population)
            throws InterruptedException, RunException {
        Phases phases = plan.phases();
        Watch watch = new Watch(run, generator, population, observer);
        Disturbances disturbances = population.disturbances(plan.seed());
        Publishers publishers = Publishers.begin(plan, population, generator);
        Stretch measured;
        try {
            disturbances.start(plan.crowd().leavesPerSecond());
            watch.watch(phases.beforeMeasured(), () -> false);
            Reading from = watch.beginMeasuring();
            watch.watch(phases.measured(), () -> false);
            measured = new Stretch(from, watch.read());
        } finally {
            publishers.end();
            disturbances.end();
        }
        watch.watch(
                phases.patience(),
                () -> population.unsent() == 0 && population.unanswered() == 0 && population.missing() == 0);
        population.close();
        return new LoadResult(
                plan,
                measured,
                watch.timings(),
                run.tally().events().nonZero(),
                population.expected(),
                population.missing(),
                population.unanswered(),
                population.unsent(),
                watch.relayHasEnded(),
                watch.moments());
    }
}
