package io.monorelay.stress;

import static io.monorelay.stress.StressMessages.FIRST;
import static io.monorelay.stress.StressMessages.SECOND;

import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** Two readers pass the last messages of a full ring: both see all of them, and then every slot is free. */
@JCStressTest
@Outcome(id = "3, 3, 0, 2", expect = Expect.ACCEPTABLE, desc = "both read all, nothing is held, both slots are free")
@Outcome(expect = Expect.FORBIDDEN, desc = "swept too early, or not at all")
@State
public class SweepStress {
    private final MessageLog log = new MessageLog(2, 1 << 20);
    private final LogReader one = log.addReader(Runnable::run, () -> {});
    private final LogReader other = log.addReader(Runnable::run, () -> {});
    private int readByOne;
    private int readByOther;

    public SweepStress() {
        SeenCache seen = StressMessages.seenCache();
        SignedMessages.publish(log, seen, FIRST, Origin.NONE);
        SignedMessages.publish(log, seen, SECOND, Origin.NONE);
    }

    @Actor
    public void readOne() {
        one.read(message -> (readByOne += (int) message.position()) < 0);
        one.read(message -> (readByOne += (int) message.position()) < 0);
    }

    @Actor
    public void readOther() {
        other.read(message -> (readByOther += (int) message.position()) > 0);
    }

    @Arbiter
    public void look(IIII_Result result) {
        result.r1 = readByOne;
        result.r2 = readByOther;
        result.r3 = (int) log.heldBytes();
        result.r4 = freeSlots();
    }

    private int freeSlots() {
        int free = 0;
        while (log.tryClaim(1) != MessageLog.FULL) {
            free++;
        }
        return free;
    }
}
