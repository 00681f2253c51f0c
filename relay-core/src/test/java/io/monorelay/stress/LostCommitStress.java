package io.monorelay.stress;

import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.Durability;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An owner begins to wait for a position while the mark moves there: it is told at once, or woken, and once. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "durable before it waited")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "waited, and was woken")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "waits for ever")
@Outcome(expect = Expect.FORBIDDEN, desc = "woken twice, or told and woken")
@State
public class LostCommitStress {
    private int wakeUps;
    private int told;
    private final CommitMark mark = new CommitMark(Durability.COMMIT, 0);

    /** The task is not run: what counts is that the owner got it. Only one of the two actors can hand it over. */
    private final CommitQueue queue = mark.newQueue(task -> wakeUps++);

    @Actor
    public void commit() {
        mark.advanceTo(1);
    }

    @Actor
    public void await() {
        queue.await(1, () -> told++);
    }

    @Arbiter
    public void look(II_Result result) {
        result.r1 = told;
        result.r2 = wakeUps;
    }
}
