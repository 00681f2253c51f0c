package io.monorelay.bench.load;

/** That messages are published: by the clock, or as they are answered. */
interface Publishers {
    /** Begins at once. */
    static Publishers begin(LoadPlan plan, Population population, Generator generator) {
        if (!plan.pace().isOpenLoop()) {
            population.publishers().forEach(node -> node.closedLoop(true));
            return () -> population.publishers().forEach(node -> node.closedLoop(false));
        }
        Schedule schedule = new Schedule(plan.pace().rate(), plan.phases().ramp());
        Pacer pacer = new Pacer(schedule, plan.phases().published(), population.publishers(), generator.lag());
        pacer.start();
        return pacer::stop;
    }

    /** Nothing more becomes due when this returns. */
    void end() throws InterruptedException;
}
