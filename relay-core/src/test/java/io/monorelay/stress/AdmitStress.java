package io.monorelay.stress;

import static io.monorelay.stress.StressMessages.FIRST;

import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** Two threads admit the same message at different positions: exactly one may, and its position is the one that stays. */
@JCStressTest
@Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "the first thread won")
@Outcome(id = "false, true, 2", expect = Expect.ACCEPTABLE, desc = "the second thread won")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, none, or the position of the one that lost")
@State
public class AdmitStress {
    private final SeenCache seen = StressMessages.seenCache();

    @Actor
    public void admitAtOne(ZZJ_Result result) {
        result.r1 = seen.admit(FIRST, 1, Origin.NONE) != null;
    }

    @Actor
    public void admitAtTwo(ZZJ_Result result) {
        result.r2 = seen.admit(FIRST, 2, Origin.NONE) != null;
    }

    @Arbiter
    public void look(ZZJ_Result result) {
        result.r3 = seen.positionOf(FIRST.id());
    }
}
