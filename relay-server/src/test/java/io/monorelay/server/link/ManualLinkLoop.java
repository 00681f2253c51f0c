package io.monorelay.server.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The loop of a link, which runs when a test says so, on the test's own thread. */
final class ManualLinkLoop implements LinkLoop {
    private record Timer(long millis, Runnable task) {}

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void after(long millis, Runnable task) {
        timers.add(new Timer(millis, task));
    }

    /** Runs what is due now, and what that makes due. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** How long each of the timers was set to, in ms. */
    List<Long> timers() {
        return timers.stream().map(Timer::millis).toList();
    }

    /** Lets so much time pass that every timer goes off that is set by now. */
    void runTimers() {
        List<Timer> due = List.copyOf(timers);
        timers.clear();
        due.forEach(timer -> timer.task().run());
        run();
    }
}
