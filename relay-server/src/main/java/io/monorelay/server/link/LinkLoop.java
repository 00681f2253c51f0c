package io.monorelay.server.link;

import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The one thread on which everything about a link happens. */
interface LinkLoop extends Executor {
    /** Runs the task after so many milliseconds. Called on that thread. */
    void after(long millis, Runnable task);

    static LinkLoop of(EventLoop loop) {
        return new LinkLoop() {
            @Override
            public void execute(Runnable task) {
                loop.execute(task);
            }

            @Override
            public void after(long millis, Runnable task) {
                loop.schedule(task, millis, TimeUnit.MILLISECONDS);
            }
        };
    }
}
